import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import { decideAssignment, listAssignments, proposeAssignment } from '../../shared/charity/assignments.ts';
import { decidePayout, endPayout, listPayouts, proposePayout } from '../../shared/charity/payouts.ts';
import type { Shop } from '../../shared/orders/shop.ts';
import type { Handlers } from '../../shared/platform/http.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { statement, statementCsv } from '../../shared/reports/statement.ts';

type CharityRoute =
  | 'listAssignments'
  | 'proposeAssignment'
  | 'decideAssignment'
  | 'listPayouts'
  | 'proposePayout'
  | 'decidePayout'
  | 'endPayout'
  | 'getStatement';

/** What becomes of the money that was raised: two persons give it to projects and pay it out. */
export function charityHandlers(shop: Shop): Pick<Handlers<'staff-api'>, CharityRoute> {
  const eventOf = async (id: string): Promise<CatalogueEvent> => {
    const event = await shop.catalogue.event(id);
    if (!event) throw new Refusal('event_unknown');
    return event;
  };
  return {
    listAssignments: async ({ params }) => listAssignments(shop, await eventOf(params.event)),
    proposeAssignment: async ({ params, idempotencyKey, body, caller }) =>
      proposeAssignment(shop, await eventOf(params.event), {
        by: caller.subject,
        idempotencyKey,
        input: body,
      }),
    decideAssignment: async ({ params, body, caller }) =>
      decideAssignment(shop, await eventOf(params.event), {
        id: params.assignment,
        decision: body.decision,
        by: caller.subject,
      }),
    listPayouts: async ({ params }) => listPayouts(shop, await eventOf(params.event)),
    proposePayout: async ({ params, idempotencyKey, body, caller }) =>
      proposePayout(shop, await eventOf(params.event), { by: caller.subject, idempotencyKey, input: body }),
    decidePayout: async ({ params, body, caller }) =>
      decidePayout(shop, await eventOf(params.event), {
        id: params.payout,
        decision: body.decision,
        by: caller.subject,
      }),
    endPayout: async ({ params, body, caller }) =>
      endPayout(shop, await eventOf(params.event), { id: params.payout, by: caller.subject, ...body }),
    getStatement: async ({ params, query }) => {
      const found = await statement(shop, params);
      if (!found) throw new Refusal('not_found');
      if (query.format === 'json') return found;
      const project = found.name ? found.project : 'unassigned';
      return {
        text: statementCsv(found),
        type: 'text/csv; charset=utf-8',
        headers: {
          'content-disposition': `attachment; filename="${params.event}-${project}-statement.csv"`,
        },
      };
    },
  };
}
