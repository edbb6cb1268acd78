import type { Shop } from '../../shared/orders/shop.ts';
import type { Handlers } from '../../shared/platform/http.ts';
import { readAudit } from '../../shared/staff/audit.ts';
import { openMatters, settleMatter } from '../../shared/staff/matters.ts';

type MatterRoute = 'listMatters' | 'settleMatter' | 'listAudit';

/** Acts in one page of the audit log. */
const pageSize = 100;

/** What staff must look at, and the log of what they did. */
export function matterHandlers(shop: Shop): Pick<Handlers<'staff-api'>, MatterRoute> {
  return {
    listMatters: async () => ({ matters: await openMatters(shop.db) }),
    settleMatter: ({ params, body, caller }) =>
      settleMatter(shop, params.matter, { by: caller.subject, note: body.note }),
    listAudit: async ({ query: { month, before } }) => {
      const acts = await readAudit(shop.db, {
        month,
        ...(before !== undefined && { before }),
        limit: pageSize,
      });
      const last = acts.length === pageSize ? acts.at(-1) : undefined;
      return { month, acts, ...(last && { before: last.id }) };
    },
  };
}
