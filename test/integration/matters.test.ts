import { beforeEach, expect, it } from 'vitest';
import { commit, type Database } from '../../shared/platform/database.ts';
import { readAudit } from '../../shared/staff/audit.ts';
import { type NewMatter, openMatters, raiseMatter, settleMatter } from '../../shared/staff/matters.ts';
import { openTestDatabase } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

let db: Database;
let world: TestWorld;
beforeEach(async () => {
  db = await openTestDatabase();
  world = testWorld();
});

const matter = (changes: Partial<NewMatter> = {}): NewMatter => ({
  kind: 'refund_failed',
  fact: 're_1 failed',
  raisedAt: '2026-11-24T05:00:00.000Z',
  about: { event: 'test-race', order: 'ord_1', refund: 're_1' },
  amount: { amount: 2_000_000, currency: 'KZT' },
  ...changes,
});
const raise = (changes: Partial<NewMatter> = {}) => commit(db, world, [raiseMatter(matter(changes))]);
const audit = () => readAudit(db, { month: '2026-11', limit: 50 });

it('raises one matter for a fact, whoever reports it and however often', async () => {
  await Promise.all([raise(), raise(), raise()]);
  await raise({ raisedAt: '2026-11-24T05:30:00.000Z' });
  expect(await openMatters(db)).toMatchObject([{ kind: 'refund_failed', about: { refund: 're_1' } }]);
});

it('lists the open ones, the oldest first', async () => {
  for (const n of [3, 1, 2])
    await raise({
      fact: `re_${n} failed`,
      raisedAt: `2026-11-24T05:0${n}:00.000Z`,
      about: { refund: `re_${n}` },
    });
  expect((await openMatters(db)).map(({ about }) => about.refund)).toEqual(['re_1', 're_2', 're_3']);
});

it('settles a matter once, with a note and in the audit log, and does not raise it again', async () => {
  await raise();
  const [open] = await openMatters(db);
  const id = open?.id ?? '';
  const dana = { by: 'dana', note: 'Paid back by bank transfer.' };
  const first = await settleMatter({ db, world }, id, dana);
  world.advance(1_000);
  expect(await settleMatter({ db, world }, id, dana)).toEqual(first);
  await expect(settleMatter({ db, world }, id, { ...dana, by: 'timur' })).rejects.toMatchObject({
    code: 'matter_settled',
  });
  await raise();
  expect(await openMatters(db)).toEqual([]);
  expect(await audit()).toMatchObject([
    { act: 'matter_settled', by: 'dana', note: dana.note, about: { matter: id, refund: 're_1' } },
  ]);
});

it('lets one of two people settle it', async () => {
  await raise();
  const [open] = await openMatters(db);
  const results = await Promise.allSettled(
    ['dana', 'timur'].map((by) => settleMatter({ db, world }, open?.id ?? '', { by, note: 'Done.' })),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await audit()).toHaveLength(1);
});

it('finds an act that was carried out though its answer was lost', async () => {
  await raise();
  const [open] = await openMatters(db);
  const id = open?.id ?? '';
  const cut = withFaults(db, { command: 'TransactWrite', kind: 'lose-answer' });
  const act = { by: 'dana', note: 'Done.' };
  await expect(settleMatter({ db: cut, world }, id, act)).rejects.toThrow(ConnectionLost);
  expect(await settleMatter({ db, world }, id, act)).toMatchObject({ settled: act });
  expect(await audit()).toHaveLength(1);
});

it('knows no matter that was never raised', async () => {
  await expect(settleMatter({ db, world }, 'mat_none', { by: 'dana', note: 'Done.' })).rejects.toMatchObject({
    code: 'matter_unknown',
  });
});
