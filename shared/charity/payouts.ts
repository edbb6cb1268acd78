import * as z from 'zod';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn } from '../catalogue/time.ts';
import {
  type PayoutInput,
  type PayoutOutcome,
  type PayoutsView,
  type PayoutView,
  payoutStates,
} from '../contracts/charity.ts';
import type { FieldError } from '../contracts/problems.ts';
import { charityAccount } from '../ledger/accounts.ts';
import { bookParts } from '../ledger/book.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { endReservationPart, payoutGuardPart, readBalance } from './guard.ts';
import {
  actPart,
  decideProposal,
  type Fund,
  mostRounds,
  type ProposalDecision,
  type ProposalKind,
  proposalFields,
  proposalKey,
  propose,
  readProposal,
  readProposals,
  standing,
} from './proposals.ts';

const payoutItem = z.object({
  ...proposalFields,
  state: z.enum(payoutStates),
  project: z.string(),
  reference: z.string(),
  paid: z.object({ on: z.string(), by: z.string(), at: z.string() }).optional(),
  cancelledBy: z.string().optional(),
});
type Payout = Omit<z.infer<typeof payoutItem>, 'sk'> & { readonly id: string };

const kind: ProposalKind<Payout> = {
  prefix: 'out',
  name: 'payout',
  parse: (item) => {
    const { sk: id, ...content } = payoutItem.parse(item);
    return { id, ...content };
  },
  about: ({ id, project }) => ({ payout: id, project }),
};

/** What each project of an event can be paid, and the payouts that were proposed. */
export async function listPayouts(fund: Fund, event: CatalogueEvent): Promise<PayoutsView> {
  const accounts = event.projects.map(({ id }) => charityAccount(id));
  const [payouts, balances] = await Promise.all([
    payoutsOf(fund, event.id),
    readBalance(fund.db, event.id, accounts),
  ]);
  return {
    projects: event.projects.map(({ id, name }) => ({
      id,
      name,
      available: { amount: balances.get(charityAccount(id))?.available ?? 0, currency: event.currency },
    })),
    payouts,
  };
}

/** The payouts that were proposed for an event, the latest first. */
export async function payoutsOf(
  { db, world }: Pick<Fund, 'db' | 'world'>,
  event: string,
): Promise<PayoutView[]> {
  const found = await readProposals(db, kind, event);
  return found.map((one) => view(one, world.now()));
}

/**
 * Proposes to pay a project from what it has raised. Nothing is kept for it before another person approves it. Repeat
 * with the same key safely.
 * @throws Refusal `validation_failed`, `balance_too_small`, `idempotency_key_reused`.
 */
export async function proposePayout(
  fund: Fund,
  event: CatalogueEvent,
  {
    by,
    idempotencyKey,
    input,
  }: { readonly by: string; readonly idempotencyKey: string; readonly input: PayoutInput },
): Promise<PayoutView> {
  const { project, amount, reference } = input;
  const found = await propose(fund, kind, event, {
    by,
    idempotencyKey,
    note: reference,
    isSame: (made) =>
      made.project === project && made.amount === amount.amount && made.reference === reference,
    content: async () => {
      refuseWrong(event, input);
      const account = charityAccount(project);
      const available = (await readBalance(fund.db, event.id, [account])).get(account)?.available ?? 0;
      if (amount.amount > available) throw new Refusal('balance_too_small');
      return { amount: amount.amount, project, reference };
    },
  });
  return view(found, fund.world.now());
}

function refuseWrong(event: CatalogueEvent, { project, amount }: PayoutInput): void {
  const errors: FieldError[] = [];
  if (amount.currency !== event.currency)
    errors.push({ field: 'amount.currency', code: 'currency_wrong', limit: event.currency });
  if (!event.projects.some(({ id }) => id === project))
    errors.push({ field: 'project', code: 'project_unknown' });
  if (errors.length > 0) throw new Refusal('validation_failed', { errors });
}

