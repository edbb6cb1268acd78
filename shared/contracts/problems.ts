import * as z from 'zod/mini';

/**
 * Every problem a caller can meet: the stable code, its HTTP status, and what the caller can do, in English for
 * developers. Pages translate the code (`problem.<code>` in `messages/`).
 */
export const problems = {
  body_not_json: { status: 400, title: 'The body is not valid JSON. Send a JSON object.' },
  body_too_large: { status: 413, title: 'The body is larger than this route accepts.' },
  media_type_unsupported: { status: 415, title: 'Send the body as application/json.' },
  idempotency_key_missing: {
    status: 400,
    title:
      'Send an Idempotency-Key header of 16 to 100 letters, digits, hyphens or underscores, new for each order.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used for a different order. Use a new one.',
  },
  validation_failed: { status: 422, title: 'Some fields are not valid; `errors` names each of them.' },
  not_found: { status: 404, title: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, title: 'This address does not support this method.' },
  event_unknown: { status: 404, title: 'There is no such event.' },
  distance_unknown: { status: 404, title: 'There is no such distance in this event.' },
  proposal_unknown: { status: 404, title: 'There is no such proposal.' },
  proposal_over: { status: 409, title: 'This was decided or taken back already, or it has expired.' },
  second_person_needed: {
    status: 409,
    title: 'Another person than the one who proposed it must approve it.',
  },
  balance_too_small: { status: 409, title: 'The account does not have that much.' },
  matter_unknown: { status: 404, title: 'There is no such matter.' },
  matter_settled: { status: 409, title: 'Somebody has settled this matter already.' },
  order_unknown: { status: 404, title: 'There is no such order, or the link is not complete.' },
  registration_not_open: { status: 409, title: 'Registration for this distance is not open yet.' },
  registration_closed: { status: 409, title: 'Registration for this distance is closed.' },
  price_changed: { status: 409, title: 'The price has changed since it was shown; confirm the new one.' },
  sold_out: { status: 409, title: 'Every place of this distance is taken or held.' },
  runner_already_entered: {
    status: 409,
    title: 'This runner already has an entry, or one being paid, in this event.',
  },
  waiting_list_not_open: {
    status: 409,
    title: 'The waiting list is not open: places are left, or it opens or closes this minute.',
  },
  runner_already_waiting: {
    status: 409,
    title: 'This runner waits for this distance already; the link was mailed to the address given then.',
  },
  too_many_waiting: {
    status: 409,
    title: 'This e-mail address has as many runners on the waiting lists of the event as it may have.',
  },
  waiter_unknown: { status: 404, title: 'Nobody waits with this link, or the link is not complete.' },
  offer_over: { status: 409, title: 'This offer of a place has ended or was used.' },
  too_many_holds: {
    status: 429,
    title: 'Too many orders are unpaid already. Pay them, or try again after the seconds in Retry-After.',
  },
  order_not_paid: { status: 409, title: 'This needs an order that is paid.' },
  entry_unknown: {
    status: 404,
    title: 'There is no such entry, or the link is not complete or not valid any more.',
  },
  entry_cancelled: { status: 409, title: 'This entry was cancelled.' },
  payment_unknown: { status: 404, title: 'Nothing of such a payment waits to be decided.' },
  refund_unknown: { status: 404, title: 'There is no such refund that waits to be decided.' },
  refund_not_failed: {
    status: 409,
    title: 'The payment provider is to make this refund, or may have made it: it has not failed.',
  },
  nothing_to_refund: { status: 409, title: 'Nothing of this order is left to give back.' },
  entry_handed_over: { status: 409, title: 'This entry was handed to another runner and is theirs now.' },
  team_unknown: { status: 404, title: 'There is no such team, or the link is not complete.' },
  team_full: { status: 409, title: 'The team has all its members.' },
  team_closed: { status: 409, title: 'The time to complete or change teams is over.' },
  team_composition: {
    status: 409,
    title: 'With this member the team could no longer have the women that its distance asks for.',
  },
  member_left: {
    status: 409,
    title:
      'This request has put a member on the team who left since. Use a new Idempotency-Key to join again.',
  },
  member_unknown: { status: 404, title: 'There is no such member of a team, or the link is not complete.' },
  transfer_unknown: {
    status: 404,
    title: 'There is no such offer of an entry, or the link is not complete.',
  },
  transfer_over: {
    status: 409,
    title: 'This offer was cancelled, replaced or taken, or the entry has changed since it was made.',
  },
  transfer_closed: { status: 409, title: 'The time to hand entries over is over.' },
  change_under_way: {
    status: 409,
    title: 'Another change of this entry waits to be paid: pay it, or ask again when its time is over.',
  },
  transfer_not_offered: {
    status: 409,
    title: 'This order cannot be paid by bank transfer, or it is too late for one.',
  },
  transfer_begun: {
    status: 409,
    title: 'A part of the bank transfer has come; the rest must come the same way.',
  },
  bank_payment_unknown: { status: 404, title: 'There is no such bank payment.' },
  bank_payment_differs: {
    status: 409,
    title: 'This statement line was recorded with another date, amount, text or payer.',
  },
  bank_payment_settled: {
    status: 409,
    title: 'This bank payment is no longer in suspense: it was applied, or sent back.',
  },
  invoice_unknown: {
    status: 404,
    title: 'There is no invoice with this reference or order, in this currency.',
  },
  bank_refund_unknown: { status: 404, title: 'There is no such refund by bank.' },
  bank_refund_sent: { status: 409, title: 'This refund was recorded as sent by another bank payment.' },
  cancellation_closed: { status: 409, title: 'This entry can no longer be given up by its holder.' },
  refund_changed: {
    status: 409,
    title: 'What is given back has changed since it was shown; `back` says what it is now.',
  },
  event_called_off: {
    status: 409,
    title:
      'This event is cancelled or postponed: it takes no entries, and nothing of its entries can be changed.',
  },
  event_not_called_off: { status: 409, title: 'This event takes place; there is nothing to choose.' },
  event_called_off_already: { status: 409, title: 'This event was called off before, otherwise.' },
  answer_too_late: { status: 409, title: 'The time to choose what becomes of the entry is over.' },
  order_not_payable: { status: 409, title: 'This order is no longer waiting for payment.' },
  busy: {
    status: 503,
    title: 'The service is busy. Try again after the seconds in Retry-After; nothing is lost.',
  },
  payment_unavailable: {
    status: 503,
    title:
      'The payment page could not be prepared. Try again after the seconds in Retry-After; the place is kept.',
  },
  signature_invalid: { status: 400, title: 'The webhook signature is missing, wrong or too old.' },
  token_missing: { status: 401, title: 'Sign in: send a bearer token.' },
  token_invalid: { status: 401, title: 'The token is not valid or has expired. Sign in again.' },
  role_missing: { status: 403, title: 'Your account has no role that allows this.' },
  internal: { status: 500, title: 'Something went wrong on our side. The instance names the request.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** Whether a code is one that this version knows. */
export function isProblemCode(code: string): code is ProblemCode {
  return code in problems;
}

/** Why a field was refused. Pages translate them (`field.<code>`). */
export const fieldCodes = [
  'required',
  'wrong_type',
  'unknown_field',
  'too_short',
  'too_long',
  'too_few',
  'too_many',
  'too_small',
  'too_large',
  'not_an_option',
  'text_not_allowed',
  'name_invalid',
  'email_invalid',
  'phone_invalid',
  'date_invalid',
  'country_unknown',
  'consent_required',
  'guardian_required',
  'too_young',
  'too_old',
  'distance_unknown',
  'project_unknown',
  'project_required',
  'project_not_offered',
  'runner_twice',
  'amount_invalid',
  'currency_wrong',
  'format_invalid',
  'offer_unknown',
  'offer_of_another',
  'code_unknown',
  'code_expired',
  'code_used_up',
  'code_used_by_mail',
  'code_not_for_distance',
  'business_id_invalid',
] as const;

export type FieldCode = (typeof fieldCodes)[number];

export const fieldError = z.object({
  /** A path into the body, such as `entries.0.runner.birthDate`. */
  field: z.string(),
  code: z.enum(fieldCodes),
  /** The figure the rule speaks of: a length, an age, an amount in minor units. */
  limit: z.optional(z.union([z.int(), z.string()])),
});
export type FieldError = z.infer<typeof fieldError>;

/** RFC 9457 problem details with a stable `code`; other members depend on the code. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  /** The request's id, to quote to staff. */
  instance: z.optional(z.string()),
  errors: z.optional(z.array(fieldError)),
  /** With `price_changed`: the prices as they are now, by entry (`entries.0.price`), or of `feeCover`. */
  prices: z.optional(
    z.array(
      z.object({
        field: z.string(),
        distance: z.optional(z.string()),
        price: z.object({ amount: z.int(), currency: z.string() }),
      }),
    ),
  ),
  /** With `refund_changed`. */
  back: z.optional(z.object({ amount: z.int(), currency: z.string() })),
  /** With `sold_out`: which distance, and when the next held place may come free. */
  distance: z.optional(z.string()),
  nextReleaseAt: z.optional(z.string()),
  /** With `registration_not_open`: when it opens. */
  opensAt: z.optional(z.string()),
  field: z.optional(z.string()),
});
export type Problem = z.infer<typeof problem>;
