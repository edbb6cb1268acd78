import { locales } from '../../shared/contracts/basics.ts';
import type { ProblemCode } from '../../shared/contracts/problems.ts';
import { calendarOf } from '../../shared/mail/calendar.ts';
import { joinWaitingList } from '../../shared/orders/join-waiting-list.ts';
import { leaveWaitingList } from '../../shared/orders/leave-waiting-list.ts';
import { eventOnOffer, eventSummary } from '../../shared/orders/on-offer.ts';
import { type OrderDesk, placeOrder } from '../../shared/orders/place-order.ts';
import { quote } from '../../shared/orders/quote.ts';
import { orderOfToken, waiterOfToken } from '../../shared/orders/tokens.ts';
import { loadOrderView, placedOrderView } from '../../shared/orders/view.ts';
import { loadWaiterView } from '../../shared/orders/waiter-view.ts';
import { GatewayUnavailable } from '../../shared/payments/gateway.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import type { Till } from '../../shared/payments/till.ts';
import type { Handlers } from '../../shared/platform/http.ts';
import { openApiDocument } from '../../shared/platform/openapi.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { publicTotals } from '../../shared/reports/public-totals.ts';
import { clientHeader } from '../client-address.ts';
import { entryHandlers } from './entry-handlers.ts';

/** Answers the public routes. */
export function publicHandlers(desk: OrderDesk, till: Till): Handlers<'public-api'> {
  const waiterOf = (token: string): string => known(waiterOfToken(desk.keys, token), 'waiter_unknown');
  const waiterViewOf = async (waiter: string) =>
    known(await loadWaiterView(desk, desk.keys, till.publicUrl, waiter), 'waiter_unknown');
  const orderOf = (token: string): string => known(orderOfToken(desk.keys, token), 'order_unknown');
  const viewOf = async (order: string) => known(await loadOrderView(desk, desk.keys, order), 'order_unknown');
  return {
    listEvents: async () => ({ events: (await desk.catalogue.events()).map(eventSummary) }),
    getEvent: async ({ params }) => known(await eventOnOffer(desk, params.event), 'event_unknown'),
    getTotals: async ({ params }) => known(await publicTotals(desk, params.event), 'event_unknown'),
    quote: ({ params, body }) => quote(desk, params.event, body),
    createOrder: async ({ params, idempotencyKey, body, header }) => {
      const client = header(clientHeader);
      const order = await orUnavailable(
        placeOrder(desk, { event: params.event, idempotencyKey, input: body, client }),
      );
      return known(await placedOrderView(desk, desk.keys, order, body), 'event_unknown');
    },
    getOrder: async ({ params }) => viewOf(orderOf(params.token)),
    issueInvoice: async ({ params, body }) =>
      orUnavailable(
        startCheckout(till, orderOf(params.token), { method: 'bank_transfer', payer: body.payer }),
      ),
    startCheckout: async ({ params }) => orUnavailable(startCheckout(till, orderOf(params.token))),
    getCalendar: async ({ params, query }) => {
      const order = await viewOf(orderOf(params.token));
      if (order.state !== 'paid') throw new Refusal('order_unknown');
      const locale = locales.find((known) => known === query.locale) ?? order.locale;
      return {
        text: calendarOf(order, locale, till.publicUrl, desk.world.now()),
        type: 'text/calendar; charset=utf-8',
        headers: { 'content-disposition': 'attachment; filename="startline.ics"' },
      };
    },
    joinWaitingList: async ({ params, idempotencyKey, body }) =>
      waiterViewOf(await joinWaitingList(desk, { ...params, idempotencyKey, input: body })),
    getWaiter: async ({ params }) => waiterViewOf(waiterOf(params.token)),
    leaveWaitingList: async ({ params }) => {
      const waiter = waiterOf(params.token);
      await leaveWaitingList(desk, waiter);
      return waiterViewOf(waiter);
    },
    ...entryHandlers(desk, { orderOf, viewOf, orUnavailable }),
    getOpenApi: async () => ({
      text: JSON.stringify(openApiDocument(till.publicUrl)),
      type: 'application/json',
    }),
  };
}

function known<Value>(value: Value | undefined, code: Extract<ProblemCode, `${string}_unknown`>): Value {
  if (value === undefined) throw new Refusal(code);
  return value;
}

/** Seconds after which a payment page is worth another try. */
const retryAfter = 2;

async function orUnavailable<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GatewayUnavailable) throw new Refusal('payment_unavailable', { retryAfter });
    throw error;
  }
}
