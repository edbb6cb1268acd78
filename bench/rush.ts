import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { localCredentials } from '../functions/settings.ts';
import { startDynamoDbLocal } from '../local/dynamodb.ts';
import { createTables } from '../local/tables.ts';
import { publish } from '../shared/catalogue/publish.ts';
import { openDatabase } from '../shared/platform/database.ts';
import { realWorld } from '../shared/platform/world.ts';
import { startChild } from './child.ts';
import { disturbedRace, oversold, type Tally } from './exactness.ts';
import { runFloor } from './floor.ts';
import { figure, type Metrics, table } from './metrics.ts';
import { ProcessorTimes } from './processor.ts';
import { openRace } from './race.ts';
import { median, spread } from './statistics.ts';

/** Rounds and entries of each by clients at once, so that a run takes about a minute. */
const plans = {
  few: { rounds: 3, holds: 40, paid: 30 },
  many: { rounds: 5, holds: 250, paid: 150 },
} as const;
/** Entries before the clock runs: without them the first rounds measure how compilers warm up. */
const warmUp = { holds: 1000, paid: 1000 };

const capacity = 20_000;
const scarce = 300;
const buyers = 600;

const address = z.object({ url: z.string() });
const timed = z.object({ seconds: z.number() });
const tally = z.record(z.string(), z.int());

/**
 * The speed of the service on this machine against the floor under it, in alternating rounds, with the load, Stripe's
 * double and the functions each in a process of their own; and whether a rush sells every place exactly once.
 * @param most rounds of each kind, where fewer than planned will do.
 */
