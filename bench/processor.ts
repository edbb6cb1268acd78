import { readFileSync } from 'node:fs';
import type { Metrics } from './metrics.ts';

/** Linux counts a process's time in hundredths of a second, whatever the kernel's own clock (man 7 time). */
const ticksASecond = 100;

/**
 * Milliseconds of processor time, its own and the kernel's, that a process has used so far; undefined where the system
 * does not tell (it does on Linux).
 */
export function processorTime(pid: number): number | undefined {
  try {
    // The name in parentheses may hold anything; what follows are fields 3, 4, …, of which 14 and 15 are the times.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) / ticksASecond) * 1000;
  } catch {
    return undefined;
  }
}

/** Processor time of some processes by name, in milliseconds; those the system does not tell of are left out. */
export class ProcessorTimes {
  readonly #pids: Readonly<Record<string, number>>;
  readonly #used = new Map<string, number>();
  #entries = 0;

  constructor(pids: Readonly<Record<string, number>>) {
    this.#pids = pids;
  }

  /** Does some work for a number of entries, and counts what the processes use meanwhile. */
  async during<Result>(entries: number, work: () => Promise<Result>): Promise<Result> {
    const before = this.#now();
    const result = await work();
    for (const [name, time] of this.#now())
      this.#used.set(name, (this.#used.get(name) ?? 0) + time - (before.get(name) ?? time));
    this.#entries += entries;
    return result;
  }

  /** Milliseconds an entry, by process. */
  perEntry(): Metrics {
    return Object.fromEntries([...this.#used].map(([name, time]) => [name, time / this.#entries]));
  }

  #now(): Map<string, number> {
    return new Map(
      Object.entries(this.#pids).flatMap(([name, pid]) => {
        const time = processorTime(pid);
        return time === undefined ? [] : [[name, time] as const];
      }),
    );
  }
}
