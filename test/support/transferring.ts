import type { BankTransferRules } from '../../shared/catalogue/bank-transfer.ts';
import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import type { BankPaymentInput } from '../../shared/contracts/bank-transfers.ts';
import type { OrderInput } from '../../shared/contracts/orders.ts';
import { type Invoice, readInvoice } from '../../shared/orders/invoice.ts';
import type { Order } from '../../shared/orders/order.ts';
import { recordBankPayment } from '../../shared/payments/bank-transfer/record.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import type { Till } from '../../shared/payments/till.ts';
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

/**
 * What the bank account must hold by its own statement: what came less what was sent back. The ledger must say the
 * same, and all its accounts together nothing.
 */
export async function bankAgrees(shop: TestShop): Promise<{ bank: number; ledger: number; sum: number }> {
  let bank = 0;
  for (const item of await contents(shop.db, 'bank')) {
    if (item.sk === 'line') bank += item.state === 'returned' ? 0 : item.amount;
    if (String(item.sk).startsWith('refund#') && item.paid) bank -= item.amount;
  }
  const ledger = await balances(shop);
  return {
    bank,
    ledger: ledger.bank ?? 0,
    sum: Object.values(ledger).reduce((total, amount) => total + amount, 0),
  };
}
