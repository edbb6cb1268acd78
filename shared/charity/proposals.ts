import * as z from 'zod';
import type { Catalogue } from '../catalogue/store.ts';
import type { Decision } from '../contracts/charity.ts';
import { type Database, type Item, type Part, queryItems } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import type { World } from '../platform/world.ts';

/** What the use cases of assignments and payouts work with. */
export interface Fund {
  readonly db: Database;
  readonly world: World;
  readonly catalogue: Catalogue;
}

/** How long a proposal can be decided. */
const decisionDays = 14;

/**
 * What every proposal says. It is never changed but for its state: who approves it approves what was proposed. Another
 * amount is another proposal.
 */
export const proposalFields = {
  sk: z.string(),
  /** Minor units of `currency`. */
  amount: z.int(),
  currency: z.string(),
  proposedBy: z.string(),
  proposedAt: z.string(),
  until: z.string(),
  decidedBy: z.string().optional(),
  decidedAt: z.string().optional(),
};

interface Proposal {
  readonly id: string;
  readonly state: string;
  readonly proposedBy: string;
  readonly until: string;
  readonly decidedBy?: string | undefined;
}

/** The id of a proposal, so that a request that is repeated makes it once. */
export function proposalId(prefix: 'asg' | 'out', event: string, by: string, idempotencyKey: string): string {
  return derivedId(prefix, event, by, idempotencyKey);
}

export const proposalKey = (event: string, id: string) => ({ pk: `event#${event}`, sk: id });

/** Makes a proposal (part `proposal`); refused when the same request has made it already. */
export function newProposalPart(
  event: string,
  id: string,
  {
    by,
    now,
    ...content
  }: { readonly by: string; readonly now: Date; readonly amount: number; readonly currency: string } & Item,
): Part {
  const until = new Date(now.getTime() + decisionDays * 86_400_000).toISOString();
  return {
    name: 'proposal',
    table: 'charity',
    put: {
      ...proposalKey(event, id),
      state: 'proposed',
      proposedBy: by,
      proposedAt: now.toISOString(),
      until,
      ...content,
    },
    condition: 'attribute_not_exists(pk)',
  };
}

/** The proposals of one kind that were made for an event, the latest first; strongly read. */
export async function readProposals(db: Database, event: string, prefix: 'asg' | 'out'): Promise<Item[]> {
  const items = await queryItems(db, 'charity', {
    condition: 'pk = :pk AND begins_with(sk, :prefix)',
    values: { ':pk': `event#${event}`, ':prefix': `${prefix}_` },
    strong: true,
  });
  return items.sort((a, b) => (String(a.proposedAt) < String(b.proposedAt) ? 1 : -1));
}

/** How a proposal stands now: one that nobody decided in time has expired. */
export function standing<State extends string>(
  { state, until }: { readonly state: State; readonly until: string },
  now: Date,
): State | 'expired' {
  return state === 'proposed' && until <= now.toISOString() ? 'expired' : state;
}

/**
 * The state that a decision leads to. Who proposed something cannot approve it; declining one's own takes it back.
 * @returns undefined when the same person has decided the same already: then nothing is to be done.
 * @throws Refusal `proposal_over` or `second_person_needed`.
 */
export function decide(
  proposal: Proposal,
  decision: Decision,
  by: string,
  now: Date,
): 'approved' | 'declined' | 'withdrawn' | undefined {
  const isOwn = proposal.proposedBy === by;
  if (isOwn && decision === 'approve') throw new Refusal('second_person_needed');
  const target = decision === 'approve' ? 'approved' : isOwn ? 'withdrawn' : 'declined';
  if (proposal.state === target && proposal.decidedBy === by) return undefined;
  if (standing(proposal, now) !== 'proposed') throw new Refusal('proposal_over');
  return target;
}

/**
 * Decides a proposal (part `proposal`); refused when it was decided or ran out meanwhile, or the person proposed it and
 * may not approve it.
 */
export function decidePart(
  event: string,
  { id }: Proposal,
  {
    state,
    by,
    now,
  }: { readonly state: 'approved' | 'declined' | 'withdrawn'; readonly by: string; readonly now: Date },
): Part {
  return {
    name: 'proposal',
    table: 'charity',
    key: proposalKey(event, id),
    update: 'SET #state = :state, decidedBy = :by, decidedAt = :now',
    condition: `#state = :proposed AND #until > :now AND proposedBy ${state === 'withdrawn' ? '=' : '<>'} :by`,
    names: { '#state': 'state', '#until': 'until' },
    values: { ':state': state, ':proposed': 'proposed', ':by': by, ':now': now.toISOString() },
  };
}
