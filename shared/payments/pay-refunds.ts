import { dueRefundOf, dueRefunds } from '../orders/refunds.ts';
import { derivedId } from '../platform/ids.ts';
import { applyRefund } from './apply-fact.ts';
import type { Till } from './till.ts';

/**
 * Pays back a payment that is owed back, and books it when the provider says at once that it succeeded; otherwise
 * its webhook does. Repeating it pays nothing twice.
 * @throws GatewayUnavailable when the provider cannot answer; the refund stays due.
 */
export async function payRefund(till: Till, payment: string): Promise<void> {
  const due = await dueRefundOf(till.db, payment);
  if (!due) return;
  const { order, amount } = due;
  const id = derivedId('rfd', payment, String(amount));
  const answer = await till.gateway.refund({ id, order, payment, amount, attempt: 1, repeated: true });
  if (answer.status === 'made') await applyRefund(till, answer.refund);
  else if (answer.status === 'less_left')
    for (const refund of answer.refunds) await applyRefund(till, refund);
  else till.log('a refund is refused: staff must look at it', { payment, order, why: answer.status });
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
