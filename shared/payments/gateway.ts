import type { PaymentMethod } from '../contracts/payers.ts';
import type { ReceivedPayment } from '../orders/booking.ts';
import type { FraudWarning, ProviderDispute, ProviderRefund } from '../orders/provider.ts';

/** What a payment page is made from; the same values again find the same page. */
export interface CheckoutRequest {
  readonly order: string;
  /** The event that the order belongs to; kept with the payment, so that its fees can be booked to the event. */
  readonly event: string;
  readonly attempt: number;
  readonly method: PaymentMethod;
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

/** Money to give back: one refund item of ours. The same values again find the same refund. */
export interface RefundRequest {
  /** Our refund item: `rfd_…`. */
  readonly id: string;
  readonly order: string;
  readonly payment: string;
  readonly amount: number;
  /** Counts from 1; the next one only after the refund of the one before has failed, or its key was spent. */
  readonly attempt: number;
  /** Whether this attempt may have reached the provider before: then what it has made is looked up first. */
  readonly repeated: boolean;
}

/**
 * - `made`: the refund that the request has, however it stands.
 * - `less_left`: less than the amount is left of the payment; all refunds of it, for the books to catch up with.
 * - `refused`: the payment is disputed, the account has not enough, or the provider gives another reason.
 * - `spent`: the key of the attempt answers with an error for good; another attempt is needed.
 */
export type RefundAnswer =
  | { readonly status: 'made'; readonly refund: ProviderRefund }
  | { readonly status: 'less_left'; readonly refunds: readonly ProviderRefund[] }
  | { readonly status: 'refused'; readonly why: 'disputed' | 'balance' | 'other' }
  | { readonly status: 'spent' };

/** What an event of the payment provider says, in our words. */
export type PaymentFact =
  | {
      readonly kind: 'paid';
      readonly order: string;
      readonly session: string;
      readonly payment: ReceivedPayment;
      /** The order that the payment page was made for; where it is another one, the payment fits neither. */
      readonly reference: string | undefined;
      readonly livemode: boolean;
      /** Set when another account than ours was paid. */
      readonly account: string | undefined;
    }
  /** Money that came for an order on top of what was asked for: all of it is owed back. */
  | { readonly kind: 'surplus'; readonly order: string; readonly payment: ReceivedPayment }
  | {
      readonly kind: 'pending' | 'failed' | 'expired';
      readonly order: string;
      readonly session: string;
      readonly attempt: number;
    }
  /** A refund, whoever made it, as it stands now. */
  | { readonly kind: 'refund'; readonly refund: ProviderRefund }
  /** A dispute as it stands now: each of its movements is to be booked once. */
  | { readonly kind: 'dispute'; readonly dispute: ProviderDispute }
  | { readonly kind: 'warning'; readonly warning: FraudWarning }
  /** Not about anything of ours, or nothing to do. */
  | { readonly kind: 'ignored'; readonly type: string; readonly why: string };

/** What the service needs of a payment provider. */
export interface Gateway {
  /** Whether an id of a payment page or a payment is this provider's. */
  owns(id: string): boolean;
  /**
   * Makes the payment page of an attempt, or finds the one that was made.
   * @throws GatewayUnavailable
   */
  openCheckout(request: CheckoutRequest): Promise<CheckoutPage | CheckoutImpossible>;
  /**
   * A payment page as it is now.
   * @throws GatewayUnavailable
   */
  findCheckout(id: string): Promise<CheckoutPage>;
  /**
   * Closes a payment page so that it can no longer be paid, and says how it ended; never `open`.
   * @throws GatewayUnavailable
   */
  closeCheckout(id: string): Promise<CheckoutPage>;
  /**
   * Gives back money; repeating it gives back nothing twice, however late.
   * @throws GatewayUnavailable
   */
  refund(request: RefundRequest): Promise<RefundAnswer>;
  /**
   * What can be given back now of payments such as this one, in minor units of a currency; undefined where there is no
   * limit that the provider could tell.
   * @throws GatewayUnavailable
   */
  available(payment: string, currency: string): Promise<number | undefined>;
  /**
   * What the provider could not tell us by webhook since a moment, in any order.
   * @throws GatewayUnavailable
   */
  undelivered(since: Date): AsyncIterable<PaymentFact>;
  /** Takes note that such a fact has been applied and need not be told again. */
  delivered(fact: PaymentFact): Promise<void>;
}
