import * as z from 'zod';
import { type Database, getItem, queryItems } from '../platform/database.ts';
import { type Control, readControl } from './control.ts';
import { type Figures, rowNames } from './effect.ts';

/** The key of a row of totals; `name` is the event and the row joined by `|`. */
export function rowKey(generation: number, name: string): { pk: string; sk: string } {
  const bar = name.indexOf('|');
  return { pk: `${generation}#${name.slice(0, bar)}`, sk: name.slice(bar + 1) };
}

/** The totals of one event: its rows by name, and the control item that says as of when. */
export interface Totals {
  readonly control: Control;
  readonly rows: ReadonlyMap<string, Figures>;
}

const rowItem = z.looseObject({ pk: z.string(), sk: z.string() });

/** A stored row as its name within the event and its figures. */
export function parseRow(item: Record<string, unknown>): {
  generation: number;
  event: string;
  row: string;
  figures: Figures;
} {
  const { pk, sk, ...rest } = rowItem.parse(item);
  const hash = pk.indexOf('#');
  return {
    generation: Number(pk.slice(0, hash)),
    event: pk.slice(hash + 1),
    row: sk,
    figures: z.record(z.string(), z.int()).parse(rest),
  };
}

/** The totals of an event as projected: one small query, whatever the size of the ledger. */
export async function readTotals(db: Database, event: string): Promise<Totals> {
  const control = await readControl(db);
  const items = await queryItems(db, 'totals', {
    condition: 'pk = :pk',
    values: { ':pk': `${control.generation}#${event}` },
  });
  return { control, rows: new Map(items.map(parseRow).map(({ row, figures }) => [row, figures])) };
}

/** The balance of each account of an event as projected, with the ledger's sign; strongly read, all at one moment. */
export async function readBalances(db: Database, event: string): Promise<Figures> {
  const { generation } = await readControl(db);
  const row = await getItem(db, 'totals', rowKey(generation, `${event}|${rowNames.accounts}`), {
    strong: true,
  });
  return row ? parseRow(row).figures : {};
}
