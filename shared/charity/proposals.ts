import * as z from 'zod';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { Catalogue } from '../catalogue/store.ts';
import type { Decision } from '../contracts/charity.ts';
import {
  commit,
  type Database,
  DatabaseBusy,
  getItem,
  type Item,
  type Part,
  queryItems,
} from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import type { World } from '../platform/world.ts';
import { type Act, auditPart } from '../staff/audit.ts';

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
  readonly amount: number;
  readonly currency: string;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly until: string;
  readonly decidedBy?: string | undefined;
}

type Decided = 'approved' | 'declined' | 'withdrawn';

/** What two persons decide about in the same way: assignments (`asg`) and payouts (`out`). */
export interface ProposalKind<Found extends Proposal> {
  readonly prefix: 'asg' | 'out';
  readonly parse: (item: Item) => Found;
  /** What acts about it are called in the audit log, as in `payout_approved`. */
  readonly name: 'assignment' | 'payout';
  /** What they are about, besides the event. */
  readonly about: (found: Found) => Act['about'];
}

/** What somebody decides about which proposal. */
export interface ProposalDecision {
  readonly id: string;
  readonly decision: Decision;
  readonly by: string;
}

/** Rounds in which a decision may meet other writers. */
export const mostRounds = 8;

export const proposalKey = (event: string, id: string) => ({ pk: `event#${event}`, sk: id });

/** One proposal, strongly read. @throws Refusal `proposal_unknown`. */
export async function readProposal<Found extends Proposal>(
  db: Database,
  kind: ProposalKind<Found>,
  event: string,
  id: string,
): Promise<Found> {
  const found = id.startsWith(`${kind.prefix}_`) ? await findProposal(db, kind, event, id) : undefined;
  if (!found) throw new Refusal('proposal_unknown');
  return found;
}

async function findProposal<Found extends Proposal>(
  db: Database,
  kind: ProposalKind<Found>,
  event: string,
  id: string,
): Promise<Found | undefined> {
  const item = await getItem(db, 'charity', proposalKey(event, id), { strong: true });
  return item && kind.parse(item);
}

/** The proposals of one kind that were made for an event, the latest first; strongly read. */
export async function readProposals<Found extends Proposal>(
  db: Database,
  kind: ProposalKind<Found>,
  event: string,
): Promise<Found[]> {
  const items = await queryItems(db, 'charity', {
    condition: 'pk = :pk AND begins_with(sk, :prefix)',
    values: { ':pk': `event#${event}`, ':prefix': `${kind.prefix}_` },
    strong: true,
  });
  return items.map(kind.parse).sort((a, b) => (a.proposedAt < b.proposedAt ? 1 : -1));
}

/**
 * Makes a proposal, with the act in the audit log: once, however often the same request comes.
 * @param content what it says besides; asked for only when it is new, and refuses what cannot be proposed.
 * @param isSame whether what the key has made before is what is asked for now.
 * @throws Refusal `idempotency_key_reused`.
 */
export async function propose<Found extends Proposal>(
  { db, world }: Fund,
  kind: ProposalKind<Found>,
  event: CatalogueEvent,
  {
    by,
    idempotencyKey,
    note,
    content,
    isSame,
  }: {
    readonly by: string;
    readonly idempotencyKey: string;
    readonly note: string;
    readonly content: () => Promise<Item & { readonly amount: number }>;
    readonly isSame: (found: Found) => boolean;
  },
): Promise<Found> {
  const id = derivedId(kind.prefix, event.id, by, idempotencyKey);
  let found = await findProposal(db, kind, event.id, id);
  if (!found) {
    const said = await content();
    const now = world.now();
    const item = {
      ...proposalKey(event.id, id),
      state: 'proposed',
      currency: event.currency,
      proposedBy: by,
      proposedAt: now.toISOString(),
      until: new Date(now.getTime() + decisionDays * 86_400_000).toISOString(),
      ...said,
    };
    await commit(db, world, [
      { name: 'proposal', table: 'charity', put: item, condition: 'attribute_not_exists(pk)' },
      actPart(kind, event, kind.parse(item), `${kind.name}_proposed`, { by, now, note }),
    ]);
    found = await findProposal(db, kind, event.id, id);
  }
  if (!found) throw new DatabaseBusy(`Proposal ${id} could not be made.`);
  if (!isSame(found)) throw new Refusal('idempotency_key_reused');
  return found;
}

/**
 * Approves or declines a proposal, by another person than the one who made it, or takes it back; with the act in the
 * audit log. Repeating a decision changes nothing.
 * @param approved what approving writes besides, as of now.
 * @throws Refusal `proposal_unknown`, `proposal_over`, `second_person_needed`.
 */
export async function decideProposal<Found extends Proposal>(
  { db, world }: Fund,
  kind: ProposalKind<Found>,
  event: CatalogueEvent,
  { id, decision, by }: ProposalDecision,
  approved: (found: Found, now: Date) => Promise<readonly Part[]>,
): Promise<Found> {
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await readProposal(db, kind, event.id, id);
    const now = world.now();
    const state = decide(found, decision, by, now);
    if (state === undefined) return found;
    const outcome = await commit(db, world, [
      decidePart(event.id, found, { state, by, now }),
      actPart(kind, event, found, `${kind.name}_${state}`, { by, now }),
      ...(state === 'approved' ? await approved(found, now) : []),
    ]);
    if (outcome.done) return { ...found, state, decidedBy: by, decidedAt: now.toISOString() };
  }
  throw new DatabaseBusy(`The decision about ${id} met other writers at every try.`);
}

/** Writes down an act about a proposal (part `audit`). */
export function actPart<Found extends Proposal>(
  { about }: ProposalKind<Found>,
  event: CatalogueEvent,
  found: Found,
  act: Act['act'],
  { by, now, note }: { readonly by: string; readonly now: Date; readonly note?: string },
): Part {
  const { amount, currency } = found;
  return auditPart({
    act,
    by,
    at: now.toISOString(),
    about: { event: event.id, ...about(found) },
    amount: { amount, currency },
    ...(note !== undefined && { note }),
  });
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
function decide(proposal: Proposal, decision: Decision, by: string, now: Date): Decided | undefined {
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
  { id }: Pick<Proposal, 'id'>,
  { state, by, now }: { readonly state: Decided; readonly by: string; readonly now: Date },
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
