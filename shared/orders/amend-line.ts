import type { Part } from '../platform/database.ts';
import type { EntryLine } from './lines.ts';
import { type Order, orderKey } from './order.ts';

/**
 * Changes a line of a paid order (part `order`); refused when the order is not paid or the line is another by now. What
 * was pending for the entry ends with it, unless `pending` is passed on. It must be where the entry stays as it is: the
 * id of the next change's order follows from the last one's, be that over or not, or the same id would come again.
 */
export function amendLine(
  order: Order,
  line: EntryLine,
  change: Partial<
    Pick<EntryLine, 'distance' | 'place' | 'lock' | 'carriedOver' | 'worth' | 'pending' | 'extras'>
  >,
): Part {
  const at = `#lines[${order.lines.indexOf(line)}]`;
  return {
    name: 'order',
    table: 'orders',
    key: orderKey(order.id),
    update: `SET ${at} = :after`,
    condition: `#state = :paid AND ${at} = :before`,
    names: { '#lines': 'lines', '#state': 'state' },
    values: { ':paid': 'paid', ':before': line, ':after': { ...line, pending: undefined, ...change } },
  };
}

/** Refuses a transaction (part `order`) unless the order is paid and the line is as it was read. */
export function lineStands(order: Order, line: EntryLine): Part {
  const at = `#lines[${order.lines.indexOf(line)}]`;
  return {
    name: 'order',
    table: 'orders',
    check: orderKey(order.id),
    condition: `#state = :paid AND ${at} = :line`,
    names: { '#lines': 'lines', '#state': 'state' },
    values: { ':paid': 'paid', ':line': line },
  };
}
