import { staffRoutes } from '../../shared/contracts/staff-routes.ts';
import { resize } from '../../shared/entries/resize.ts';
import { callEventOff } from '../../shared/orders/call-off.ts';
import type { Shop } from '../../shared/orders/shop.ts';
import type { Handlers } from '../../shared/platform/http.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { callOffState } from '../../shared/reports/call-off-state.ts';
import { reportCsv } from '../../shared/reports/csv.ts';
import { report } from '../../shared/reports/report.ts';
import { auditPart } from '../../shared/staff/audit.ts';

type EventRoute = 'getReport' | 'setCapacity' | 'getCallOff' | 'callEventOff';

/** What staff see of an event, and change about it. */
export function eventHandlers(shop: Shop): Pick<Handlers<'staff-api'>, EventRoute> {
  return {
    getReport: async ({ params, query }) => {
      const found = await report(shop, params.event);
      if (!found) throw new Refusal('event_unknown');
      if (query.format === 'json') return found;
      return {
        text: reportCsv(found),
        type: 'text/csv; charset=utf-8',
        headers: { 'content-disposition': `attachment; filename="${params.event}-report.csv"` },
      };
    },
    getCallOff: async ({ params, caller }) => {
      const found = await callOffState(shop.db, params.event, {
        mayDecide: staffRoutes.callEventOff.access.some((role) => caller.roles.includes(role)),
      });
      if (!found) throw new Refusal('event_unknown');
      return found;
    },
    callEventOff: ({ params, body, caller }) =>
      callEventOff(shop, params.event, { by: caller.subject, input: body }),
    setCapacity: ({ params, body, caller }) =>
      resize(shop.db, shop.world, {
        ...params,
        ...body,
        also: ({ before, capacity }) => [
          auditPart({
            act: 'capacity_changed',
            by: caller.subject,
            at: shop.world.now().toISOString(),
            about: params,
            note: `${before} → ${capacity}`,
          }),
        ],
      }),
  };
}
