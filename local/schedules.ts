import { setTimeout as delay } from 'node:timers/promises';
import type { LocalLog } from './log.ts';

/** Something that goes on until it is told to stop. */
export interface Running {
  /** Settles when the work under way is done. */
  stop(): Promise<void>;
}

/**
 * Calls `handler` every so many seconds, as EventBridge does, but never twice at once: a run that takes
 * longer than the interval is followed by the next one at its end. A failure is logged, and the next run
 * comes when it is due. `firstAfterSeconds` is the wait before the first run, by default one interval.
 */
export function runEvery(options: {
  readonly name: string;
  readonly seconds: number;
  readonly handler: () => Promise<unknown>;
  readonly log: LocalLog;
  readonly firstAfterSeconds?: number;
}): Running {
  const { name, seconds, handler, log, firstAfterSeconds = seconds } = options;
  const stopping = new AbortController();

  async function repeat(): Promise<void> {
    let due = performance.now() + firstAfterSeconds * 1000;
    while (await waited(due - performance.now(), stopping.signal)) {
      due = performance.now() + seconds * 1000;
      try {
        await handler();
      } catch (error) {
        log.error(`${name} failed; it runs again when it is due`, error);
      }
    }
  }

  const finished = repeat();
  return {
    async stop() {
      stopping.abort();
      await finished;
    },
  };
}

/** Waits; answers whether to go on, which is false as soon as `stopping` is aborted. */
export async function waited(milliseconds: number, stopping: AbortSignal): Promise<boolean> {
  try {
    await delay(Math.max(0, milliseconds), undefined, { signal: stopping });
    return true;
  } catch (error) {
    if (stopping.aborted) return false;
    throw error;
  }
}
