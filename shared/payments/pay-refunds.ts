import { bookDueRefund, dueRefundOf, dueRefunds } from '../orders/refunds.ts';
import type { Till } from './till.ts';

/**
 * Pays back a payment that is owed back, and books it when the provider says at once that it succeeded; otherwise
 * its webhook does. Repeating it pays nothing twice.
 * @throws GatewayUnavailable when the provider cannot answer; the refund stays due.
 */
export async function payRefund(till: Till, payment: string): Promise<void> {
  const due = await dueRefundOf(till.db, payment);
  if (!due) return;
  for (const refund of await till.gateway.refund(due.payment, due.amount)) await bookDueRefund(till, refund);
}

/** Pays back every payment that is owed back. One that fails does not keep the others waiting. */
export async function payDueRefunds(till: Till): Promise<{ paid: number; failed: number }> {
  let failed = 0;
  const due = await dueRefunds(till.db);
  for (const { payment, order } of due)
    try {
      await payRefund(till, payment);
    } catch (error) {
      failed += 1;
      till.log('a refund could not be made yet', {
        payment,
        order,
        why: error instanceof Error ? error.name : 'unknown',
      });
    }
  return { paid: due.length - failed, failed };
}
