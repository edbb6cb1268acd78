import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { type Chance, chanceOf } from './chance.ts';
import { watchTimers } from './timers.ts';

/** What a call at the gate goes to. */
export type Service = 'dynamodb' | 'stripe' | 'mail' | 'timer';

/** One piece of work of a process: a request, a batch of a stream, a run of a schedule. */
export interface Job {
  readonly number: number;
  readonly name: string;
  /** What it draws its chances from, as a process of its own would. */
  readonly chance: Chance;
  state: 'running' | 'done' | 'dead';
  /** Whether anything was done to it: only then may it fail. */
  disturbed: boolean;
}

/** What becomes of a call that is let through the gate. */
export type Verdict = { readonly kind: 'pass' } | { readonly kind: 'fail'; readonly error: Error };

/** A call that waits: before it is sent, or with its answer before the caller sees it. */
export interface Call {
  readonly job: Job;
  readonly service: Service;
  /** What it does, as the history says it: `TransactWrite orders places`, `POST /v1/refunds`. */
  readonly what: string;
  readonly stage: 'before' | 'after';
  /** For a timer: the moment at which it runs out, in milliseconds of the simulated clock. */
  readonly due?: number;
  readonly decide: (verdict: Verdict) => void;
}

/** Turns of the event loop without news after which nothing more is to be expected of work that needs no answer. */
const quietTurns = 3;
/** Real time that work may take between two calls, before something waits for what the gate does not know. */
const stuckAfterMs = 20_000;

/** What the event loop brings by itself, in its next turns (nodejs.org/api/async_hooks.html, `type`). */
const turns: ReadonlySet<string> = new Set(['Immediate', 'TickObject']);

const pass: Verdict = { kind: 'pass' };
const forever = () => new Promise<never>(() => {});

/**
 * Where every call of every job to DynamoDB, Stripe, the mail provider and the clock waits, before it is sent and with
 * its answer. One call at a time is let through, and only when all jobs wait or have ended; so what happens depends on
 * the order of these decisions alone.
 */
export class Gate {
  readonly #seed: number;
  readonly #now: () => number;
  readonly #current = new AsyncLocalStorage<Job | undefined>();
  readonly #jobs = new Set<Job>();
  readonly #stopWatching: () => void;
  /** What jobs have left to the event loop and not yet had back: steps of streams, mostly, while a mail is composed. */
  readonly #pending = new Set<number>();
  #calls: Call[] = [];
  #performing: Promise<unknown> | undefined;
  #news = 0;
  #numbers = 0;

  constructor(seed: number, now: () => number) {
    this.#seed = seed;
    this.#now = now;
    const giveTimersBack = watchTimers((milliseconds) =>
      this.job === undefined ? undefined : this.wait(milliseconds),
    );
    const hook = createHook({
      init: (id, type) => {
        if (turns.has(type) && this.job) this.#pending.add(id);
      },
      destroy: (id) => this.#pending.delete(id),
      trackPromises: false,
    }).enable();
    this.#stopWatching = () => {
      hook.disable();
      giveTimersBack();
    };
  }

  /** The job that runs now; undefined outside of all. */
  get job(): Job | undefined {
    return this.#current.getStore();
  }

  /** Jobs that have not ended. */
  get inFlight(): readonly Job[] {
    return [...this.#jobs];
  }

  /** The calls that wait, in the order in which they came. */
  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** Starts a job and returns when it waits or has ended. `ended` hears how it ended; never when it died. */
  async start<Result>(
    name: string,
    work: () => Promise<Result>,
    ended: (outcome: { result: Result } | { error: unknown }, job: Job) => void,
  ): Promise<Job> {
    this.#numbers += 1;
    const chance = chanceOf(this.#seed, `job ${this.#numbers}`);
    const job: Job = { number: this.#numbers, name, chance, state: 'running', disturbed: false };
    this.#jobs.add(job);
    const settle = (outcome: { result: Result } | { error: unknown }) => {
      this.#news += 1;
      if (job.state === 'dead') return;
      job.state = 'done';
      this.#jobs.delete(job);
      ended(outcome, job);
    };
    void this.#current.run(job, work).then(
      (result) => settle({ result }),
      (error: unknown) => settle({ error }),
    );
    await this.#quiet();
    return job;
  }

  /** Ends a job where it stands, as when its process dies: what it waits for never comes. */
  kill(job: Job): void {
    job.state = 'dead';
    this.#jobs.delete(job);
    this.#calls = this.#calls.filter((call) => call.job !== job);
  }

  /** Lets one call through and returns when all jobs wait again or have ended. */
  async release(call: Call, verdict: Verdict = pass): Promise<void> {
    this.#calls = this.#calls.filter((other) => other !== call);
    call.decide(verdict);
    await this.#quiet();
  }

  /** Sends a call through the gate. Outside of all jobs it is simply made. */
  async through<Answer>(service: Service, what: string, perform: () => Promise<Answer>): Promise<Answer> {
    const job = this.job;
    if (!job) return perform();
    await this.#stop(job, service, what, 'before');
    const outcome = this.#current.run(undefined, perform).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    this.#performing = outcome;
    const found = await outcome;
    await this.#stop(job, service, what, 'after');
    if ('error' in found) throw found.error;
    return found.answer;
  }

  /** Waits so long by the simulated clock; the seed decides when that time has passed. */
  async wait(milliseconds: number): Promise<void> {
    const job = this.job;
    if (!job) return;
    await this.#stop(job, 'timer', 'wait', 'after', this.#now() + milliseconds);
  }

  close(): void {
    this.#stopWatching();
  }

  #stop(job: Job, service: Service, what: string, stage: Call['stage'], due?: number): Promise<void> {
    this.#news += 1;
    if (job.state === 'dead') return forever();
    return new Promise((resolve, reject) => {
      const decide = (verdict: Verdict) => {
        this.#news += 1;
        if (verdict.kind === 'pass') return resolve();
        job.disturbed = true;
        reject(verdict.error);
      };
      this.#calls.push({ job, service, what, stage, decide, ...(due !== undefined && { due }) });
    });
  }

  /** Resolves when every job waits at the gate or has ended, and nothing else moves. */
  async #quiet(): Promise<void> {
    const began = performance.now();
    let seen = this.#news;
    for (let quiet = 0; quiet < quietTurns; ) {
      if (this.#performing) {
        const performing = this.#performing;
        await performing;
        if (performing === this.#performing) this.#performing = undefined;
      }
      await new Promise((resolve) => setImmediate(resolve));
      const waiting = new Set(this.#calls.map(({ job }) => job));
      const busy = this.inFlight.find((job) => !waiting.has(job));
      quiet = busy || this.#performing || this.#pending.size > 0 || seen !== this.#news ? 0 : quiet + 1;
      seen = this.#news;
      if (busy && performance.now() - began > stuckAfterMs)
        throw new Error(`${busy.name} waits for something that does not pass the gate.`);
    }
  }
}
