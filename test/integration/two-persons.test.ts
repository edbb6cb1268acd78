import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decideAssignment, listAssignments, proposeAssignment } from '../../shared/charity/assignments.ts';
import { reversalGuardParts } from '../../shared/charity/guard.ts';
import { decidePayout, endPayout, listPayouts, proposePayout } from '../../shared/charity/payouts.ts';
import { decidePart } from '../../shared/charity/proposals.ts';
import type {
  AssignmentInput,
  Decision,
  PayoutInput,
  PayoutOutcome,
} from '../../shared/contracts/charity.ts';
import { bookParts } from '../../shared/ledger/book.ts';
import { fold } from '../../shared/ledger/fold.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { commit } from '../../shared/platform/database.ts';
import { publicTotals } from '../../shared/reports/public-totals.ts';
import { statement, statementCsv } from '../../shared/reports/statement.ts';
import { readAudit } from '../../shared/staff/audit.ts';
import { balances } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ later: true }));
});
afterEach(() => shop.stop());

const kzt = (amount: number) => ({ amount, currency: 'KZT' });
let keys = 0;
const newKey = (): string => {
  keys += 1;
  return `key-of-a-proposal-${keys}`;
};

/** Money that an order gave to an account. */
async function credit(account: string, amount: number, { folded = true } = {}): Promise<void> {
  const fact = `pi_${newKey()} paid`;
  await commit(
    shop.db,
    shop.world,
    bookParts({
      fact,
      keyDay: '2026-11-24',
      event: 'test-race',
      currency: 'KZT',
      occurredAt: '2026-11-24T06:00:00.000Z',
      day: '2026-11-24',
      postings: [
        { account: 'stripe', amount },
        { account, amount: -amount, source: 'feeShare', distance: '10k' },
      ],
      entries: {},
    }),
  );
  if (folded) await fold(shop.db, shop.world);
}

const acts = async () =>
  (await readAudit(shop.db, { month: '2026-11', limit: 50 })).map(({ act, by }) => `${by} ${act}`).sort();
const raised = async () => {
  await fold(shop.db, shop.world);
  return (await publicTotals(shop.till, 'test-race'))?.raised.amount;
};
const booked = async (fact: string) =>
  (await contents(shop.db, 'ledger')).filter((item) => item.fact === fact);
const isProven = async () => (await verify(shop.db, shop.world)).difference === 0;

const assign = (by: string, input: Partial<AssignmentInput> = {}, { key = newKey(), db = shop.db } = {}) =>
  proposeAssignment({ ...shop.till, db }, shop.event, {
    by,
    idempotencyKey: key,
    input: { weights: { school: 2, trees: 1 }, note: 'The board chose them.', ...input },
  });
const decideOn = (id: string, by: string, decision: Decision = 'approve', db = shop.db) =>
  decideAssignment({ ...shop.till, db }, shop.event, { id, by, decision });

