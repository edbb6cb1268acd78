import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderRefund } from '../../shared/orders/provider.ts';
import type { CheckoutRequest, Gateway, RefundRequest } from '../../shared/payments/gateway.ts';

/** A payment provider under test, and what a test can make its payers do. */
export interface GatewayUnderTest {
  readonly gateway: Gateway;
  /** The provider's clock. */
  readonly now: () => Date;
  /** What every request carries, beside what the contract itself decides. */
  readonly request: (about: { order: string; attempt: number; expiresAt: string }) => CheckoutRequest;
  /** Pays an open page as its payer would, and waits until the provider has the money; absent where no test can. */
  readonly pay?: (page: { id: string }) => Promise<void>;
  /** Money that has come for an order and is held by the provider: the id of the payment. */
  readonly receive: (order: string, amount: number) => Promise<string>;
  readonly stop: () => Promise<void>;
}

const minute = 60_000;

/**
 * What the service relies on at every payment provider. Run by each provider's own test file, which may add what only
 * that provider has.
 * @param unpayable why pages cannot be paid by a test, where they cannot: those tests are skipped by that name.
 */
export function gatewayContract(
  name: string,
  open: () => Promise<GatewayUnderTest>,
  { unpayable }: { readonly unpayable?: string } = {},
): void {
  describe(`${name} keeps the contract of a gateway`, () => {
    let under: GatewayUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.stop());

    // Orders must be new to the provider, which may remember those of earlier runs.
    const run = Date.now().toString(36);
    let number = 0;
    const newOrder = (): string => {
      number += 1;
      return `ord_contract${run}${number}`;
    };
    const ask = (order = newOrder(), attempt = 1): CheckoutRequest => {
      const expiresAt = new Date(Math.floor(under.now().getTime() / 1000) * 1000 + 45 * minute);
      return under.request({ order, attempt, expiresAt: expiresAt.toISOString() });
    };
    const total = ({ lines }: CheckoutRequest) => lines.reduce((sum, { amount }) => sum + amount, 0);

    async function openPage(request: CheckoutRequest): Promise<{ id: string; url: string }> {
      const page = await under.gateway.openCheckout(request);
      if (page.status !== 'open') throw new Error(`The page is ${page.status}.`);
      return page;
    }

    describe('a payment page', () => {
      it('is open at an address, and the same values find the same page', async () => {
        const request = ask();
        const page = await openPage(request);
        expect(page.url).toMatch(/^https?:\/\//);
        expect(await under.gateway.openCheckout(request)).toEqual(page);
        expect(await under.gateway.findCheckout(page.id)).toMatchObject({ id: page.id, status: 'open' });
      });

      it('is made once, however many ask at once', async () => {
        const request = ask();
        const asked = await Promise.allSettled(
          Array.from({ length: 4 }, () => under.gateway.openCheckout(request)),
        );
        const ids = asked.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : []));
        expect(ids.length).toBeGreaterThan(0);
        expect(new Set(ids).size).toBe(1);
        // Who was told to try again finds it too.
        expect((await openPage(request)).id).toBe(ids[0]);
      });

      it('of another attempt is another one', async () => {
        const order = newOrder();
        const first = await openPage(ask(order));
        await under.gateway.closeCheckout(first.id);
        const second = await openPage(ask(order, 2));
        expect(second.id).not.toBe(first.id);
        expect(await under.gateway.findCheckout(second.id)).toMatchObject({ status: 'open' });
        await under.gateway.closeCheckout(second.id);
      });

      it('is closed for good, and closing it again says the same', async () => {
        const { id } = await openPage(ask());
        const closed = await under.gateway.closeCheckout(id);
        expect(closed).toEqual({ id, status: 'expired' });
        expect(await under.gateway.closeCheckout(id)).toEqual(closed);
        expect(await under.gateway.findCheckout(id)).toEqual(closed);
      });

      it('whose time is over before it is made is never made', async () => {
        const expiresAt = new Date(under.now().getTime() - 5 * minute).toISOString();
        const request = under.request({ order: newOrder(), attempt: 1, expiresAt });
        expect(await under.gateway.openCheckout(request)).toEqual({ status: 'dead' });
      });

      it.skipIf(unpayable !== undefined)(
        `that was paid says so, and cannot be closed any more${unpayable === undefined ? '' : ` (skipped: ${unpayable})`}`,
        async () => {
          const request = ask();
          const { id } = await openPage(request);
          await under.pay?.({ id });
          const paid = await under.gateway.closeCheckout(id);
          expect(paid).toMatchObject({
            id,
            status: 'paid',
            payment: { amount: total(request), currency: request.currency },
          });
          expect(await under.gateway.findCheckout(id)).toEqual(paid);
        },
      );
    });

    describe('a refund', () => {
      const amount = 2_000_000;

      async function received(): Promise<Omit<RefundRequest, 'amount'>> {
        const order = newOrder();
        const payment = await under.receive(order, amount);
        return { id: `rfd_${order.slice(4)}`, order, payment, attempt: 1, repeated: false };
      }

      async function made(request: RefundRequest): Promise<ProviderRefund> {
        const answer = await under.gateway.refund(request);
        if (answer.status !== 'made') throw new Error(`The refund is ${answer.status}.`);
        return answer.refund;
      }

      it('is of the payment, the amount and the request, and is made once', async () => {
        const request = { ...(await received()), amount: 700_000 };
        const refund = await made(request);
        expect(refund).toMatchObject({
          payment: request.payment,
          order: request.order,
          amount: 700_000,
          currency: 'KZT',
          request: request.id,
        });
        expect(['succeeded', 'pending']).toContain(refund.status);
        expect((await made(request)).id).toBe(refund.id);
        expect((await made({ ...request, repeated: true })).id).toBe(refund.id);
      });

      it('is made once, however many ask at once', async () => {
        const request = { ...(await received()), amount };
        const asked = await Promise.allSettled(
          Array.from({ length: 4 }, () => under.gateway.refund(request)),
        );
        const ids = asked.flatMap((answer) =>
          answer.status === 'fulfilled' && answer.value.status === 'made' ? [answer.value.refund.id] : [],
        );
        expect(ids.length).toBeGreaterThan(0);
        expect(new Set(ids).size).toBe(1);
        expect((await made({ ...request, repeated: true })).id).toBe(ids[0]);
      });

      it('may be one of several of a payment, each for a request of its own', async () => {
        const request = await received();
        const first = await made({ ...request, amount: 700_000 });
        const second = await made({ ...request, id: `${request.id}b`, amount: 1_300_000 });
        expect(second.id).not.toBe(first.id);
        expect((await made({ ...request, amount: 700_000, repeated: true })).id).toBe(first.id);
      });

      it('of more than is left is not made: what was given back before is told instead', async () => {
        const request = await received();
        const first = await made({ ...request, amount: 1_500_000 });
        const more = await under.gateway.refund({ ...request, id: `${request.id}b`, amount: 600_000 });
        expect(more).toMatchObject({ status: 'less_left', refunds: [{ id: first.id, amount: 1_500_000 }] });
      });
    });

    describe('what could not be told', () => {
      it('is listed without an error, and from a later moment on lists nothing', async () => {
        const facts = await Array.fromAsync(
          under.gateway.undelivered(new Date(under.now().getTime() + 60 * minute)),
        );
        expect(facts).toEqual([]);
      });
    });
  });
}
