import { expect, it } from 'vitest';
import { published, scaled } from '../../bench/season/event.ts';
import { playSeason } from '../../bench/season/run.ts';
import { builtWeb } from '../../local/web.ts';

const entries = 60;

it('ends the same when it is played twice, and everything in it is proven', async () => {
  const web = await builtWeb();
  const played = await Promise.all(
    [1, 2].map(async () => {
      const season = await playSeason({ seed: 11, entries, web });
      await season.stop();
      return season;
    }),
  );
  for (const { proof, report, tally } of played) {
    expect(proof.asked.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(report.totals.total.amount).toBe(scaled(published.raised, entries));
    expect(report.distances.find(({ distance }) => distance === '10-km')).toMatchObject({ left: 0 });
    for (const what of [
      'joined the waiting list',
      'offers taken',
      'orders refunded',
      'orders refunded in part',
      'entries handed over',
      'members of teams',
      'gifts of partners',
    ])
      expect([what, (tally[what] ?? 0) > 0]).toEqual([what, true]);
  }
  expect(new Set(played.map(({ digest }) => digest)).size).toBe(1);
}, 300_000);