/**
 * Approves or declines a payout, by another person than the one who proposed it, or takes it back. Approved, its amount
 * is kept for it: no refund and no other payout can take it while the bank is at work. Repeating a decision changes
 * nothing.
 * @throws Refusal `proposal_unknown`, `proposal_over`, `second_person_needed`, `balance_too_small`.
 */
export async function decidePayout(
  fund: Fund,
  event: CatalogueEvent,
  decision: ProposalDecision,
): Promise<PayoutView> {
  const found = await decideProposal(fund, kind, event, decision, (one) => reservation(fund, event.id, one));
  return view(found, fund.world.now());
}

async function reservation({ db }: Fund, event: string, { project, amount }: Payout): Promise<Part[]> {
  const account = charityAccount(project);
  const balance = (await readBalance(db, event, [account])).get(account);
  if (!balance || amount > balance.available) throw new Refusal('balance_too_small');
  return [payoutGuardPart(event, account, balance, amount, 'reserved')];
}

/**
 * Records what became of an approved payout: the bank carried it out, which the ledger books, or it is cancelled, and
 * its amount is the project's again. Repeating it changes nothing.
 * @throws Refusal `proposal_unknown`; `proposal_over` when the payout is not approved; `validation_failed` for a day
 *   before it was approved or after today.
 */
export async function endPayout(
  fund: Fund,
  event: CatalogueEvent,
  { id, by, ...input }: { readonly id: string; readonly by: string } & PayoutOutcome,
): Promise<PayoutView> {
  const { db, world } = fund;
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await readProposal(db, kind, event.id, id);
    const now = world.now();
    if (found.state === input.outcome && (input.outcome === 'cancelled' || found.paid?.on === input.on))
      return view(found, now);
    if (found.state !== 'approved') throw new Refusal('proposal_over');
    if (input.outcome === 'paid') refuseDay(event, found, input.on, now);
    const account = charityAccount(found.project);
    const paid = input.outcome === 'paid' && { on: input.on, by, at: now.toISOString() };
    const outcome = await commit(db, world, [
      {
        name: 'proposal',
        table: 'charity',
        key: proposalKey(event.id, id),
        update: `SET #state = :state, ${paid ? 'paid = :how' : 'cancelledBy = :how'}`,
        condition: '#state = :approved',
        names: { '#state': 'state' },
        values: { ':state': input.outcome, ':approved': 'approved', ':how': paid || by },
      },
      endReservationPart(event.id, account, found.amount, paid ? 'out' : 'free'),
      ...(paid ? bookParts(paidBooking(event, found, now)) : []),
      actPart(kind, event, found, paid ? 'payout_paid' : 'payout_cancelled', { by, now }),
    ]);
    if (outcome.done) return view({ ...found, state: input.outcome, ...(paid && { paid }) }, now);
  }
  throw new DatabaseBusy(`Payout ${id} met other writers at every try.`);
}

function refuseDay(event: CatalogueEvent, { decidedAt = '' }: Payout, on: string, now: Date): void {
  const wrong = (code: FieldError['code'], limit: string) =>
    new Refusal('validation_failed', { errors: [{ field: 'on', code, limit }] });
  const first = dayIn(event.zone, new Date(decidedAt));
  const last = dayIn(event.zone, now);
  if (on < first) throw wrong('too_small', first);
  if (on > last) throw wrong('too_large', last);
}

/** The ledger transaction of a payout that the fund's bank has carried out. */
function paidBooking(event: CatalogueEvent, found: Payout, now: Date): LedgerTransaction {
  const { id, project, amount, currency, proposedAt } = found;
  return {
    fact: `${id} paid`,
    keyDay: proposedAt.slice(0, 10),
    event: event.id,
    currency,
    occurredAt: now.toISOString(),
    day: dayIn(event.zone, now),
    postings: [
      { account: charityAccount(project), amount, source: 'payout' },
      { account: 'bank', amount: -amount },
    ],
    entries: {},
  };
}

function view(found: Payout, now: Date): PayoutView {
  const { amount, currency, cancelledBy: _, ...rest } = found;
  return { ...rest, state: standing(found, now), amount: { amount, currency } };
}
