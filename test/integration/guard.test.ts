import { beforeEach, describe, expect, it } from 'vitest';
import {
  type GuardedReversal,
  payoutGuardPart,
  readBalance,
  restoreGuardParts,
  reversalGuardParts,
  withinBalances,
} from '../../shared/charity/guard.ts';
import { bookParts } from '../../shared/ledger/book.ts';
import { fold } from '../../shared/ledger/fold.ts';
import type { LedgerTransaction, Posting } from '../../shared/ledger/transaction.ts';
import { commit, type Database, DatabaseBusy, type Outcome } from '../../shared/platform/database.ts';
import { contents, openTestDatabase } from '../support/database.ts';
import { seeded, type TestWorld, testWorld } from '../support/world.ts';

const event = 'test-race';
const school = 'project:school';

let db: Database;
let world: TestWorld;
beforeEach(async () => {
  db = await openTestDatabase();
  world = testWorld();
});

function booking(fact: string, postings: readonly Posting[]): LedgerTransaction {
  return {
    fact,
    keyDay: '2026-11-24',
    event,
    order: 'ord_1',
    currency: 'KZT',
    occurredAt: '2026-11-24T06:00:00.000Z',
    day: '2026-11-24',
    postings: [...postings],
    entries: {},
  };
}

const credit = async (fact: string, amount: number, account = school): Promise<void> => {
  const outcome = await commit(
    db,
    world,
    bookParts(
      booking(fact, [
        { account: 'stripe', amount },
        { account, amount: -amount, source: 'feeShare', distance: '10k' },
      ]),
    ),
  );
  expect(outcome.done).toBe(true);
};

const reversed = (amount: number, account = school): Posting[] => [
  { account, amount, source: 'refund', distance: '10k' },
];

async function commitReversal(
  fact: string,
  { postings, parts }: Pick<GuardedReversal, 'postings' | 'parts'>,
): Promise<Outcome> {
  const sum = postings.reduce((total, { amount }) => total + amount, 0);
  return commit(db, world, [
    ...bookParts(booking(fact, [...postings, { account: 'refunds-due', amount: -sum }])),
    ...parts,
  ]);
}

/** Decides and books a reversal, again and again as its callers do. */
async function reverse(fact: string, amount: number, credits: readonly string[]): Promise<GuardedReversal> {
  for (;;) {
    const held = await reversalGuardParts(db, { event, postings: reversed(amount), credits });
    if ((await commitReversal(fact, held)).done) return held;
  }
}

async function payOut(fact: string, amount: number, account = school): Promise<boolean> {
  const balance = (await readBalance(db, event, [account])).get(account);
  if (!balance || amount > balance.available) return false;
  const outcome = await commit(db, world, [
    ...bookParts(
      booking(fact, [
        { account, amount, source: 'payout' },
        { account: 'bank', amount: -amount },
      ]),
    ),
    payoutGuardPart(event, account, balance, amount, 'out'),
  ]);
  return outcome.done;
}

const available = async (account = school) =>
  (await readBalance(db, event, [account])).get(account)?.available;
const guardItem = async () => (await contents(db, 'charity'))[0];

/** What the ledger itself says of an account: credits, what was paid out, what was reversed; and the fund's losses. */
async function booked() {
  const postings = (await contents(db, 'ledger')).flatMap((item): Posting[] => item.postings);
  const sum = (wanted: (posting: Posting) => boolean) =>
    postings.filter(wanted).reduce((total, { amount }) => total + amount, 0);
  return {
    credited: -sum(({ account, source }) => account === school && source === 'feeShare'),
    out: sum(({ account, source }) => account === school && source === 'payout'),
    reversed: sum(({ account, source }) => account === school && source === 'refund'),
    lost: sum(({ account }) => account === 'fund-losses'),
  };
}

describe('while nothing was paid out', () => {
  it('reverses what an order gave, at once and without the totals', async () => {
    await credit('pi_1 paid', 500);
    const held = await reverse('rfd_1 due', 500, ['pi_1 paid']);
    expect(held).toMatchObject({ postings: reversed(500), lost: 0 });
    expect(await guardItem()).toMatchObject({ out: 0, reversed: 500 });
  });

  it('lets many reversals pass without one refusing another', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => index);
    for (const n of numbers) await credit(`pi_${n} paid`, 100);
    const held = await Promise.all(
      numbers.map((n) =>
        reversalGuardParts(db, { event, postings: reversed(100), credits: [`pi_${n} paid`] }),
      ),
    );
    const outcomes = await Promise.all(held.map((one, n) => commitReversal(`rfd_${n} due`, one)));
    expect(outcomes.every(({ done }) => done)).toBe(true);
    expect(await guardItem()).toMatchObject({ reversed: 800 });
  });
});

