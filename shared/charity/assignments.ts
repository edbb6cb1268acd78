import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn } from '../catalogue/time.ts';
import {
  type AssignmentInput,
  type AssignmentsView,
  type AssignmentView,
  proposalStates,
} from '../contracts/charity.ts';
import type { FieldError } from '../contracts/problems.ts';
import { charityAccount, unassignedAccount } from '../ledger/accounts.ts';
import { bookParts } from '../ledger/book.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { splitByWeights } from './allocate.ts';
import { payoutGuardPart, readBalance } from './guard.ts';
import {
  decideProposal,
  type Fund,
  type ProposalDecision,
  type ProposalKind,
  proposalFields,
  propose,
  readProposals,
  standing,
} from './proposals.ts';

const assignmentItem = z.object({
  ...proposalFields,
  state: z.enum(proposalStates),
  shares: z.array(z.object({ project: z.string(), amount: z.int() })),
  note: z.string(),
  /** What was asked for, so that one Idempotency-Key cannot stand for two proposals. */
  asked: z.object({ amount: z.int().optional(), weights: z.record(z.string(), z.int()) }),
});
type Assignment = Omit<z.infer<typeof assignmentItem>, 'sk'> & { readonly id: string };

const kind: ProposalKind<Assignment> = {
  prefix: 'asg',
  name: 'assignment',
  parse: (item) => {
    const { sk: id, ...content } = assignmentItem.parse(item);
    return { id, ...content };
  },
  about: ({ id }) => ({ assignment: id }),
};

/** What waits for projects in an event, and what was proposed to become of it. */
export async function listAssignments(fund: Fund, event: CatalogueEvent): Promise<AssignmentsView> {
  const [found, available] = await Promise.all([
    readProposals(fund.db, kind, event.id),
    availableToAssign(fund, event.id),
  ]);
  return {
    available: { amount: available, currency: event.currency },
    projects: event.projects.map(({ id, name }) => ({ id, name })),
    assignments: found.map((one) => view(one, fund.world.now())),
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
  const asked = { ...(input.amount && { amount: input.amount.amount }), weights: input.weights };
  const found = await propose(fund, kind, event, {
    by,
    idempotencyKey,
    note: input.note,
    isSame: (made) => isDeepStrictEqual(made.asked, asked) && made.note === input.note,
    content: async () => {
      refuseWrong(event, input);
      const available = await availableToAssign(fund, event.id);
      const amount = input.amount?.amount ?? available;
      if (amount === 0 || amount > available) throw new Refusal('balance_too_small');
      const weights = Object.entries(input.weights).map(([project, weight]) => ({ project, weight }));
      return { amount, shares: splitByWeights(amount, weights), note: input.note, asked };
    },
  });
  return view(found, fund.world.now());
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
  decision: ProposalDecision,
): Promise<AssignmentView> {
  const found = await decideProposal(fund, kind, event, decision, (one, now) =>
    approvedParts(fund, event, one, now),
  );
  return view(found, fund.world.now());
}

async function approvedParts(
  { db }: Fund,
  event: CatalogueEvent,
  found: Assignment,
  now: Date,
): Promise<Part[]> {
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
