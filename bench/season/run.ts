import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyPorts, type Ports, type Service, startService } from '../../local/service.ts';
import type { ReportView } from '../../shared/contracts/reports.ts';
import { realWorld } from '../../shared/platform/world.ts';
import { seeded } from '../../test/support/world.ts';
import { published, scaled } from './event.ts';
import { planSeason } from './plan.ts';
import { Season, type SeasonWorld, type Tally } from './play.ts';
import { digestOf, type Proof, proveSeason, readReport } from './proof.ts';

/** A season that was played, with the service that still holds it. */
export interface PlayedSeason {
  readonly service: Service;
  readonly tally: Tally;
  readonly proof: Proof;
  readonly report: ReportView;
  readonly digest: string;
  /** From now on the clock is the real one, for looking at the pages. */
  useRealTime(): void;
  stop(): Promise<void>;
}

export interface SeasonOptions {
  readonly seed: number;
  readonly entries: number;
  readonly ports?: Ports;
  /** The folder with the built pages. */
  readonly web: string;
  readonly progress?: (share: number, what: string) => void;
}

/** Plays a season on a service of its own, whose data is kept in memory, and proves it. */
export async function playSeason(options: SeasonOptions): Promise<PlayedSeason> {
  const { seed, entries, progress = () => {} } = options;
  const plan = planSeason(seed, entries);
  const clock = seasonClock(plan.event.registration.opensAt, seed);
  const directory = await mkdtemp(join(tmpdir(), 'startline-season-'));
  const service = await startService({
    ports: options.ports ?? anyPorts,
    directory,
    inMemory: true,
    web: options.web,
    log: console,
    world: clock.world,
    schedulesByHand: true,
  });
  const stop = async (): Promise<void> => {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const season = new Season(service, clock.world, plan);
    await season.play(entries, progress);
    progress(1, 'proving');
    const proof = await proveSeason(service, clock.world, plan.event, scaled(published.raised, entries));
    const report = await readReport(service, clock.world, plan.event.id);
    return {
      service,
      tally: season.tally,
      proof,
      report,
      digest: digestOf(report),
      useRealTime: clock.release,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A clock that stands still until it is set or let go. */
function seasonClock(start: string, seed: number): { world: SeasonWorld; release: () => void } {
  let now: number | undefined = Date.parse(start);
  const random = seeded(seed);
  return {
    world: {
      now: () => new Date(now ?? Date.now()),
      random,
      bytes: realWorld.bytes,
      wait: realWorld.wait,
      set: (instant) => {
        now = Date.parse(instant);
      },
      advance: (milliseconds) => {
        if (now !== undefined) now += milliseconds;
      },
    },
    release: () => {
      now = undefined;
    },
  };
}
