import type { CatalogueDistance, TeamRule } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import type { RunnerEntry, TeamEntry } from '../entries/entry.ts';
import type { Member } from '../entries/members.ts';
import type { Transfer } from '../entries/transfer.ts';
import { Refusal } from '../platform/problem.ts';
import type { EntryLine } from './lines.ts';
import { entryLines, type Order, readOrderWithEntries, type WholeOrder } from './order.ts';
import type { Shop } from './shop.ts';

/** An entry with its order and all that stands beside it. */
export interface EntryOfOrder extends Paid {
  readonly whole: WholeOrder;
}

interface Paid {
  readonly order: Order;
  readonly line: EntryLine;
  readonly event: PublishedEvent;
  readonly distance: CatalogueDistance;
}

/** A paid entry of one runner, with what changes of it need. */
export interface PaidRunner extends EntryOfOrder {
  readonly entry: RunnerEntry;
  readonly transfer: Transfer | undefined;
}

/** A paid team. */
export interface PaidTeam extends Paid {
  readonly entry: TeamEntry;
  readonly rule: TeamRule;
  readonly members: readonly Member[];
  readonly formerMembers: readonly string[];
}

type Reads = Pick<Shop, 'db' | 'catalogue'>;

/**
 * A runner's entry of a paid order.
 * @throws Refusal `entry_unknown`, `entry_cancelled` or `order_not_paid`.
 */
export async function paidRunner(shop: Reads, order: string, entry: string): Promise<PaidRunner> {
  const paid = await paidEntry(shop, order, entry, 'entry_unknown');
  const found = paid.whole.entries.get(entry);
  if (!found || !('runner' in found)) throw new Refusal('entry_unknown');
  return { ...paid, entry: found, transfer: paid.whole.transfers.get(entry) };
}

/**
 * A team of a paid order.
 * @throws Refusal `team_unknown`, `entry_cancelled` or `order_not_paid`.
 */
export async function paidTeam(shop: Reads, order: string, entry: string): Promise<PaidTeam> {
  const { whole, ...paid } = await paidEntry(shop, order, entry, 'team_unknown');
  const found = whole.entries.get(entry);
  const rule = paid.distance.team;
  if (!found || !('team' in found) || !rule) throw new Refusal('team_unknown');
  const members = whole.members.filter((member) => member.entry === entry);
  return { ...paid, entry: found, rule, members, formerMembers: whole.formerMembers };
}

async function paidEntry(
  shop: Reads,
  id: string,
  entry: string,
  unknown: 'entry_unknown' | 'team_unknown',
): Promise<EntryOfOrder> {
  const found = await entryOfOrder(shop, id, entry, unknown);
  if (found.line.cancelled) throw new Refusal('entry_cancelled');
  if (found.order.state !== 'paid') throw new Refusal('order_not_paid');
  return found;
}

/**
 * An entry of an order, of one runner or a team, in whatever state the order is and be it cancelled.
 * @throws Refusal `entry_unknown`, or the code given.
 */
export async function entryOfOrder(
  shop: Reads,
  id: string,
  entry: string,
  unknown: 'entry_unknown' | 'team_unknown' = 'entry_unknown',
): Promise<EntryOfOrder> {
  const whole = await readOrderWithEntries(shop.db, id);
  const line = whole && entryLines(whole.order).find((found) => found.entry === entry);
  const event = whole && (await shop.catalogue.event(whole.order.event));
  const distance = event?.distances.find((found) => found.id === line?.distance);
  if (!whole || !line || !event || !distance) throw new Refusal(unknown);
  return { whole, order: whole.order, line, event, distance };
}
