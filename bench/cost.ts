import { publish } from '../shared/catalogue/publish.ts';
import { heldOrder, hold, holdRequest, pay } from './buyer.ts';
import { fillPlaces } from './fill.ts';
import { none, sumOf, type Units } from './meter.ts';
import { type MeteredService, startMetered } from './metered.ts';
import { figure, type Metrics, table } from './metrics.ts';
import prices from './prices.json' with { type: 'json' };
import { openRace } from './race.ts';
import { inParallel } from './statistics.ts';

const places = 10_000;
/** How full the distance is when a part of the filling is measured, and how many entries that part has. */
const stages = [0, 0.5, 0.9] as const;
const entriesOfStage = 300;
const buyersAtOnce = 32;
const quietEntries = 3;

/**
 * What a paid entry costs in units, everything included: quietly, one after the other, and while a distance of
 * 10,000 places fills at full speed (measured at its beginning, middle and end).
 */
export async function measureCost(print: (text: string) => void): Promise<Metrics> {
  const service = await startMetered();
  try {
    const quiet = await measure(service, 'quiet', 0, quietEntries, 1);
    const rush: Measured[] = [];
    for (const stage of stages)
      rush.push(await measure(service, `rush-${stage * 100}`, stage, entriesOfStage, buyersAtOnce));
    print(perEntry('One after the other', [quiet]));
    for (const [index, measured] of rush.entries())
      print(perEntry(`At full speed from ${(stages[index] ?? 0) * 100}% full`, [measured]));
    print(perEntry('At full speed, all three', rush));
    const hottest = hottestKey(rush);
    print(`Hottest key while filling: ${hottest.key}, ${(hottest.share * 100).toFixed(2)}% of write units\n`);
    const { reads, writes } = sumOf(rush.map(({ total }) => total));
    const entries = stages.length * entriesOfStage;
    const { millionWriteUnits, millionReadUnits } = prices.dynamodbOnDemand;
    const price = (10_000 / entries / 1e6) * (writes * millionWriteUnits + reads * millionReadUnits);
    print(
      `10,000 paid entries cost ${price.toFixed(2)} ${prices.currency} of DynamoDB (${prices.region}, prices of ${prices.asOf})\n`,
    );
    return {
      'cost.writeUnitsPerPaidEntry': writes / entries,
      'cost.readUnitsPerPaidEntry': reads / entries,
      'cost.hottestKeyShare': hottest.share,
      'cost.dollarsPer10000PaidEntries': price,
      'cost.quietWriteUnitsPerPaidEntry': quiet.total.writes / quietEntries,
      'cost.quietReadUnitsPerPaidEntry': quiet.total.reads / quietEntries,
    };
  } finally {
    await service.stop();
  }
}

interface Measured {
  readonly entries: number;
  readonly seconds: number;
  readonly total: Units;
  readonly byOperation: ReadonlyMap<string, Units>;
  readonly byKey: ReadonlyMap<string, Units>;
}

let runner = 0;

async function measure(
  service: MeteredService,
  event: string,
  full: number,
  entries: number,
  atOnce: number,
): Promise<Measured> {
  const { db, world, meter, api, stripe } = service;
  await publish(db, world, openRace(event, places));
  if (full > 0)
    await fillPlaces(db, world, {
      event,
      distance: '10k',
      capacity: places,
      free: Math.round(places * (1 - full)),
    });
  await service.settle();
  meter.reset();
  const started = performance.now();
  await inParallel(entries, atOnce, async () => {
    runner += 1;
    const { token } = heldOrder(await hold(holdRequest(api, event, runner)));
    await pay(api, stripe, token);
    if (atOnce === 1) await service.settle();
  });
  const seconds = (performance.now() - started) / 1000;
  await service.settle();
  return {
    entries,
    seconds,
    total: meter.total(),
    byOperation: new Map(meter.byOperation()),
    byKey: new Map(meter.byKey()),
  };
}

function perEntry(title: string, measured: readonly Measured[]): string {
  const entries = measured.reduce((count, part) => count + part.entries, 0);
  const seconds = measured.reduce((time, part) => time + part.seconds, 0);
  const operations = new Set(measured.flatMap(({ byOperation }) => [...byOperation.keys()]));
  const row = (name: string, { reads, writes }: Units): string[] => [
    name,
    figure(writes / entries),
    figure(reads / entries),
  ];
  const rows = [...operations].map((name) =>
    row(name, sumOf(measured.map(({ byOperation }) => byOperation.get(name) ?? none))),
  );
  const total = row('together', sumOf(measured.map((part) => part.total)));
  const rate = `${entries} paid entries, ${Math.round(entries / seconds)} a second`;
  return `${title} (${rate})\n${table(['units per paid entry', 'write', 'read'], [...rows, total])}\n`;
}

/** The partition key that takes the largest share of the write units, in any part of the filling. */
function hottestKey(measured: readonly Measured[]): { key: string; share: number } {
  return measured
    .flatMap(({ byKey, total }) =>
      [...byKey].map(([key, { writes }]) => ({ key, share: writes / total.writes })),
    )
    .reduce((hottest, candidate) => (candidate.share > hottest.share ? candidate : hottest));
}
