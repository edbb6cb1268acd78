import * as z from 'zod';
import { scanItems } from '../../shared/platform/database.ts';
import { bank, recordStatement, sendRefunds } from './activities/bank.ts';
import { buying } from './activities/buying.ts';
import { callingOff } from './activities/calling-off.ts';
import { changing } from './activities/changing.ts';
import { type Desk, openDesk } from './activities/desk.ts';
import {
  deliver,
  handOver,
  machinery,
  nextMinute,
  readStreams,
  runScheduled,
  Transit,
} from './activities/machinery.ts';
import { money, settleRefunds } from './activities/money.ts';
import { paying, settle } from './activities/paying.ts';
import { staff } from './activities/staff.ts';
import { waiting } from './activities/waiting.ts';
import { chanceOf } from './chance.ts';
import { openClock } from './clock.ts';
import { Faults } from './faults.ts';
import { check } from './invariants/check.ts';
import { otherRaceOf, raceOf } from './race.ts';
import { type Activity, Scene, Violation } from './scene.ts';
import { type Machine, openService } from './service.ts';

/** How a seed is played. */
export interface Play {
  readonly seed: number;
  readonly steps: number;
  /** Faults left out, by name. */
  readonly without?: readonly string[];
}

/** What came of it. */
export const played = z.object({
  seed: z.int(),
  steps: z.int(),
  /** A digest of all that happened, in order. */
  digest: z.string(),
  /** Steps at whose end at least two jobs were in flight. */
  interleaved: z.int(),
  /** Calls that were let through the gate. */
  calls: z.int(),
  /** How often each fault was met. */
  faults: z.record(z.string(), z.int()),
  /** How often each activity began. */
  activities: z.record(z.string(), z.int()),
  violation: z.optional(
    z.object({ message: z.string(), step: z.int(), history: z.array(z.string()).readonly() }),
  ),
});
export type Played = z.infer<typeof played>;

const minute = 60_000;
/** Things that happen between two looks at everything, with the jobs that heal run before. */
const checkEvery = 100;

/** Plays one seed: so many steps of people, faults and time, then healing, then a look at everything. */
export async function simulate(machine: Machine, { seed, steps, without = [] }: Play): Promise<Played> {
  const shape = chanceOf(seed, 'shape');
  const clock = openClock('2026-11-24T06:00:00.000Z');
  const event = raceOf(shape);
  const other = otherRaceOf(shape);
  const service = await openService(machine, seed, clock, other ? [event, other] : [event]);
  const faults = new Faults(
    chanceOf(seed, 'faults'),
    shape.pick([0.01, 0.03, 0.06]) ?? 0.03,
    new Set(without),
  );
  const scene = new Scene(service, clock, chanceOf(seed, 'activities'), faults, { event, other });
  const run = new Run(scene, machine, shape.between(3, 6));
  let step = 0;
  try {
    for (; step < steps; step += 1) {
      await run.step();
      if (step % checkEvery === checkEvery - 1 && step < steps - 1) await run.checkpoint();
    }
    await run.end();
    return run.played(seed, steps);
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const violation = {
      message: error instanceof Violation ? error.message : `An unexpected error: ${message}`,
      step,
      history: scene.history,
    };
    return { ...run.played(seed, steps), violation };
  } finally {
    await service.close();
  }
}

/** One seed on its way. */
class Run {
  readonly #scene: Scene;
  readonly #transit = new Transit();
  readonly #desk: Desk;
  readonly #activities: readonly Activity[];
  /** Which call is let through next. */
  readonly #order;
  /** About so many jobs are in flight. */
  readonly #load: number;
  readonly #begun = new Map<string, number>();
  #calls = 0;
  #interleaved = 0;

