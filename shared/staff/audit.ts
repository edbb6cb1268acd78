import * as z from 'zod';
import type { Money } from '../contracts/basics.ts';
import { type AuditView, type StaffAct, staffActs, subjectIds } from '../contracts/staff.ts';
import { type Database, type Part, queryItems } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';

/** What a member of staff did. */
export interface Act {
  readonly act: StaffAct;
  /** The directory's identifier of the person. */
  readonly by: string;
  readonly at: string;
  readonly about: AuditView['about'];
  readonly amount?: Money;
  /** A reason, note or reference that was written down with it. */
  readonly note?: string;
}

const partitionOf = (at: string) => `audit#${at.slice(0, 7)}`;

/** Records an act (part `audit`) in the transaction that carries it out: what is done is in the log, and what is in the log was done. */
export function auditPart(act: Act): Part {
  const id = derivedId('aud', act.by, act.act, JSON.stringify(act.about));
  return {
    name: 'audit',
    table: 'staff',
    put: { pk: partitionOf(act.at), sk: `${act.at}#${id}`, ...act },
    condition: 'attribute_not_exists(pk)',
  };
}

const actItem = z.object({
  sk: z.string(),
  act: z.enum(staffActs),
  by: z.string(),
  at: z.string(),
  about: subjectIds,
  amount: z.optional(z.object({ amount: z.int(), currency: z.string() })),
  note: z.optional(z.string()),
});

/**
 * What staff did in a month (UTC), the latest first.
 * @param before only what is older than the act with this id.
 */
export async function readAudit(
  db: Database,
  { month, before, limit }: { readonly month: string; readonly before?: string; readonly limit: number },
): Promise<AuditView[]> {
  const items = await queryItems(db, 'staff', {
    condition: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
    values: { ':pk': partitionOf(month), ...(before !== undefined && { ':before': before }) },
    ScanIndexForward: false,
    Limit: limit,
    strong: true,
  });
  return items.map((item) => {
    const { sk: id, ...content } = actItem.parse(item);
    return { id, ...content };
  });
}
