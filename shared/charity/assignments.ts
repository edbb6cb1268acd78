import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn } from '../catalogue/time.ts';
import {
  type AssignmentInput,
  type AssignmentsView,
  type AssignmentView,
  type Decision,
  proposalStates,
} from '../contracts/charity.ts';
import type { FieldError } from '../contracts/problems.ts';
import { charityAccount, unassignedAccount } from '../ledger/accounts.ts';
import { bookParts } from '../ledger/book.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import { commit, DatabaseBusy, getItem, type Item } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { auditPart } from '../staff/audit.ts';
import { splitByWeights } from './allocate.ts';
import { payoutGuardPart, readBalance } from './guard.ts';
import {
  decide,
  decidePart,
  type Fund,
  newProposalPart,
  proposalFields,
  proposalId,
  proposalKey,
  readProposals,
  standing,
} from './proposals.ts';

/** Rounds in which approving may meet other writers. */
const mostRounds = 8;

const assignmentItem = z.object({
  ...proposalFields,
  state: z.enum(proposalStates),
  shares: z.array(z.object({ project: z.string(), amount: z.int() })),
  note: z.string(),
  /** What was asked for, so that one Idempotency-Key cannot stand for two proposals. */
  asked: z.object({ amount: z.int().optional(), weights: z.record(z.string(), z.int()) }),
});
type Assignment = Omit<z.infer<typeof assignmentItem>, 'sk'> & { readonly id: string };

function parseAssignment(item: Item): Assignment {
  const { sk: id, ...content } = assignmentItem.parse(item);
  return { id, ...content };
}

async function readAssignment({ db }: Fund, event: string, id: string): Promise<Assignment | undefined> {
  if (!id.startsWith('asg_')) return undefined;
  const item = await getItem(db, 'charity', proposalKey(event, id), { strong: true });
  return item && parseAssignment(item);
}

/** What waits for projects in an event, and what was proposed to become of it. */
export async function listAssignments(fund: Fund, event: CatalogueEvent): Promise<AssignmentsView> {
  const [items, available] = await Promise.all([
    readProposals(fund.db, event.id, 'asg'),
    availableToAssign(fund, event.id),
  ]);
  return {
    available: { amount: available, currency: event.currency },
    projects: event.projects.map(({ id, name }) => ({ id, name })),
    assignments: items.map((item) => view(parseAssignment(item), fund.world.now())),
  };
}

async function availableToAssign({ db }: Fund, event: string): Promise<number> {
  return (await readBalance(db, event, [unassignedAccount])).get(unassignedAccount)?.available ?? 0;
}

/**
 * Proposes what is to become of money that is for no project yet: an amount, or all of it, split by weights. Nothing
 * moves before another person approves it. Repeat with the same key safely.
 * @throws Refusal `validation_failed`, `balance_too_small`, `idempotency_key_reused`.
 */
export async function proposeAssignment(
  fund: Fund,
  event: CatalogueEvent,
  {
    by,
    idempotencyKey,
    input,
  }: { readonly by: string; readonly idempotencyKey: string; readonly input: AssignmentInput },
): Promise<AssignmentView> {
  const { db, world } = fund;
  const id = proposalId('asg', event.id, by, idempotencyKey);
  const asked = { ...(input.amount && { amount: input.amount.amount }), weights: input.weights };
  const before = await readAssignment(fund, event.id, id);
  if (before) return sameAsked(before, asked, input.note, world.now());
  refuseWrong(event, input);
  const available = await availableToAssign(fund, event.id);
  const amount = input.amount?.amount ?? available;
  if (amount === 0 || amount > available) throw new Refusal('balance_too_small');
  const now = world.now();
  const weights = Object.entries(input.weights).map(([project, weight]) => ({ project, weight }));
  await commit(db, world, [
    newProposalPart(event.id, id, {
      by,
      now,
      amount,
      currency: event.currency,
      shares: splitByWeights(amount, weights),
      note: input.note,
      asked,
    }),
    auditPart({
      act: 'assignment_proposed',
      by,
      at: now.toISOString(),
      about: { event: event.id, assignment: id },
      amount: { amount, currency: event.currency },
      note: input.note,
    }),
  ]);
  const made = await readAssignment(fund, event.id, id);
  if (!made) throw new DatabaseBusy(`Proposal ${id} could not be made.`);
  return sameAsked(made, asked, input.note, now);
}