export async function measureRush(
  { clients, most }: { clients: number; most: number | undefined },
  print: (text: string) => void,
): Promise<Metrics> {
  const dynamodb = await startDynamoDbLocal({ port: 0 });
  const children = ['rush-doubles.ts', 'rush-api.ts', 'rush-client.ts'].map(startChild);
  try {
    const [doubles, api, client] = children;
    if (!doubles || !api || !client) throw new Error('Not every process was started.');
    const connection = { endpoint: dynamodb.endpoint, ...localCredentials };
    const ours = openDatabase('ours', connection);
    const floor = openDatabase('floor', connection);
    for (const { prefix } of [ours, floor]) await createTables(new DynamoDBClient(connection), prefix);
    const race = openRace('rush', capacity);
    await publish(ours, realWorld, race);
    for (const event of ['exact', 'exact-disturbed']) await publish(ours, realWorld, openRace(event, scarce));

    const relay = await client.ask({ do: 'listen' }, address);
    const outside = await doubles.ask(
      { webhookUrl: `${relay.url}/api/webhooks/stripe` },
      z.object({ stripe: z.string(), mail: z.string() }),
    );
    const { url } = await api.ask(
      { do: 'start', places: { prefix: 'ours', dynamodb: dynamodb.endpoint, ...outside } },
      address,
    );
    const settle = () => api.ask({ do: 'settle' }, z.null());
    let next = 1;
    const runner = (count: number): number => {
      next += count;
      return next - count;
    };
    const processes = {
      functions: api.pid,
      'DynamoDB Local': dynamodb.pid ?? 0,
      "Stripe's double": doubles.pid,
      load: client.pid,
    };
    const run = async (kind: 'holds' | 'paid', count: number, atOnce: number, used?: UsedTimes) => {
      const first = runner(count);
      const work = () => runFloor(floor, race, { kind, first, count, clients: atOnce });
      const least = await (used ? used.floor.during(count, work) : work());
      const round = {
        do: kind,
        clients: atOnce,
        api: url,
        stripe: outside.stripe,
        event: 'rush',
        first,
        count,
      };
      const buy = async () => {
        const { seconds } = await client.ask(round, timed);
        // What is due after the answers, mails and totals, is part of what an entry takes.
        await settle();
        return seconds;
      };
      const seconds = await (used ? used.ours.during(count, buy) : buy());
      return { floor: count / least, ours: count / seconds };
    };

    // At each write to a table with a stream DynamoDB Local looks for that stream's first record among those of all
    // streams, so a stream that begins late makes its table slow for good: all begin here.
    await run('paid', 1, 1);
    await run('holds', warmUp.holds, clients);
    await run('paid', warmUp.paid, clients);
    const rows: string[][] = [];
    const times: string[][] = [];
    const metrics: Metrics = {};
    for (const atOnce of new Set([1, 8, clients])) {
      const { rounds, holds, paid } = atOnce < 16 ? plans.few : plans.many;
      for (const [kind, count] of [
        ['holds', holds],
        ['paid', paid],
      ] as const) {
        const measured: { floor: number; ours: number }[] = [];
        const used: UsedTimes = {
          floor: new ProcessorTimes({ ...processes, load: process.pid }),
          ours: new ProcessorTimes(processes),
        };
        for (let round = 0; round < Math.min(rounds, most ?? rounds); round += 1)
          measured.push(await run(kind, count, atOnce, used));
        const least = measured.map((rates) => rates.floor);
        const reached = measured.map((rates) => rates.ours);
        const ratio = median(reached) / median(least);
        rows.push([
          `${kind}, ${atOnce} at once`,
          figure(Math.round(median(least))),
          figure(Math.round(median(reached))),
          figure(ratio),
          `${Math.round(spread(least) * 100)}% / ${Math.round(spread(reached) * 100)}%`,
        ]);
        const suffix = atOnce === clients ? '' : `At${atOnce}`;
        metrics[`rush.${kind}Ratio${suffix}`] = ratio;
        metrics[`rush.${kind}ASecond${suffix}`] = median(reached);
        for (const whose of ['floor', 'ours'] as const) {
          const spent = used[whose].perEntry();
          const together = Object.values(spent).reduce((sum, time) => sum + time, 0);
          if (together === 0) continue;
          times.push([
            `${kind}, ${atOnce} at once: ${whose}`,
            ...Object.keys(processes).map((name) => figure(spent[name] ?? 0)),
            figure(together),
          ]);
          metrics[`rush.${kind}ProcessorMs${whose === 'ours' ? '' : 'Floor'}${suffix}`] = together;
        }
      }
    }
    print(`${table(['entries a second, medians', 'floor', 'ours', 'ratio', 'spread'], rows)}\n`);
    if (times.length > 0)
      print(`${table(['processor, milliseconds an entry', ...Object.keys(processes), 'together'], times)}\n`);

    const everybody = { do: 'everybody', api: url, stripe: outside.stripe, event: 'exact' };
    const plain = await client.ask({ ...everybody, first: runner(buyers), count: buyers }, tally);
    const disturbed = await disturbedRace(ours, {
      event: 'exact-disturbed',
      first: runner(buyers),
      buyers,
      seed: 1,
    });
    print(describeRace('all at once over HTTP', plain));
    print(describeRace('all at once, with conflicts, throttling and crashes', disturbed));
    const wrong =
      (await oversold(ours, 'exact', scarce, plain.held ?? 0)) +
      (await oversold(ours, 'exact-disturbed', scarce, disturbed.held ?? 0));
    return {
      ...metrics,
      'rush.oversold': wrong,
      'rush.undersold': 2 * scarce - (plain.held ?? 0) - (disturbed.held ?? 0),
      'rush.unanswered': unanswered(plain) + unanswered(disturbed),
    };
  } finally {
    for (const child of children) child.stop();
    await dynamodb.stop();
  }
}

/** Where the processor's time goes while the floor runs, and while the service does. */
interface UsedTimes {
  readonly floor: ProcessorTimes;
  readonly ours: ProcessorTimes;
}

function unanswered({ held = 0, sold_out = 0 }: Tally): number {
  return buyers - held - sold_out;
}

function describeRace(how: string, answers: Tally): string {
  const told = Object.entries(answers).map(([name, count]) => `${count} ${name}`);
  return `${buyers} buyers for ${scarce} places, ${how}: ${told.join(', ')}\n`;
}
