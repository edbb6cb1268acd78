import { type CallOff, isCalledOff } from '../../../shared/catalogue/call-off.ts';
import { sumRemaining } from '../../../shared/charity/reverse.ts';
import { liveEntries } from '../../../shared/orders/end-entries.ts';
import { extrasOf } from '../../../shared/orders/extras.ts';
import { type EntryLine, isCarriedOver, reversible } from '../../../shared/orders/lines.ts';
import { entryLines, type Order } from '../../../shared/orders/order.ts';
import { isCredited } from '../../../shared/orders/order-money.ts';
import type { Memory } from '../memory.ts';
import type { State } from './state.ts';

type Said = Pick<Memory, 'callOffs' | 'answers'>;

/** Whoever has an entry of a race that is called off was asked while they could still answer. */
export function* runnersWereAsked({ events, orders, outbox }: State, now: Date): Generator<string> {
  const mails = new Set(outbox.map(({ sk }) => String(sk)));
  for (const { id, calledOff, ...event } of events.values()) {
    if (!calledOff || !isCalledOff({ calledOff, ...event }) || calledOff.answerBy <= now.toISOString())
      continue;
    for (const order of orders.values())
      if (order.event === id && order.state === 'paid' && liveEntries(order).length > 0)
        if (!mails.has(`${order.id}#called-off#${calledOff.at}`))
          yield `the order ${order.id} was not asked what becomes of it, and ${id} is ${calledOff.kind}`;
  }
}

/**
 * Of a race that is called off, every entry became what was chosen for it, or what was decided for those who chose
 * nothing; and of one that ended, nothing of the money stays but what was left to a project.
 */
export function* calledOffIsSettled(state: State, said: Said): Generator<string> {
  const all = [...state.orders.values()];
  for (const { id, calledOff } of state.events.values()) {
    if (!calledOff) continue;
    if (calledOff.settledAt === undefined) yield `${id} was called off, and was never settled`;
    for (const order of all) {
      // Since there is a new day, others have entered.
      if (order.event !== id || !isCredited(order) || order.createdAt > calledOff.at) continue;
      for (const line of entryLines(order)) {
        if (line.cancelled && line.cancelled.why !== 'event') continue;
        const problem = line.cancelled
          ? wrongEnd(state, order, line, all, said)
          : wrongStay(line, calledOff, said);
        if (problem !== undefined)
          yield `the entry ${line.entry} of ${order.id}, ${id} being called off, ${problem}`;
      }
    }
  }
}

function wrongEnd(
  { disputed }: State,
  order: Order,
  line: EntryLine,
  all: readonly Order[],
  { callOffs, answers }: Said,
): string | undefined {
  const own = answers.filter(({ entry }) => entry === line.entry);
  const left = order.lines.find((other) => other.kind === 'donation' && other.left === line.entry);
  if (left?.kind === 'donation' && !own.some(({ leaveTo }) => leaveTo === left.project))
    return `was left to ${left.project}, which nobody chose`;
  const isDecided = callOffs.some(({ unanswered }) => unanswered === 'refund');
  // Nothing is left to a project of an entry for which all was given back before.
  if (!left && !isDecided && !own.some(({ choice }) => choice !== 'carryOver'))
    return 'has ended, and nobody chose that';
  if (
    callOffs.at(-1)?.kind === 'postponed' &&
    own.some(
      ({ accepted, choice, callOffs: of }) => accepted && choice === 'carryOver' && of === callOffs.length,
    )
  )
    if (own.every(({ choice }) => choice === 'carryOver')) return 'was to be kept, and has ended';
  const extras = all.filter((other) => line.extras?.includes(other.id));
  if ([order, ...extras].some((one) => disputed.has(one.id))) return undefined;
  const rest = sumRemaining([reversible(line), ...extrasOf(line, all)]);
  return rest === 0 ? undefined : `has ended, and ${rest} of what was paid for it was not given back`;
}

function wrongStay(line: EntryLine, calledOff: CallOff, { answers }: Said): string | undefined {
  const own = answers.filter(({ entry }) => entry === line.entry);
  if (own.some(({ accepted, choice }) => accepted && choice !== 'carryOver')) return 'was to end, and stays';
  if (isCarriedOver(line, calledOff))
    return own.some(({ choice }) => choice === 'carryOver') ? undefined : 'is kept, and nobody chose that';
  return calledOff.unanswered === 'carryOver' ? undefined : 'stays, though nothing was chosen for it';
}