describe('an assignment', () => {
  beforeEach(() => credit('charity:unassigned', 1_000));

  it('moves to projects what was for none yet, exactly, and changes nothing of what was raised', async () => {
    const before = await raised();
    const { id, amount, shares } = await assign('dana');
    expect({ amount, shares }).toEqual({
      amount: kzt(1_000),
      shares: [
        { project: 'school', amount: kzt(667) },
        { project: 'trees', amount: kzt(333) },
      ],
    });
    expect(await balances(shop)).toEqual({ stripe: 1_000, 'charity:unassigned': -1_000 });
    expect(await decideOn(id, 'timur')).toMatchObject({ state: 'approved', decidedBy: 'timur' });
    expect(await balances(shop)).toEqual({
      stripe: 1_000,
      'charity:unassigned': 0,
      'project:school': -667,
      'project:trees': -333,
    });
    expect(await raised()).toBe(before);
    expect((await publicTotals(shop.till, 'test-race'))?.projects).toMatchObject([
      { project: 'school', assignment: kzt(667), raised: kzt(667) },
      { project: 'hospice', raised: kzt(0) },
      { project: 'trees', assignment: kzt(333), raised: kzt(333) },
      { project: '-', feeShare: kzt(1_000), assignment: kzt(-1_000), raised: kzt(0) },
    ]);
    expect(await acts()).toEqual(['dana assignment_proposed', 'timur assignment_approved']);
    expect(await isProven()).toBe(true);
    expect((await listAssignments(shop.till, shop.event)).available).toEqual(kzt(0));
  });

  it('is not approved by who proposed it, not even past the rule', async () => {
    const proposal = await assign('dana');
    await expect(decideOn(proposal.id, 'dana')).rejects.toMatchObject({ code: 'second_person_needed' });
    const outcome = await commit(shop.db, shop.world, [
      decidePart('test-race', proposal, { state: 'approved', by: 'dana', now: shop.world.now() }),
    ]);
    expect(outcome.done).toBe(false);
    expect(await balances(shop)).toEqual({ stripe: 1_000, 'charity:unassigned': -1_000 });
  });

  it('is what was proposed: the same request makes one, and another amount is another proposal', async () => {
    const key = newKey();
    const input = { amount: kzt(400) };
    const [first, again] = await Promise.all([
      assign('dana', input, { key }),
      assign('dana', input, { key }),
    ]);
    expect(again).toEqual(first);
    for (const changed of [{ amount: kzt(900) }, { weights: { school: 1 } }, { ...input, note: 'Other.' }])
      await expect(assign('dana', changed, { key })).rejects.toMatchObject({
        code: 'idempotency_key_reused',
      });
    await decideOn(first.id, 'timur');
    await expect(assign('dana', { amount: kzt(900) }, { key })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
    expect((await balances(shop))['charity:unassigned']).toBe(-600);
    // Somebody else's key is their own.
    expect((await assign('timur', input, { key })).id).not.toBe(first.id);
  });

  it('is booked once, however many approve it at once', async () => {
    const { id } = await assign('dana');
    const results = await Promise.allSettled(
      ['timur', 'saule', 'timur', 'arman'].map((by) => decideOn(id, by)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'proposal_over' });
    expect(await booked(`${id} approved`)).toHaveLength(1);
    expect((await acts()).filter((act) => act.endsWith('approved'))).toHaveLength(1);
  });

  it('is approved or withdrawn, never both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await assign('dana', { amount: kzt(10) });
      await Promise.allSettled([decideOn(id, 'timur'), decideOn(id, 'dana', 'decline')]);
      const { assignments } = await listAssignments(shop.till, shop.event);
      const { state } = assignments.find((one) => one.id === id) ?? {};
      expect(await booked(`${id} approved`)).toHaveLength(state === 'approved' ? 1 : 0);
      expect(['approved', 'withdrawn']).toContain(state);
    }
  });

  it('ends when it is declined, withdrawn or too old', async () => {
    const declined = await assign('dana');
    expect(await decideOn(declined.id, 'timur', 'decline')).toMatchObject({ state: 'declined' });
    expect(await decideOn(declined.id, 'timur', 'decline')).toMatchObject({ state: 'declined' });
    const withdrawn = await assign('dana');
    expect(await decideOn(withdrawn.id, 'dana', 'decline')).toMatchObject({ state: 'withdrawn' });
    const old = await assign('dana');
    shop.world.advance(15 * 86_400_000);
    for (const { id } of [declined, withdrawn, old])
      await expect(decideOn(id, 'saule')).rejects.toMatchObject({ code: 'proposal_over' });
    const { assignments } = await listAssignments(shop.till, shop.event);
    expect(assignments.map(({ state }) => state).sort()).toEqual(['declined', 'expired', 'withdrawn']);
    expect(await balances(shop)).toEqual({ stripe: 1_000, 'charity:unassigned': -1_000 });
  });

  it('takes no more than there is when it is approved', async () => {
    const [first, second] = [await assign('dana'), await assign('dana')];
    const results = await Promise.allSettled([decideOn(first.id, 'timur'), decideOn(second.id, 'timur')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'balance_too_small' },
    });
    expect((await balances(shop))['charity:unassigned']).toBe(0);
    await expect(assign('dana')).rejects.toMatchObject({ code: 'balance_too_small' });
  });

  it('survives answers that are lost', async () => {
    const key = newKey();
    const cut = () => withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(assign('dana', {}, { key, db: cut() })).rejects.toThrow(ConnectionLost);
    const { id } = await assign('dana', {}, { key });
    await expect(decideOn(id, 'timur', 'approve', cut())).rejects.toThrow(ConnectionLost);
    expect(await decideOn(id, 'timur')).toMatchObject({ state: 'approved' });
    expect(await booked(`${id} approved`)).toHaveLength(1);
    expect(await acts()).toHaveLength(2);
  });

  it('names what is wrong', async () => {
    const wrong = assign('dana', {
      amount: { amount: 5, currency: 'EUR' },
      weights: { school: 1, castle: 1 },
    });
    await expect(wrong).rejects.toMatchObject({
      code: 'validation_failed',
      detail: {
        errors: [
          { field: 'amount.currency', code: 'currency_wrong' },
          { field: 'weights.castle', code: 'project_unknown' },
        ],
      },
    });
    await expect(assign('dana', { amount: kzt(1_001) })).rejects.toMatchObject({ code: 'balance_too_small' });
    await expect(decideOn('asg_none', 'timur')).rejects.toMatchObject({ code: 'proposal_unknown' });
    await expect(decideOn('guard#charity:unassigned', 'timur')).rejects.toMatchObject({
      code: 'proposal_unknown',
    });
  });
});

