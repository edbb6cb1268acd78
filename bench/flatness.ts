import { publish } from '../shared/catalogue/publish.ts';
import { heldOrder, hold, holdRequest, pay } from './buyer.ts';
import { countAsFull, fillPlaces } from './fill.ts';
import { none, sumOf, type Units } from './meter.ts';
import { type MeteredService, startMetered } from './metered.ts';
import { figure, type Metrics, table } from './metrics.ts';
import { openRace } from './race.ts';
import { inParallel } from './statistics.ts';

const capacity = 10_000;
const largeCapacity = 100_000;
const fullness = [0, 0.9, 0.99, 0.999] as const;
const entries = 4;
const refusals = 100;
/** Longer than any process remembers what it read. */
const forgetSeconds = 6;

/**
 * Whether a sign-up costs the same however full its distance is and however large; nothing is remembered from one to
 * the next, as in a process that has just started. And what it costs to say that a distance is sold out.
 */
export async function measureFlatness(print: (text: string) => void): Promise<Metrics> {
  const service = await startMetered();
  const { db, world } = service;
  try {
    await publish(db, world, openRace('flat', capacity));
    const measured: { name: string; hold: Units; requests: Units; all: Units }[] = [];
    for (const share of fullness) {
      const filling = { event: 'flat', distance: '10k', capacity, free: Math.round(capacity * (1 - share)) };
      if (share > 0) await fillPlaces(db, world, filling);
      measured.push({
        name: `${capacity} places, ${(share * 100).toFixed(1)}% full`,
        ...(await paidEntries(service, 'flat')),
      });
    }
    await publish(db, world, openRace('large', largeCapacity));
    await countAsFull(db, world, { event: 'large', distance: '10k', capacity: largeCapacity });
    measured.push({
      name: `${largeCapacity} places, 99.9% full`,
      ...(await paidEntries(service, 'large')),
    });
    await fillPlaces(db, world, { event: 'flat', distance: '10k', capacity, free: 0 });
    const alone = await refused(service, 1);
    const many = await refused(service, refusals);
    print(
      table(
        [
          'a paid entry, nothing remembered',
          'reads: hold',
          'its requests',
          'everything',
          'writes: everything',
        ],
        measured.map(({ name, hold, requests, all }) => [
          name,
          figure(hold.reads),
          figure(requests.reads),
          figure(all.reads),
          figure(all.writes),
        ]),
      ),
    );
    print(
      `\n${table(
        ['a refused sign-up at a sold-out distance', 'reads'],
        [
          ['alone', figure(alone)],
          [`of ${refusals} within a second`, figure(many)],
        ],
      )}\n`,
    );
    const at999 = measured.find(({ name }) => name === `${capacity} places, 99.9% full`);
    const large = measured.at(-1);
    return {
      'flatness.readUnitsAt999': at999?.all.reads ?? Number.NaN,
      'flatness.readUnitsSoldOut': many,
      'flatness.requestReadUnitsAt999': at999?.requests.reads ?? Number.NaN,
      'flatness.holdReadUnitsAt999': at999?.hold.reads ?? Number.NaN,
      'flatness.holdReadUnitsAt999Of100000': large?.hold.reads ?? Number.NaN,
      'flatness.readUnitsSoldOutAlone': alone,
    };
  } finally {
    await service.stop();
  }
}

let runner = 0;

/** What a buyer's own requests and the webhook are counted under; the rest is done in the background. */
const ownRequests = ['hold', 'checkout', 'confirm'] as const;

/** Units per entry of a few entries, each bought by itself. */
async function paidEntries(
  { api, stripe, meter, settle, advance }: MeteredService,
  event: string,
): Promise<{ hold: Units; requests: Units; all: Units }> {
  await settle();
  meter.reset();
  for (let entry = 0; entry < entries; entry += 1) {
    advance(forgetSeconds);
    runner += 1;
    const { token } = heldOrder(await hold(holdRequest(api, event, runner)));
    await pay(api, stripe, token);
  }
  await settle();
  const perEntry = (operations: readonly string[]): Units => {
    const { reads, writes } = sumOf(operations.map((name) => meter.byOperation().get(name) ?? none));
    return { reads: reads / entries, writes: writes / entries };
  };
  return {
    hold: perEntry(['hold']),
    requests: perEntry(ownRequests),
    all: perEntry([...meter.byOperation().keys()]),
  };
}

/** Read units per sign-up of some that come at once and are refused. */
async function refused({ api, meter, settle, advance }: MeteredService, count: number): Promise<number> {
  await settle();
  advance(forgetSeconds);
  meter.reset();
  await inParallel(count, 32, async () => {
    runner += 1;
    const answer = await hold(holdRequest(api, 'flat', runner));
    if (!('refused' in answer) || answer.refused !== 'sold_out')
      throw new Error(`Not sold out: ${JSON.stringify(answer)}`);
  });
  return meter.total().reads / count;
}
