import { resizeTeam } from '../entries/entry.ts';
import { removeMember } from '../entries/members.ts';
import { freePlace } from '../entries/places.ts';
import { unlockRunner } from '../entries/runner-lock.ts';
import { cancelTransfer, isUndecided } from '../entries/transfer.ts';
import type { Part } from '../platform/database.ts';
import type { CancelReason, EntryLine, OrderLine } from './lines.ts';
import { entryLines, type WholeOrder } from './order.ts';

/** The entries of an order that are not cancelled. */
export function liveEntries(order: Parameters<typeof entryLines>[0]): EntryLine[] {
  return entryLines(order).filter(({ cancelled }) => !cancelled);
}

/**
 * Locks of members that are given back in the transaction which ends their teams: one holds 100 actions, and an order may
 * have ten teams of fifty. The locks of all others are left to whoever wants one (`leftLockParts`).
 */
const mostMemberLocks = 40;

/** What ending entries comes to. */
export interface EndedEntries {
  /** The order's lines with those cancelled. */
  readonly lines: readonly OrderLine[];
  /** For the transaction that writes the lines: places and locks are free, offers of the entries are withdrawn. */
  readonly parts: readonly Part[];
  /** For the ledger transaction: the entries taken back, by distance, negative. */
  readonly entries: Record<string, number>;
}

/**
 * Ends entries of a paid order: their places are free for whoever they are kept for, their runners may enter again. The
 * parts are refused when a team or an offer changed meanwhile.
 * @param lines the order's lines as they are to be written.
 * @param ending entries by id; those that are cancelled already are left out.
 */
export function endEntries(
  { order, entries, members, transfers }: WholeOrder,
  lines: readonly OrderLine[],
  ending: ReadonlySet<string>,
  cancelled: { readonly at: string; readonly why: CancelReason },
): EndedEntries {
  const parts: Part[] = [];
  const counts: Record<string, number> = {};
  let memberLocks = 0;
  const after = lines.map((line): OrderLine => {
    if (line.kind !== 'entry' || line.cancelled || !ending.has(line.entry)) return line;
    const { entry, distance, place, lock } = line;
    counts[distance] = (counts[distance] ?? 0) - 1;
    parts.push(freePlace(`place:${entry}`, { event: order.event, distance, n: place }, order.id));
    if (lock !== undefined) parts.push(unlockRunner(`lock:${entry}`, lock, order.id));
    const found = entries.get(entry);
    // Written as it is: who joins or leaves the team meanwhile refuses it, so that no lock stays behind.
    if (found && 'team' in found) parts.push(resizeTeam(order.id, entry, found, found));
    for (const member of members.filter((one) => one.entry === entry)) {
      if (memberLocks === mostMemberLocks) break;
      parts.push(unlockRunner(`lock:${member.id}`, member.lock, order.id));
      memberLocks += 1;
    }
    const transfer = transfers.get(entry);
    if (transfer && isUndecided(transfer)) parts.push(cancelTransfer(order.id, transfer));
    return { ...line, cancelled };
  });
  return { lines: after, parts, entries: counts };
}

/**
 * Gives back a lock that was left with members of teams that ended. The members go with it, so that whoever tries the
 * same at once cannot take it from who has it by then.
 * @returns undefined when an entry or a member of the order still has the lock.
 */
export function leftLockParts({ order, members }: WholeOrder, lock: string): Part[] | undefined {
  const live = new Set(liveEntries(order).map(({ entry }) => entry));
  const having = members.filter((member) => member.lock === lock);
  const isLeft = having.length > 0 && !having.some(({ entry }) => live.has(entry));
  if (!isLeft || liveEntries(order).some((line) => line.lock === lock)) return undefined;
  return [...having.map((member) => removeMember(order.id, member)), unlockRunner('lock', lock, order.id)];
}
