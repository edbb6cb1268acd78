import { openCallOff } from '../catalogue/call-off.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import { ageOn } from '../catalogue/time.ts';
import { sumRemaining } from '../charity/reverse.ts';
import { callOffChoices, type EntryLineView } from '../contracts/orders.ts';
import type { Entry } from '../entries/entry.ts';
import { fullName } from '../entries/names.ts';
import { missingOf } from '../entries/team.ts';
import { transferUntil } from '../entries/transfer.ts';
import { backOf } from './cancel-entry.ts';
import { worthOf } from './difference.ts';
import { entryToken } from './entry-tokens.ts';
import { type EntryLine, isCarriedOver, reversible } from './lines.ts';
import { distanceName } from './names.ts';
import type { WholeOrder } from './order.ts';
import { payableUntil } from './payment-view.ts';
import { isWaiting } from './states.ts';
import { type Keys, orderToken } from './tokens.ts';

type EntryChanges = Pick<
  EntryLineView,
  | 'team'
  | 'transfer'
  | 'handedOver'
  | 'transferUntil'
  | 'transferFee'
  | 'cancellation'
  | 'callOffChoices'
  | 'carriedOver'
  | 'exchange'
  | 'pending'
>;

/** What became of a paid entry since, and what its order may still do with it. */
export function changesOf(
  whole: WholeOrder,
  event: PublishedEvent,
  line: EntryLine,
  entry: Entry,
  keys: Keys,
): EntryChanges {
  return { ...handlingOf(whole, event, line, entry, keys), ...endingOf(whole, event, line, entry) };
}

/** How the entry may end, or not: its holder gives it up, or the event was called off. */
function endingOf(
  { order, changes = [] }: WholeOrder,
  event: PublishedEvent,
  line: EntryLine,
  entry: Entry,
): EntryChanges {
  const { cancellation, currency } = event;
  const amount = (minor: number) => ({ amount: minor, currency });
  const open = openCallOff(event, order);
  if (open)
    return {
      ...(isCarriedOver(line, open) && { carriedOver: true as const }),
      ...(open.settledAt === undefined && {
        callOffChoices: callOffChoices.filter(
          (choice) => choice !== 'carryOver' || (open.kind === 'postponed' && !isCarriedOver(line, open)),
        ),
      }),
    };
  if (!cancellation || ('runner' in entry && entry.version > 0)) return {};
  return {
    cancellation: cancellation.steps.map(({ until, percent }) => ({
      until,
      back: amount(backOf(line, changes, percent)),
    })),
  };
}

/** What the order may do with the entry, and what it has done. */
function handlingOf(
  whole: WholeOrder,
  event: PublishedEvent,
  line: EntryLine,
  entry: Entry,
  keys: Keys,
): EntryChanges {
  const { order, members, transfers } = whole;
  if ('team' in entry) {
    const rule = event.distances.find(({ id }) => id === entry.distance)?.team;
    if (!rule) return {};
    return {
      team: {
        token: entryToken(keys, 'team', { order: order.id, entry: entry.id }),
        members: members
          .filter((member) => member.entry === entry.id)
          .map(({ id, runner }) => ({ id, name: fullName(runner) })),
        rule,
        missing: missingOf(rule, entry),
      },
    };
  }
  if (entry.version > 0) return { handedOver: true };
  const { number, state, to, taker } = transfers.get(entry.id) ?? {};
  return {
    exchange: {
      age: ageOn(event.raceDay, entry.runner.birthDate),
      worth: { amount: worthOf(line), currency: order.currency },
      left: { amount: sumRemaining([reversible(line)]), currency: order.currency },
    },
    ...pendingView(whole, event, line, keys),
    transferUntil: transferUntil(event),
    ...(event.transferFee !== undefined && {
      transferFee: { amount: event.transferFee, currency: order.currency },
    }),
    ...(number !== undefined &&
      to !== undefined &&
      (state === 'asked' || state === 'accepted') && {
        transfer: { number, state, to: to.email, ...(taker && { name: fullName(taker.runner) }) },
      }),
  };
}

/** The change of an entry that waits to be paid. */
function pendingView(
  { changes = [] }: WholeOrder,
  event: PublishedEvent,
  line: EntryLine,
  keys: Keys,
): Pick<EntryChanges, 'pending'> {
  const order = changes.find(({ id, state }) => id === line.pending?.order && isWaiting(state));
  const [to] = order?.lines ?? [];
  if (!order || (to?.kind !== 'change' && to?.kind !== 'transferFee')) return {};
  const { kind, distance, amount } = to;
  return {
    pending: {
      token: orderToken(keys, order.id),
      kind,
      distance,
      distanceName: distanceName(event, to),
      amount: { amount, currency: order.currency },
      ...(order.heldUntil !== undefined && { until: payableUntil(order, order.heldUntil) }),
    },
  };
}
