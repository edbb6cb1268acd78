import type { ReceiptView } from '../../shared/contracts/receipts.ts';
import { type MoneyRecords, noRecords, type RefundRecord } from '../../shared/orders/money-records.ts';
import type { Order } from '../../shared/orders/order.ts';
import { receiptOf } from '../../shared/orders/receipt.ts';
import { almaty } from './paid-order.ts';
import { testKeys } from './shop.ts';

/** A paid order as the table holds it: an entry of 20,000 ₸ with a quarter for charity, and a gift of 5,000 ₸. */
export function storedOrder(changes: Partial<Order> = {}): Order {
  return {
    id: 'ord_0123456789abcdefghjkmnpqrs',
    state: 'paid',
    event: almaty.id,
    currency: 'KZT',
    total: 2_500_000,
    lines: [
      {
        kind: 'entry',
        entry: 'ent_00000000000000000000000001',
        distance: 'half-marathon',
        place: 101,
        price: 2_000_000,
        ruleVersion: 1,
        shares: [{ project: 'child-rehabilitation', amount: 500_000 }],
      },
      { kind: 'donation', project: 'city-trees', amount: 500_000, name: 'Ерлан С.' },
    ],
    contact: { email: 'aliya@example.com', locale: 'kk' },
    createdAt: '2026-11-24T06:00:00.000Z',
    fingerprint: 'none',
    payment: { id: 'pi_1', at: '2026-11-24T06:05:00.000Z' },
    ...changes,
  };
}

/** A payment for which there was no place: owed back whole, and given back since if so said. */
export const unused = { payment: { id: 'pi_1', at: '2026-11-24T06:05:00.000Z', unused: true } } as const;

/** That the provider gave an amount back. */
export function givenBack(amount: number, changes: Partial<RefundRecord> = {}): MoneyRecords {
  const refund: RefundRecord = {
    id: 're_1',
    payment: 'pi_1',
    amount,
    currency: 'KZT',
    status: 'succeeded',
    at: '2026-11-25T08:00:00.000Z',
    ...changes,
  };
  return { ...noRecords, refunds: new Map([[refund.id, refund]]) };
}

/** The receipt of such an order. */
export function sampleReceipt(changes: Partial<Order> = {}, records: MoneyRecords = noRecords): ReceiptView {
  const receipt = receiptOf({ order: storedOrder(changes), entries: new Map(), records }, almaty, testKeys);
  if (!receipt) throw new Error('The order has no payment.');
  return receipt;
}