  constructor(scene: Scene, machine: Machine, load: number) {
    this.#scene = scene;
    this.#load = load;
    this.#desk = openDesk(machine);
    this.#order = chanceOf(scene.chance.between(0, 2 ** 31), 'order');
    this.#activities = [
      ...buying,
      ...paying,
      ...money,
      ...changing,
      ...waiting,
      ...staff(this.#desk),
      ...bank(this.#desk),
      ...callingOff(this.#desk),
      ...machinery(this.#transit),
    ];
  }

  /** Something new begins, after and before some of the waiting calls were let through. */
  async step(): Promise<void> {
    const { gate } = this.#scene.service;
    while (gate.calls.length > 0 && (gate.inFlight.length >= this.#load || this.#order.happens(0.5)))
      await this.#letThrough(true);
    for (let tries = 0; tries < 20; tries += 1) {
      const activity = this.#scene.chance.weighted(this.#activities);
      if (!activity) continue;
      if (!(await activity.begin(this.#scene))) continue;
      this.#begun.set(activity.name, (this.#begun.get(activity.name) ?? 0) + 1);
      this.#scene.note(`begins: ${activity.name}`);
      break;
    }
    if (gate.inFlight.length >= 2) this.#interleaved += 1;
  }

  /** Lets what is under way end, has healed what can be, and looks at what must hold at any time. */
  async checkpoint(): Promise<void> {
    await this.#heal(2, 3 * minute);
    await check(this.#scene, 'always');
  }

  /**
   * The end: bank debits and refunds are settled, all that came by bank is recorded, every hold is over, and everything
   * must be in order.
   */
  async end(): Promise<void> {
    const { memory, chance } = this.#scene;
    await this.#calm();
    for (const page of memory.pages)
      if (page.paid === 'processing') settle(this.#scene, page, chance.happens(0.7));
    this.#transit.lost.clear();
    await recordStatement(this.#scene, this.#desk, () => this.#calm());
    await this.#heal(4, 61 * minute);
    await this.#settleRefunds();
    await this.#heal(4, 61 * minute);
    // Days later the fees of every day are known, no invoice is open any more, and what is called off is settled.
    await this.#heal(4, 27 * 60 * minute);
    await this.#settleRefunds();
    await this.#heal(2, 61 * minute);
    await check(this.#scene, 'at the end');
  }

  /** The banks carry out every refund that is under way. */
  async #settleRefunds(): Promise<void> {
    await settleRefunds(this.#scene);
    await sendRefunds(this.#scene, this.#desk, () => this.#calm());
  }

  played(seed: number, steps: number): Played {
    const { faults } = this.#scene;
    return {
      seed,
      steps,
      digest: this.#scene.digest(),
      interleaved: this.#interleaved,
      calls: this.#calls,
      faults: Object.fromEntries(faults.counts),
      activities: Object.fromEntries(this.#begun),
    };
  }

  async #letThrough(withFaults: boolean): Promise<void> {
    const { service, faults, clock } = this.#scene;
    const { gate, processes, stripe } = service;
    const call = this.#order.pick(gate.calls);
    if (!call) return;
    clock.advance(this.#order.between(1, 40));
    if (call.due !== undefined) clock.reach(call.due);
    this.#calls += 1;
    const { verdict, fault } = withFaults
      ? faults.decide(call, stripe)
      : { verdict: { kind: 'pass' } as const, fault: undefined };
    this.#scene.note(
      `${call.job.number} ${call.stage} ${call.service} ${call.what}${fault === undefined ? '' : ` [${fault}]`}`,
    );
    if (verdict === 'dies') {
      processes.kill(call.job);
      return;
    }
    await gate.release(call, verdict);
  }

  /** Nothing new begins and nothing goes wrong until all that is under way has ended. */
  async #calm(): Promise<void> {
    const { gate } = this.#scene.service;
    while (gate.inFlight.length > 0) await this.#letThrough(false);
  }

  /** Runs all that heals, round after round, with so much time between. */
  async #heal(rounds: number, pause: number): Promise<void> {
    const scene = this.#scene;
    await this.#calm();
    const { clock, service } = scene;
    service.stripe.faults.clear();
    for (let round = 0; round < rounds; round += 1) {
      clock.advance(pause);
      service.stripe.advance(0);
      for (const event of service.stripe.undelivered()) {
        if (this.#transit.lost.has(event.id)) continue;
        await deliver(scene, this.#transit, event);
        await this.#calm();
      }
      await readStreams(scene, this.#transit);
      for (const [name, records] of this.#transit.records) {
        if (records.length > 0) await handOver(scene, this.#transit, name, records);
        await this.#calm();
        this.#transit.records.set(name, []);
      }
      // Housekeeping asks Stripe every five minutes, compares with its books once an hour, and counts all at a full one.
      for (const at of round === 0 ? [60, 40] : [5]) {
        await runScheduled(scene, 'housekeeping', nextMinute(clock.now(), at));
        await this.#calm();
      }
      for (const name of ['send-mail', 'projector'] as const) {
        await runScheduled(scene, name);
        await this.#calm();
      }
      if (round > 0 && !(await this.#isUnsettled())) return;
    }
  }

  /** Whether more rounds of healing may still change something. */
  async #isUnsettled(): Promise<boolean> {
    const { db } = this.#scene.service;
    const orders = await Array.fromAsync(scanItems(db, 'orders'));
    const mails = await Array.fromAsync(scanItems(db, 'outbox'));
    return (
      orders.some(({ pk, heldUntil }) => heldUntil !== undefined || String(pk).startsWith('refunds-due#')) ||
      mails.some(({ dueAt }) => dueAt !== undefined) ||
      [...this.#transit.records.values()].some((records) => records.length > 0)
    );
  }
}
