import type { PaymentFact } from './gateway.ts';

/**
 * A movement of the account at the payment provider, in our words. Amounts are minor units of `currency`, signed as
 * the balance changed; `net` is `amount` less `fee`.
 */
export interface AccountMovement {
  /** The provider's balance transaction: `txn_…`. */
  readonly id: string;
  readonly amount: number;
  /** What the provider kept; negative when it gave a fee back. */
  readonly fee: number;
  readonly net: number;
  readonly currency: string;
  readonly createdAt: string;
  readonly what: MovementSubject;
}

/** The order and the event that a payment was made for, as the payment itself names them. */
interface Origin {
  readonly payment: string;
  readonly order: string;
  /** Absent on payments of earlier versions: their fees then belong to no event. */
  readonly event?: string;
}

/**
 * What an account moved for. Refunds: `under way` also means that it is not decided yet whether the money stays gone.
 * `unknown` is what cannot be ours by its object, as a payment that somebody asked for in the provider's dashboard.
 */
export type MovementSubject =
  | ({ readonly kind: 'payment' } & Origin)
  | ({
      readonly kind: 'refund' | 'refund_returned';
      readonly refund: string;
      readonly status: 'under way' | 'done' | 'undone';
    } & Origin)
  | ({ readonly kind: 'dispute'; readonly dispute: string } & Origin)
  | { readonly kind: 'payout' | 'payout_returned'; readonly payout: string }
  | { readonly kind: 'fee' }
  | { readonly kind: 'unknown'; readonly type: string };

/** What a provider says of our account there. */
export interface ProviderBooks {
  /**
   * Every movement of the account from one moment up to another, in any order.
   * @throws GatewayUnavailable
   */
  movements(from: Date, until: Date): AsyncIterable<AccountMovement>;
  /**
   * What the webhook of a movement should have told.
   * @throws GatewayUnavailable
   */
  tell(movement: AccountMovement): Promise<PaymentFact | undefined>;
}
