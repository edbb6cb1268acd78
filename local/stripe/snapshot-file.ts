import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { emptyState, restoreSnapshot, type Snapshot, type State, takeSnapshot } from './state.ts';

const QUIET_MS = 500;
/** A large state is written less often: at most about a twentieth of the time goes into writing. */
const REST_FACTOR = 20;

function isSnapshot(value: unknown): value is Snapshot {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === 1;
}

/** The state that was saved, or an empty one when there is no file. Throws for a file of another shape. */
export function loadState(path: string | undefined): State {
  if (path === undefined) return emptyState();
  let saved: string;
  try {
    saved = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyState();
    throw error;
  }
  const snapshot: unknown = JSON.parse(saved);
  if (!isSnapshot(snapshot))
    throw new Error(`${path} is not a snapshot of the Stripe double; delete it to start afresh.`);
  return restoreSnapshot(snapshot);
}

/** Saves the state some time after a change, and at the end. */
export type Saver = { changed: () => void; stop: () => void };

/** A saver to this file, which is replaced in one step; without a path it saves nothing. */
export function createSaver(state: State, path: string | undefined): Saver {
  if (path === undefined) return { changed: () => {}, stop: () => {} };
  let timer: NodeJS.Timeout | null = null;
  let rest = QUIET_MS;
  let stopped = false;

  function save(to: string): void {
    const began = performance.now();
    timer = null;
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(`${to}.new`, JSON.stringify(takeSnapshot(state)));
    renameSync(`${to}.new`, to);
    rest = Math.max(QUIET_MS, (performance.now() - began) * REST_FACTOR);
  }

  return {
    changed() {
      if (!stopped) timer ??= setTimeout(() => save(path), rest).unref();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      save(path);
    },
  };
}
