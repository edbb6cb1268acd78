import type { StaffOrderView } from '../../shared/contracts/staff-orders.ts';
import { correctContact } from '../../shared/orders/correct-contact.ts';
import { recordRefundByBank } from '../../shared/orders/refund-by-bank.ts';
import { previewRefund, refundOrder, retryRefund } from '../../shared/orders/refund-order.ts';
import type { Shop } from '../../shared/orders/shop.ts';
import { loadStaffOrder } from '../../shared/orders/staff-order-view.ts';
import { returnSuspense } from '../../shared/orders/suspense.ts';
import type { Caller, Handlers } from '../../shared/platform/http.ts';
import { Refusal } from '../../shared/platform/problem.ts';

type OrderRoute =
  | 'correctContact'
  | 'getStaffOrder'
  | 'previewRefund'
  | 'refundOrder'
  | 'retryRefund'
  | 'recordRefundByBank'
  | 'returnSuspense';

/** What staff do about an order. */
export function orderHandlers(shop: Shop): Pick<Handlers<'staff-api'>, OrderRoute> {
  const found = async (id: string, { roles }: Caller): Promise<StaffOrderView> => {
    const order = await loadStaffOrder(shop, id, roles.includes('finance') || roles.includes('admin'));
    if (!order) throw new Refusal('order_unknown');
    return order;
  };
  return {
    getStaffOrder: ({ params, caller }) => found(params.order, caller),
    previewRefund: ({ params: { order }, body }) => previewRefund(shop, { ...body, order }),
    refundOrder: async ({ params: { order }, body, idempotencyKey, caller }) => {
      await refundOrder(shop, { ...body, order, by: caller.subject, idempotencyKey });
      return found(order, caller);
    },
    retryRefund: async ({ params: { order, refund }, caller }) => {
      await retryRefund(shop, { order, refund, by: caller.subject });
      return found(order, caller);
    },
    recordRefundByBank: async ({ params: { order, refund }, body, caller }) => {
      await recordRefundByBank(shop, { ...body, order, refund, by: caller.subject });
      return found(order, caller);
    },
    returnSuspense: async ({ params: { order, payment }, body: { note }, caller }) => {
      await returnSuspense(shop, { order, payment, by: caller.subject, note });
      return found(order, caller);
    },
    correctContact: ({ params, body, caller }) =>
      correctContact(shop, { order: params.order, email: body.email, by: caller.subject }),
  };
}
