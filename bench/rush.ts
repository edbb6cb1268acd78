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
import { openRace } from './race.ts';
import { median, spread } from './statistics.ts';

/** Rounds and entries of each by clients at once, so that a run takes about a minute. */
const plans = {
  few: { rounds: 3, holds: 40, paid: 30 },
  many: { rounds: 5, holds: 250, paid: 150 },
} as const;

const capacity = 20_000;
const scarce = 300;
const buyers = 600;

const address = z.object({ url: z.string() });
const timed = z.object({ seconds: z.number() });
const tally = z.record(z.string(), z.int());

/**
 * The speed of the service on this machine against the floor under it, in alternating rounds, with the load, Stripe's
 * double and the functions each in a process of their own; and whether a rush sells every place exactly once.
 */
export async function measureRush(clients: number, print: (text: string) => void): Promise<Metrics> {
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
    const run = async (kind: 'holds' | 'paid', count: number, atOnce: number) => {
      const first = runner(count);
      const least = await runFloor(floor, race, { kind, first, count, clients: atOnce });
      const round = {
        do: kind,
        clients: atOnce,
        api: url,
        stripe: outside.stripe,
        event: 'rush',
        first,
        count,
      };
      const { seconds } = await client.ask(round, timed);
      await settle();
      return { floor: count / least, ours: count / seconds };
    };

    await run('holds', 300, clients);
    await run('paid', 400, clients);
    const rows: string[][] = [];
    const metrics: Metrics = {};
    for (const atOnce of new Set([1, 8, clients])) {
      const { rounds, holds, paid } = atOnce < 16 ? plans.few : plans.many;
      for (const [kind, count] of [
        ['holds', holds],
        ['paid', paid],
      ] as const) {
        const measured: { floor: number; ours: number }[] = [];
        for (let round = 0; round < rounds; round += 1) measured.push(await run(kind, count, atOnce));
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
      }
    }
    print(`${table(['entries a second, medians', 'floor', 'ours', 'ratio', 'spread'], rows)}\n`);

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

function unanswered({ held = 0, sold_out = 0 }: Tally): number {
  return buyers - held - sold_out;
}

function describeRace(how: string, answers: Tally): string {
  const told = Object.entries(answers).map(([name, count]) => `${count} ${name}`);
  return `${buyers} buyers for ${scarce} places, ${how}: ${told.join(', ')}\n`;
}