describe('once something was paid out', () => {
  beforeEach(async () => {
    await credit('pi_1 paid', 500);
    await credit('pi_2 paid', 300);
    await fold(db, world);
    expect(await payOut('out_1 paid', 700)).toBe(true);
  });

  it('takes what is left of the account, and the rest from the fund', async () => {
    const held = await reverse('rfd_1 due', 300, ['pi_2 paid']);
    expect(held).toMatchObject({
      lost: 200,
      postings: [
        { account: school, amount: 100, source: 'refund' },
        { account: 'fund-losses', amount: 200, distance: '10k' },
      ],
    });
    expect(await reverse('rfd_2 due', 500, ['pi_1 paid'])).toMatchObject({ lost: 500 });
    expect(await booked()).toEqual({ credited: 800, out: 700, reversed: 100, lost: 700 });
    expect(await available()).toBe(0);
  });

  it('waits until the payment itself is in the balance', async () => {
    await credit('pi_3 paid', 400);
    await expect(
      reversalGuardParts(db, { event, postings: reversed(400), credits: ['pi_3 paid'] }),
    ).rejects.toThrow(DatabaseBusy);
    await fold(db, world);
    expect(await reverse('rfd_3 due', 400, ['pi_3 paid'])).toMatchObject({ lost: 0 });
  });

  it('refuses a reversal that was decided before something else left the account', async () => {
    const early = await reversalGuardParts(db, { event, postings: reversed(100), credits: ['pi_2 paid'] });
    expect(await payOut('out_2 paid', 50)).toBe(true);
    const outcome = await commitReversal('rfd_1 due', early);
    expect(outcome.done || [...outcome.refused]).toEqual([`guard:${school}`]);
  });

  it('lets only one of two reversals have the same rest', async () => {
    const held = await Promise.all(
      ['pi_1 paid', 'pi_2 paid'].map((fact) =>
        reversalGuardParts(db, { event, postings: reversed(100), credits: [fact] }),
      ),
    );
    expect(held.map(({ lost }) => lost)).toEqual([0, 0]);
    const outcomes = await Promise.all(held.map((one, n) => commitReversal(`rfd_${n} due`, one)));
    expect(outcomes.filter(({ done }) => done)).toHaveLength(1);
    expect(await booked()).toEqual({ credited: 800, out: 700, reversed: 100, lost: 0 });
  });

  it('gives back what was taken when the money returns', async () => {
    const held = await reverse('txn_1 withdrawn', 300, ['pi_2 paid']);
    const back = held.postings.map((posting) => ({ ...posting, amount: -posting.amount }));
    const outcome = await commitReversal('txn_2 reinstated', {
      postings: back,
      parts: restoreGuardParts(event, back),
    });
    expect(outcome.done).toBe(true);
    expect(await guardItem()).toMatchObject({ out: 700, reversed: 0 });
    await fold(db, world);
    expect(await available()).toBe(100);
    expect((await booked()).lost).toBe(0);
  });
});

it('lets only one of two payouts have the same money', async () => {
  await credit('pi_1 paid', 1_000);
  await fold(db, world);
  const paid = await Promise.all([1, 2, 3, 4].map((n) => payOut(`out_${n} paid`, 600)));
  expect(paid.filter(Boolean)).toHaveLength(1);
  expect(await available()).toBe(400);
});

it('lets no payout have a tiyn more than there is', async () => {
  await credit('pi_1 paid', 1_000);
  await fold(db, world);
  const balance = (await readBalance(db, event, [school])).get(school);
  if (!balance) throw new Error('There is no balance.');
  expect(() => payoutGuardPart(event, school, balance, 1_001, 'out')).toThrow(RangeError);
  expect(() => payoutGuardPart(event, school, balance, 1_001, 'reserved')).toThrow(RangeError);
  expect(await payOut('out_1 paid', 1_000)).toBe(true);
});

it('does not count what was credited before it is projected', async () => {
  await credit('pi_1 paid', 1_000);
  expect(await available()).toBe(0);
  expect(await payOut('out_1 paid', 1)).toBe(false);
});

it.each([1, 2, 3, 4])(
  'never lets more leave than was credited, whatever happens in whatever order (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const open: { fact: string; left: number }[] = [];
    let asked = 0;
    for (let step = 0; step < 30; step += 1) {
      const kind = random();
      const amount = 1 + Math.floor(random() * 500);
      if (kind < 0.35 || open.length === 0) {
        await credit(`pi_${step} paid`, amount);
        open.push({ fact: `pi_${step} paid`, left: amount });
      } else if (kind < 0.65) {
        const order = open[Math.floor(random() * open.length)];
        const part = order ? Math.min(order.left, amount) : 0;
        if (!order || part === 0) continue;
        await fold(db, world);
        await reverse(`rfd_${step} due`, part, [order.fact]);
        order.left -= part;
        asked += part;
      } else if (kind < 0.8) {
        // Two at once, for more than there is between them.
        await Promise.all([payOut(`out_${step}a paid`, amount * 2), payOut(`out_${step}b paid`, amount)]);
      } else {
        await fold(db, world);
      }
      const { credited, out, reversed: back, lost } = await booked();
      expect(out + back).toBeLessThanOrEqual(credited);
      expect(back + lost).toBe(asked);
      const guard = await guardItem();
      if (guard) expect(guard).toMatchObject({ out, reversed: back });
    }
    await fold(db, world);
    const { credited, out, reversed: back } = await booked();
    expect(await available()).toBe(credited - out - back);
  },
);

it('takes an excess from the last postings, keeps the sum, and leaves other accounts alone', () => {
  const postings: Posting[] = [
    { account: 'entry-fees', amount: 50 },
    { account: school, amount: 30, source: 'refund', distance: '10k' },
    { account: 'charity:unassigned', amount: 5, source: 'refund' },
    { account: school, amount: 20, source: 'refund' },
    { account: 'refunds-due', amount: -105 },
  ];
  const held = withinBalances(postings, new Map([[school, 35]]));
  expect(held.postings).toEqual([
    { account: 'entry-fees', amount: 50 },
    { account: school, amount: 30, source: 'refund', distance: '10k' },
    { account: 'charity:unassigned', amount: 5, source: 'refund' },
    { account: school, amount: 5, source: 'refund' },
    { account: 'fund-losses', amount: 15 },
    { account: 'refunds-due', amount: -105 },
  ]);
  expect(held.lost).toBe(15);
});
