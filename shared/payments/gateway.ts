import type { ReceivedPayment } from '../orders/booking.ts';
import type { SucceededRefund } from '../orders/refunds.ts';

/** What a payment page is made from; the same values again find the same page. */
export interface CheckoutRequest {
  readonly order: string;
  readonly attempt: number;
  /** When the page stops taking payments, ISO 8601. */
  readonly expiresAt: string;
  readonly email: string;
  readonly locale: 'kk' | 'ru' | 'en';
  readonly currency: string;
  readonly lines: readonly { readonly name: string; readonly amount: number }[];
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** A payment page and what is known of it. */
export type CheckoutPage = { readonly id: string } & (
  | { readonly status: 'open'; readonly url: string }
  | { readonly status: 'expired' }
  | { readonly status: 'pending' }
  | { readonly status: 'paid'; readonly payment: ReceivedPayment }
);

/**
 * - `dead`: no page was ever made for the attempt, and none can be made any more.
 * - `spent`: the key of the attempt answers with an error for good; another attempt is needed.
 */
export type CheckoutImpossible = { readonly id?: never; readonly status: 'dead' | 'spent' };

/** The payment provider cannot answer now; the same call may succeed later. */
export class GatewayUnavailable extends Error {
  override readonly name = 'GatewayUnavailable';
}

/** What an event of the payment provider says, in our words. */
export type PaymentFact =
  | {
      readonly kind: 'paid';
      readonly order: string;
      readonly session: string;
      readonly payment: ReceivedPayment;
      readonly livemode: boolean;
    }
  | {
      readonly kind: 'pending' | 'failed' | 'expired';
      readonly order: string;
      readonly session: string;
      readonly attempt: number;
    }
  | { readonly kind: 'refunded'; readonly refund: SucceededRefund }
  /** Not about anything of ours, or nothing to do. */
  | { readonly kind: 'ignored'; readonly type: string; readonly why: string };

/** What the service needs of a payment provider. */
export interface Gateway {
  /**
   * Makes the payment page of an attempt, or finds the one that was made.
   * @throws GatewayUnavailable
   */
  openCheckout(request: CheckoutRequest): Promise<CheckoutPage | CheckoutImpossible>;
  /**
   * Closes a payment page so that it can no longer be paid, and says how it ended; never `open`.
   * @throws GatewayUnavailable
   */
  closeCheckout(id: string): Promise<CheckoutPage>;
  /**
   * Gives back what is owed of a payment; repeating it pays nothing twice.
   * @returns the refund when it has succeeded, nothing while it is under way; where less than the amount is left to
   * give back, every refund of the payment that has succeeded.
   * @throws GatewayUnavailable
   */
  refund(payment: string, amount: number): Promise<SucceededRefund[]>;
  /**
   * What the provider could not tell us by webhook since a moment, in any order.
   * @throws GatewayUnavailable
   */
  undelivered(since: Date): AsyncIterable<PaymentFact>;
}
