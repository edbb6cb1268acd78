import { expect } from 'vitest';
import type { BankTransferRules } from '../../shared/catalogue/bank-transfer.ts';
import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import type { BankPaymentInput } from '../../shared/contracts/bank-transfers.ts';
import type { OrderInput } from '../../shared/contracts/orders.ts';
import { takePlace } from '../../shared/entries/places.ts';
import { type Invoice, readInvoice } from '../../shared/orders/invoice.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { recordBankPayment } from '../../shared/payments/bank-transfer/record.ts';
import { confirmBankRefund } from '../../shared/payments/bank-transfer/settle.ts';
import { bankTransfersView } from '../../shared/payments/bank-transfer/views.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import type { Till } from '../../shared/payments/till.ts';
import { commit } from '../../shared/platform/database.ts';
import { openMatters } from '../../shared/staff/matters.ts';
import { balances, hold, orderNow } from './buying.ts';
import { contents } from './database.ts';
import { sampleEvent } from './sample.ts';
import type { TestShop } from './shop.ts';

export const payer = { company: 'ТОО «Құлан»', businessId: '270140000017' };
export const staff = 'staff-1';

/** The sample event, which offers bank transfer. */
export function transferEvent(
  rules: Partial<BankTransferRules> = {},
  event: CatalogueEvent = sampleEvent(),
): CatalogueEvent {
  return catalogueEvent.parse({
    ...event,
    bankTransfer: {
      holdDays: 5,
      beneficiary: 'Корпоративный фонд марафона',
      businessId: '270140000811',
      iban: 'KZ739990000000012345',
      bank: 'АО «Банк»',
      bic: 'BANKKZKA',
      ...rules,
    },
  });
}

/** An order that waits for its transfer, with its invoice. */
export async function invoiced(
  shop: TestShop,
  number: number,
  changes: Partial<OrderInput> = {},
  payerChanges: Partial<typeof payer> = {},
): Promise<{ order: Order; invoice: Invoice }> {
  const { id } = await hold(shop, number, changes);
  await startCheckout(shop.till, id, { method: 'bank_transfer', payer: { ...payer, ...payerChanges } });
  return { order: await orderNow(shop, id), invoice: await invoiceNow(shop, id) };
}

/** The invoice of an order as it is stored now. */
export async function invoiceNow(shop: Pick<TestShop, 'db'>, order: string): Promise<Invoice> {
  const invoice = await readInvoice(shop.db, order);
  if (!invoice) throw new Error(`Order ${order} has no invoice.`);
  return invoice;
}

/** A line of the bank statement: 20,000 ₸ with a text. */
export function statementLine(
  line: string,
  text: string,
  changes: Partial<Omit<BankPaymentInput, 'amount'>> & { amount?: number } = {},
): BankPaymentInput {
  const { amount = 2_000_000, ...rest } = changes;
  return {
    line,
    date: '2026-11-24',
    amount: { amount, currency: 'KZT' },
    text,
    payer: { name: 'ТОО «Құлан»', businessId: '270140000017' },
    ...rest,
  };
}

/** Records a line of the bank statement. */
export function record(shop: TestShop, line: BankPaymentInput, till: Till = shop.till) {
  return recordBankPayment(till, staff, line);
}

/** The balances when one entry of 20,000 ₸ is paid by transfer. */
export const paidBalances = {
  bank: 2_000_000,
  suspense: 0,
  'project:school': -500_000,
  'entry-fees': -1_500_000,
};

/** Others take the place of an order, as the condition on a place allows once its hold is over. */
export async function othersTake(shop: TestShop, order: Order): Promise<number> {
  const n = entryLines(order)[0]?.place ?? 0;
  const other = { order: 'ord_other', entry: 'ent_other', heldUntil: undefined };
  const place = { event: 'test-race', distance: '10k', n };
  const outcome = await commit(shop.db, shop.world, [takePlace('place', place, other, shop.world.now())]);
  expect(outcome).toEqual({ done: true });
  return n;
}

/** Staff send back every refund that they are asked for. */
export async function sendRefunds(shop: TestShop): Promise<void> {
  await payDueRefunds(shop.till);
  const { refunds } = await bankTransfersView(shop.db, '2026-11');
  for (const [index, { payment, id }] of refunds.entries())
    await confirmBankRefund(
      shop.till,
      staff,
      { payment, id },
      { reference: `out-${index}`, date: shop.world.now().toISOString().slice(0, 10) },
    );
}

/** What staff must look at: kind and detail. */
export async function mattersNow(shop: Pick<TestShop, 'db'>): Promise<(string | undefined)[][]> {
  return (await openMatters(shop.db)).map(({ kind, detail }) => [kind, detail]);
}

/**
 * What the bank account must hold by its own statement: what came less what was sent back. The ledger must say the
 * same, and all its accounts together nothing.
 */
export async function expectBankAgrees(shop: TestShop): Promise<void> {
  let bank = 0;
  for (const item of await contents(shop.db, 'bank')) {
    if (item.sk === 'line') bank += item.state === 'returned' ? 0 : item.amount;
    if (String(item.sk).startsWith('refund#') && item.paid) bank -= item.amount;
  }
  const ledger = await balances(shop);
  const sum = Object.values(ledger).reduce((total, amount) => total + amount, 0);
  expect({ bank: ledger.bank ?? 0, sum }).toEqual({ bank, sum: 0 });
}
