import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoney } from '../../messages/format.ts';
import { feeOf } from '../../shared/catalogue/fees.ts';
import { allocateFee } from '../../shared/charity/allocate.ts';
import { breakdownOf, feeCoverOf } from '../../shared/contracts/breakdown.ts';
import { mailContent } from '../../shared/mail/templates.ts';
import { freeBooking, paidBooking } from '../../shared/orders/booking.ts';
import type { OrderLine } from '../../shared/orders/lines.ts';
import { noRecords } from '../../shared/orders/money-records.ts';
import type { Order } from '../../shared/orders/order.ts';
import { receiptOf } from '../../shared/orders/receipt.ts';
import { orderView } from '../../shared/orders/view.ts';
import { checkoutRequest } from '../../shared/payments/checkout-request.ts';
import { entryLine } from '../../web/site/entry-form/fee.ts';
import { almaty, almatyCodes } from '../support/paid-order.ts';
import { testKeys } from '../support/shop.ts';

/** An entry of the sample event at one of its steps, of some age, with one of its codes or none. */
const entry = fc
  .record({
    distance: fc.constantFrom(...almaty.distances),
    step: fc.nat(10),
    age: fc.integer({ min: 5, max: 90 }),
    code: fc.option(fc.constantFrom(...almatyCodes), { nil: undefined }),
    project: fc.constantFrom(...almaty.projects.map(({ id }) => id)),
  })
  .map(({ distance, step, age, code, project }): OrderLine => {
    const { amount = 0 } = distance.prices[step % distance.prices.length] ?? {};
    const { price, listPrice, agePrice } = feeOf(amount, { age, agePrices: distance.agePrices, code });
    const chosen = distance.allocation.to.chosenBy === 'runner' ? project : undefined;
    return {
      kind: 'entry',
      entry: 'ent_1',
      distance: distance.id,
      place: step + 1,
      price,
      ...(price < listPrice && { listPrice }),
      ...(agePrice < listPrice && { agePrice }),
      ruleVersion: 1,
      shares: allocateFee(price, distance.allocation, chosen),
    };
  });
const donation = fc.record({
  kind: fc.constant('donation' as const),
  project: fc.constantFrom(...almaty.projects.map(({ id }) => id)),
  amount: fc.integer({ min: almaty.donation.smallest, max: almaty.donation.largest }),
});

const order = fc
  .tuple(fc.array(entry, { maxLength: 10 }), fc.array(donation, { maxLength: 3 }), fc.boolean())
  .filter(([entries, donations]) => entries.length + donations.length > 0)
  .map(([entries, donations, covers]): Order => {
    const bought: OrderLine[] = [...entries, ...donations];
    const rule = almaty.feeCover ?? { percent: 0, fixed: 0 };
    const amount = covers ? feeCoverOf(breakdownOf(bought).total, rule) : 0;
    const lines: OrderLine[] = amount > 0 ? [...bought, { kind: 'feeCover', amount }] : bought;
    return {
      id: 'ord_0123456789abcdefghjkmnpqrs',
      state: 'paid',
      event: almaty.id,
      currency: almaty.currency,
      total: breakdownOf(lines).total,
      lines,
      contact: { email: 'runner@example.com', locale: 'en' },
      createdAt: '2026-11-24T06:00:00.000Z',
      fingerprint: '',
      attempt: { number: 1, expiresAt: '2026-11-24T06:38:00.000Z' },
      payment: { id: 'pi_1', at: '2026-11-24T06:05:00.000Z' },
    };
  });

test('form, payment page, order, mail, receipt and ledger say the same of every order', () => {
  fc.assert(
    fc.property(order, (paid) => {
      const whole = {
        order: paid,
        entries: new Map(),
        members: [],
        formerMembers: [],
        transfers: new Map(),
        records: noRecords,
      };
      const view = orderView(whole, almaty, testKeys);
      const amounts = paid.lines.map((line) => (line.kind === 'entry' ? line.price : line.amount));

      // The order's page.
      expect(view.total.amount).toBe(paid.total);
      expect(view.lines.map((line) => ('price' in line ? line.price : line.amount).amount)).toEqual(amounts);
      for (const line of view.lines)
        if (line.kind === 'entry') {
          const off = (line.reductions ?? []).reduce((sum, { amount }) => sum + amount.amount, 0);
          expect((line.listPrice ?? line.price).amount).toBe(line.price.amount + off);
        }

      // Stripe's line items.
      const till = { publicUrl: 'http://localhost:3000', tokenOf: () => 'token' };
      const request = checkoutRequest(till, paid, almaty, { number: 1, expiresAt: paid.createdAt });
      expect(request.lines.map(({ amount }) => amount)).toEqual(amounts);

      // The mail.
      const { receipt: told } = mailContent({ kind: 'order_paid' }, view, 'en', till.publicUrl);
      const money = (amount: number) => formatMoney({ amount, currency: paid.currency }, 'en');
      expect(told?.lines.map(({ amount }) => amount)).toEqual(amounts.map(money));
      expect(told?.total.amount).toBe(money(paid.total));

      // The receipt.
      const receipt = receiptOf(whole, almaty, testKeys);
      expect(receipt?.lines.map(({ amount }) => amount.amount)).toEqual(amounts);
      expect(receipt?.total.amount).toBe(paid.total);

      // The ledger.
      const payment = {
        id: 'pi_1',
        account: 'stripe' as const,
        amount: paid.total,
        currency: paid.currency,
        sessionCreatedAt: paid.createdAt,
        paidAt: paid.createdAt,
      };
      const booking =
        paid.total === 0 ? freeBooking(paid, almaty.zone) : paidBooking(paid, payment, almaty.zone);
      const credited = (account: string) =>
        booking.postings.reduce(
          (sum, posting) => sum - (posting.account === account ? posting.amount : 0),
          0,
        );
      const { shares, organising, feeCover } = breakdownOf<string>(paid.lines);
      expect(booking.postings.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
      expect(-credited('stripe') + 0).toBe(paid.total);
      expect(credited('entry-fees')).toBe(organising);
      expect(credited('processing-fees')).toBe(feeCover);
      for (const { project, amount } of shares) expect(credited(`project:${project}`)).toBe(amount);
      expect(view.shares).toEqual(
        shares.map(({ project, amount }) => ({ project, amount: { amount, currency: paid.currency } })),
      );

      // The form, from what the service tells it of each price.
      const shown = paid.lines.flatMap((line) => {
        if (line.kind !== 'entry') return [line];
        const rule = almaty.distances.find(({ id }) => id === line.distance)?.allocation;
        if (!rule) return [];
        const total = line.shares.reduce((sum, { amount }) => sum + amount, 0);
        const charity = {
          chosenBy: rule.to.chosenBy,
          total: { amount: total, currency: paid.currency },
          shares: line.shares.map(({ project, amount }) => ({
            project,
            amount: { amount, currency: paid.currency },
          })),
          projects: [],
        };
        const price = { amount: line.price, currency: paid.currency };
        return entryLine({ price, reductions: [], charity }, line.shares[0]?.project ?? '') ?? [];
      });
      expect(breakdownOf(shown)).toEqual({ total: paid.total, shares, organising, feeCover });
    }),
  );
});
