import type Stripe from 'stripe';

type ErrorDetails = { type?: string; code?: string; param?: string; message: string };

/**
 * A refusal as Stripe's API words it: HTTP status and error object.
 * `executed` tells whether the endpoint began its work: only then is the answer kept under an idempotency key
 * (docs.stripe.com/api/idempotent_requests).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly executed: boolean;
  readonly details: ErrorDetails;

  constructor(status: number, executed: boolean, details: ErrorDetails) {
    super(details.message);
    this.status = status;
    this.executed = executed;
    this.details = { type: 'invalid_request_error', ...details };
  }

  /** The response body. */
  get body(): { error: ErrorDetails } {
    return { error: this.details };
  }
}

/** A parameter that does not fit: 400, found before anything was done. */
export function invalidParam(details: ErrorDetails): ApiError {
  return new ApiError(400, false, details);
}

/** A request that fits but that the object's state forbids: 400. */
export function refused(details: ErrorDetails): ApiError {
  return new ApiError(400, true, details);
}

/** No object of that kind has this id: 404 `resource_missing`. */
export function missing(kind: string, id: string, param = 'id'): ApiError {
  return new ApiError(404, true, { code: 'resource_missing', param, message: `No such ${kind}: '${id}'` });
}

/** Why a card was not charged, as a payment intent tells it in `last_payment_error`. */
export type Decline = {
  code: Stripe.PaymentIntent.LastPaymentError.Code;
  declineCode?: string;
  message: string;
};