function sameAsked(found: Assignment, asked: Assignment['asked'], note: string, now: Date): AssignmentView {
  if (!isDeepStrictEqual(found.asked, asked) || found.note !== note)
    throw new Refusal('idempotency_key_reused');
  return view(found, now);
}

function refuseWrong(event: CatalogueEvent, { amount, weights }: AssignmentInput): void {
  const errors: FieldError[] = [];
  if (amount && amount.currency !== event.currency)
    errors.push({ field: 'amount.currency', code: 'currency_wrong', limit: event.currency });
  for (const project of Object.keys(weights))
    if (!event.projects.some(({ id }) => id === project))
      errors.push({ field: `weights.${project}`, code: 'project_unknown' });
  if (errors.length > 0) throw new Refusal('validation_failed', { errors });
}

/**
 * Approves or declines a proposal, by another person than the one who made it, or takes it back. Approved, the money
 * moves to the projects in the same transaction. Repeating a decision changes nothing.
 * @throws Refusal `proposal_unknown`, `proposal_over`, `second_person_needed`, `balance_too_small`.
 */
export async function decideAssignment(
  fund: Fund,
  event: CatalogueEvent,
  { id, decision, by }: { readonly id: string; readonly decision: Decision; readonly by: string },
): Promise<AssignmentView> {
  const { db, world } = fund;
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await readAssignment(fund, event.id, id);
    if (!found) throw new Refusal('proposal_unknown');
    const now = world.now();
    const state = decide(found, decision, by, now);
    if (state === undefined) return view(found, now);
    const { amount, currency } = found;
    const outcome = await commit(db, world, [
      decidePart(event.id, found, { state, by, now }),
      auditPart({
        act: `assignment_${state}`,
        by,
        at: now.toISOString(),
        about: { event: event.id, assignment: id },
        amount: { amount, currency },
      }),
      ...(state === 'approved' ? await approvedParts(fund, event, found, now) : []),
    ]);
    if (outcome.done) return view({ ...found, state, decidedBy: by, decidedAt: now.toISOString() }, now);
  }
  throw new DatabaseBusy(`The decision about ${id} met other writers at every try.`);
}

async function approvedParts({ db }: Fund, event: CatalogueEvent, found: Assignment, now: Date) {
  const balance = (await readBalance(db, event.id, [unassignedAccount])).get(unassignedAccount);
  if (!balance || found.amount > balance.available) throw new Refusal('balance_too_small');
  return [
    payoutGuardPart(event.id, unassignedAccount, balance, found.amount, 'out'),
    ...bookParts(assignedBooking(event, found, now)),
  ];
}

/** The ledger transaction that gives projects what was for none yet. What charity has in all stays the same. */
function assignedBooking(event: CatalogueEvent, found: Assignment, now: Date): LedgerTransaction {
  return {
    fact: `${found.id} approved`,
    keyDay: found.proposedAt.slice(0, 10),
    event: event.id,
    currency: found.currency,
    occurredAt: now.toISOString(),
    day: dayIn(event.zone, now),
    postings: [
      { account: unassignedAccount, amount: found.amount, source: 'assignment' },
      ...found.shares.map(({ project, amount }) => ({
        account: charityAccount(project),
        amount: -amount,
        source: 'assignment' as const,
      })),
    ],
    entries: {},
  };
}

function view(found: Assignment, now: Date): AssignmentView {
  const { amount, currency, shares, asked: _, ...rest } = found;
  const money = (minor: number) => ({ amount: minor, currency });
  return {
    ...rest,
    state: standing(found, now),
    amount: money(amount),
    shares: shares.map((share) => ({ project: share.project, amount: money(share.amount) })),
  };
}
