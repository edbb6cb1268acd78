import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueEvent } from '../../../shared/catalogue/schema.ts';
import { startCheckout } from '../../../shared/payments/start-checkout.ts';
import { physicalName } from '../../../shared/platform/tables.ts';
import { applyAll, days, hold, orderNow, refusalOf } from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import { invoiced, payer, record, statementLine, transferEvent } from '../../support/transferring.ts';
import { tend } from '../../support/waiting.ts';

const buyer = { contact: { email: 'buyer@example.com', locale: 'ru' } } as const;
const tagged = { contact: { email: 'buyer+2@example.com', locale: 'ru' } } as const;
const payers = ['270140000017', '270140000027', '270140000811'] as const;
const byInvoice = { method: 'bank_transfer', payer } as const;

let shop: TestShop;
const open = async (unpaidPerPayer: number): Promise<void> => {
  shop = await openTestShop(
    catalogueEvent.parse({
      ...transferEvent({ holdDays: 30, unpaidPerPayer }),
      limits: { unpaidHoldsPerMail: 3 },
    }),
  );
};
afterEach(() => shop.stop());

/** What DynamoDB does with items whose time is over. */
async function deleteByAge(): Promise<void> {
  const now = shop.world.now().getTime() / 1000;
  for (const { pk, sk, expiresAt } of await contents(shop.db, 'slots'))
    if (Number(expiresAt) <= now)
      await shop.db.client.send(
        new DeleteCommand({ TableName: physicalName(shop.db.prefix, 'slots'), Key: { pk, sk } }),
      );
}

describe('the limit of an address', () => {
  beforeEach(() => open(3));

  it('lasts as long as its orders wait: for a transfer, and then for a slow card payment', async () => {
    const orders = [];
    for (const [index, businessId] of payers.entries())
      orders.push((await invoiced(shop, index, buyer, { businessId })).order.id);
    shop.world.advance(days(29));
    await deleteByAge();
    expect((await refusalOf(hold(shop, 10, buyer))).code).toBe('too_many_holds');
    for (const id of orders) {
      const { url } = await startCheckout(shop.till, id);
      shop.double.pay(url?.split('/').at(-1) ?? '', { method: 'bank_debit' });
    }
    await applyAll(shop);
    for (const _ of Array.from({ length: 14 })) {
      shop.world.advance(days(1) - 60_000);
      await tend(shop);
    }
    await deleteByAge();
    expect((await orderNow(shop, orders[0] ?? '')).state).toBe('pending');
    expect((await refusalOf(hold(shop, 10, buyer))).code).toBe('too_many_holds');
  });

  it('is over with its orders, long before its slots are deleted', async () => {
    for (const [index, businessId] of payers.entries()) await invoiced(shop, index, buyer, { businessId });
    shop.world.advance(days(31));
    await tend(shop);
    expect((await hold(shop, 10, buyer)).state).toBe('held');
  });
});

describe('invoices of one buyer', () => {
  beforeEach(() => open(1));
  const of = (number: number, businessId: string, contact: Parameters<typeof hold>[2] = buyer) =>
    invoiced(shop, number, contact, { businessId });

  it('are limited, whomever they name as payers, until one is paid', async () => {
    const { invoice } = await of(1, payers[0]);
    expect((await refusalOf(of(2, payers[1]))).code).toBe('too_many_holds');
    expect((await refusalOf(of(3, payers[2], tagged))).code).toBe('too_many_holds');
    await of(4, payers[1], {});
    await record(shop, statementLine('1', invoice.reference));
    await of(2, payers[2]);
    expect(JSON.stringify(await contents(shop.db, 'slots'))).not.toContain('example.com');
  });

  it('are one when several are asked for at once', async () => {
    const orders = [await hold(shop, 1, buyer), await hold(shop, 2, buyer), await hold(shop, 3, buyer)];
    const steps = await Promise.allSettled(
      orders.map(({ id }, index) =>
        startCheckout(shop.till, id, {
          method: 'bank_transfer',
          payer: { ...payer, businessId: payers[index] ?? '' },
        }),
      ),
    );
    expect(steps.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const waiting = await Promise.all(orders.map(({ id }) => orderNow(shop, id)));
    expect(waiting.filter(({ attempt }) => attempt?.method === 'bank_transfer')).toHaveLength(1);
  });

  it('take no further slots when an order goes to the card and back, comes twice, or its answer is lost', async () => {
    const { id } = await hold(shop, 1, buyer);
    const before = (await contents(shop.db, 'slots')).length;
    const db = withFaults(shop.db, { command: 'TransactWrite', table: 'slots', kind: 'lose-answer' });
    await expect(startCheckout({ ...shop.till, db }, id, byInvoice)).rejects.toThrow('answer was lost');
    await Promise.all([1, 2, 3].map(() => startCheckout(shop.till, id, byInvoice)));
    await startCheckout(shop.till, id);
    await Promise.all([1, 2].map(() => startCheckout(shop.till, id, byInvoice)));
    expect((await orderNow(shop, id)).attempt?.method).toBe('bank_transfer');
    expect(await contents(shop.db, 'slots')).toHaveLength(before + 3);
  });
});
