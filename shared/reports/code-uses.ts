import { listPromoCodes } from '../catalogue/promo-codes.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { ReportView } from '../contracts/reports.ts';
import { countUses } from '../entries/code-uses.ts';
import type { Database } from '../platform/database.ts';

/** The codes of an event by name, each with how many of its uses orders have: strongly read, a query per 100 uses. */
export async function readCodeUses(db: Database, event: CatalogueEvent): Promise<ReportView['codes']> {
  const codes = await listPromoCodes(db, event.id);
  return Promise.all(
    codes.map(async ({ code, off, unlocks, uses, closesAt }) => ({
      code,
      ...(off && {
        off: 'fixed' in off ? { fixed: { amount: off.fixed, currency: event.currency } } : off,
      }),
      ...(unlocks && { unlocks }),
      uses,
      used: await countUses(db, { event: event.id, code }, uses),
      ...(closesAt && { closesAt }),
    })),
  );
}
