/** What a payment provider says of money that moves back, in our words. Amounts are minor units of `currency`. */

/**
 * How a refund stands. Only `succeeded` can still turn into another: a bank may send the money back, and then it is
 * `failed`.
 */
export type RefundStatus = 'pending' | 'succeeded' | 'failed' | 'canceled';

/** A refund as the provider has it now. */
export interface ProviderRefund {
  /** The provider's id: `re_…`. */
  readonly id: string;
  /** The ledger account it is paid from. */
  readonly account: 'stripe' | 'bank';
  readonly payment: string;
  /** The order that the payment names. */
  readonly order: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: RefundStatus;
  /** Our own refund item (`rfd_…`) that it was made for; none when staff made it in the provider's dashboard. */
  readonly request?: string;
  /** Decides the ledger's partition, and is the same from every source. */
  readonly createdAt: string;
  /** When it came to stand so, or was made where that is all that is known; decides the day in reports. */
  readonly at: string;
}

/** Money that a dispute took from the account, or gave back. */
export interface DisputeMovement {
  /** The provider's balance transaction: `txn_…`. */
  readonly id: string;
  readonly kind: 'withdrawn' | 'reinstated';
  /** What was taken or given back of the payment; positive. */
  readonly amount: number;
  readonly currency: string;
  /** What the provider kept for itself in addition; negative when it gave a fee back. */
  readonly fee: number;
  /** What the account's balance changed by: with its sign, amount and fee together. */
  readonly net: number;
  readonly at: string;
}

/** A dispute as the provider has it now, with all the money it has moved so far. */
export interface ProviderDispute {
  /** The provider's id: `dp_…` or `du_…`. */
  readonly id: string;
  readonly payment: string;
  readonly order: string;
  /** What is disputed; what was taken for it is in the movements, and may differ. */
  readonly amount: number;
  readonly currency: string;
  /**
   * - `warning`: the bank only asks; no money has moved.
   * - `open`: staff must answer, or the answer is being looked at.
   * - `won`, `lost`: decided; `closed`: over without a decision (a warning that came to nothing, or one prevented).
   */
  readonly status: 'warning' | 'open' | 'won' | 'lost' | 'closed';
  /** The provider's own word for the reason, as `fraudulent`. */
  readonly reason: string;
  readonly createdAt: string;
  readonly movements: readonly DisputeMovement[];
}

/** The bank suspects fraud behind a payment; a dispute may follow, unless the money is given back first. */
export interface FraudWarning {
  /** The provider's id: `issfr_…`. */
  readonly id: string;
  readonly payment: string;
  readonly order: string;
  /** The provider's own word, as `unauthorized_use_of_card`. */
  readonly type: string;
  /** False once the payment is disputed or given back: then there is nothing to do. */
  readonly actionable: boolean;
  readonly createdAt: string;
}