const propose = (
  by: string,
  amount: number,
  { key = newKey(), ...input }: Partial<PayoutInput> & { key?: string } = {},
) =>
  proposePayout(shop.till, shop.event, {
    by,
    idempotencyKey: key,
    input: { project: 'school', amount: kzt(amount), reference: 'Agreement 7', ...input },
  });
const decidePay = (id: string, by: string, decision: Decision = 'approve') =>
  decidePayout(shop.till, shop.event, { id, by, decision });
const end = (id: string, input: PayoutOutcome, by = 'dana') =>
  endPayout(shop.till, shop.event, { id, by, ...input });
const available = async () =>
  (await listPayouts(shop.till, shop.event)).projects.find(({ id }) => id === 'school')?.available.amount;
const today = '2026-11-24';

describe('a payout', () => {
  beforeEach(() => credit('project:school', 1_000));

  it('is proposed, approved by another person, and booked once the bank has carried it out', async () => {
    const before = await raised();
    const { id } = await propose('dana', 700);
    expect(await available()).toBe(1_000);
    await expect(decidePay(id, 'dana')).rejects.toMatchObject({ code: 'second_person_needed' });
    await expect(end(id, { outcome: 'paid', on: today })).rejects.toMatchObject({ code: 'proposal_over' });
    await decidePay(id, 'timur');
    expect(await available()).toBe(300);
    expect((await balances(shop)).bank).toBeUndefined();
    const paid = await end(id, { outcome: 'paid', on: today });
    expect(paid).toMatchObject({ state: 'paid', paid: { on: today, by: 'dana' } });
    expect(await end(id, { outcome: 'paid', on: today }, 'saule')).toEqual(paid);
    expect(await balances(shop)).toEqual({ stripe: 1_000, 'project:school': -300, bank: -700 });
    expect(await available()).toBe(300);
    expect(await raised()).toBe(before);
    expect(await publicTotals(shop.till, 'test-race')).toMatchObject({
      paidOut: kzt(700),
      projects: [{ project: 'school', raised: kzt(1_000), paidOut: kzt(700) }, {}, {}, {}],
    });
    expect(await available()).toBe(300);
    expect(await acts()).toEqual(['dana payout_paid', 'dana payout_proposed', 'timur payout_approved']);
    expect(await isProven()).toBe(true);
  });

  it('cannot overdraw its project, whoever approves whatever at once', async () => {
    const proposals = await Promise.all([600, 600, 500, 400].map((amount) => propose('dana', amount)));
    await Promise.allSettled(proposals.map(({ id }) => decidePay(id, 'timur')));
    const { payouts } = await listPayouts(shop.till, shop.event);
    const approved = payouts.filter(({ state }) => state === 'approved');
    const sum = approved.reduce((total, { amount }) => total + amount.amount, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(1_000);
    expect(await available()).toBe(1_000 - sum);
    await Promise.all(approved.map(({ id }) => end(id, { outcome: 'paid', on: today })));
    expect((await balances(shop))['project:school']).toBe(sum - 1_000);
  });

  it('keeps its money from refunds while the bank is at work, at the cost of the fund', async () => {
    const { id } = await propose('dana', 900);
    await decidePay(id, 'timur');
    const refund = await reversalGuardParts(shop.db, {
      event: 'test-race',
      postings: [{ account: 'project:school', amount: 400, source: 'refund', distance: '10k' }],
      credits: [],
    });
    expect(refund.lost).toBe(300);
    await commit(shop.db, shop.world, [
      ...bookParts({
        fact: 'rfd_1 due',
        keyDay: today,
        event: 'test-race',
        currency: 'KZT',
        occurredAt: `${today}T06:00:00.000Z`,
        day: today,
        postings: [...refund.postings, { account: 'refunds-due', amount: -400 }],
        entries: {},
      }),
      ...refund.parts,
    ]);
    await end(id, { outcome: 'paid', on: today });
    expect(await balances(shop)).toMatchObject({ 'project:school': 0, 'fund-losses': 300, bank: -900 });
  });

  it('frees its money when it is cancelled, once', async () => {
    const { id } = await propose('dana', 900);
    await decidePay(id, 'timur');
    await Promise.allSettled([end(id, { outcome: 'cancelled' }), end(id, { outcome: 'cancelled' }, 'saule')]);
    expect(await end(id, { outcome: 'cancelled' })).toMatchObject({ state: 'cancelled' });
    expect(await available()).toBe(1_000);
    await expect(end(id, { outcome: 'paid', on: today })).rejects.toMatchObject({ code: 'proposal_over' });
  });

  it('is paid or cancelled, never both', async () => {
    const { id } = await propose('dana', 900);
    await decidePay(id, 'timur');
    const both = await Promise.allSettled([
      end(id, { outcome: 'paid', on: today }),
      end(id, { outcome: 'cancelled' }),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const isPaid = (await booked(`${id} paid`)).length === 1;
    expect(await available()).toBe(isPaid ? 100 : 1_000);
  });

  it('names what is wrong', async () => {
    await expect(propose('dana', 1_001)).rejects.toMatchObject({ code: 'balance_too_small' });
    await expect(propose('dana', 1, { project: 'castle' })).rejects.toMatchObject({
      detail: { errors: [{ field: 'project', code: 'project_unknown' }] },
    });
    const key = newKey();
    await propose('dana', 5, { key });
    await expect(propose('dana', 6, { key })).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    const { id } = await propose('dana', 10);
    await decidePay(id, 'timur');
    for (const [on, code] of [
      ['2026-11-23', 'too_small'],
      ['2026-11-25', 'too_large'],
    ] as const)
      await expect(end(id, { outcome: 'paid', on })).rejects.toMatchObject({
        detail: { errors: [{ field: 'on', code }] },
      });
    await expect(decidePay('asg_1', 'timur')).rejects.toMatchObject({ code: 'proposal_unknown' });
  });

  it('does not count money that is not in the totals yet', async () => {
    await credit('project:school', 500, { folded: false });
    await expect(propose('dana', 1_200)).rejects.toMatchObject({ code: 'balance_too_small' });
    await fold(shop.db, shop.world);
    expect(await propose('dana', 1_200)).toMatchObject({ state: 'proposed' });
  });
});

it('states for each project what came, what went and what is left, day by day, equal to the ledger', async () => {
  await credit('project:school', 1_000);
  await credit('charity:unassigned', 90);
  const assignment = await assign('dana', { weights: { school: 1 } });
  shop.world.advance(86_400_000);
  await decideOn(assignment.id, 'timur');
  await fold(shop.db, shop.world);
  const payout = await propose('dana', 1_050);
  await decidePay(payout.id, 'timur');
  await end(payout.id, { outcome: 'paid', on: '2026-11-25' });
  const next = await propose('dana', 40);
  await decidePay(next.id, 'timur');
  await fold(shop.db, shop.world);
  const found = await statement(shop.till, { event: 'test-race', project: 'school' });
  expect(found).toMatchObject({
    totals: {
      feeShare: kzt(1_000),
      assignment: kzt(90),
      refund: kzt(0),
      payout: kzt(-1_050),
      balance: kzt(40),
      reserved: kzt(40),
    },
    days: [
      { day: '2026-11-24', feeShare: kzt(1_000), balance: kzt(1_000) },
      { day: '2026-11-25', assignment: kzt(90), payout: kzt(-1_050), balance: kzt(40) },
    ],
    payouts: [{ state: 'approved' }, { state: 'paid' }],
  });
  expect((await balances(shop))['project:school']).toBe(-40);
  expect(found && statementCsv(found).split('\r\n')).toEqual([
    '\ufeffproject,name_kk,name_ru,name_en,day,fee_share,donation,assignment,refund,payout,balance,currency',
    'school,School,School,School,2026-11-24,10.00,0.00,0.00,0.00,0.00,10.00,KZT',
    'school,School,School,School,2026-11-25,0.00,0.00,0.90,0.00,-10.50,0.40,KZT',
    'school,School,School,School,total,10.00,0.00,0.90,0.00,-10.50,0.40,KZT',
    '',
  ]);
  expect(await statement(shop.till, { event: 'test-race', project: '-' })).toMatchObject({
    totals: { feeShare: kzt(90), assignment: kzt(-90), balance: kzt(0) },
  });
  expect(await statement(shop.till, { event: 'test-race', project: 'castle' })).toBeUndefined();
});
