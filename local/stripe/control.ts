import { z } from 'zod';
import { type Core, emitAny, plainTelling, type Telling } from './core.ts';
import type { Deliverer } from './delivery.ts';
import { answerDispute, closeDispute, escalateDispute, findCharge, openDispute } from './disputes.ts';
import { ApiError, missing } from './errors.ts';
import { type ApiFault, type FaultPlan, faultOrder, type WebhookFault } from './faults.ts';
import { authenticate, type PayResult, pay, settleBankDebit } from './payments.ts';
import { chargeFee, createPayout, settlePayout } from './payouts.ts';
import { createRefund, settleRefund } from './refunds.ts';
import { expireSession } from './sessions.ts';
import type { BalanceTransaction, Dispute, Payout, Refund, Session, Warning } from './state.ts';
import { warnOfFraud } from './warnings.ts';

const yes = z.union([z.boolean(), z.stringbool()]);
const amount = z.coerce.number().int().min(1).optional();

const payOrder = z.strictObject({
  card: z.string().optional(),
  method: z.enum(['bank_debit', 'card']).optional(),
  email: z.string().optional(),
  name: z.string().optional(),
});
const succeedOrder = z.strictObject({ succeed: yes });
const refundOrder = z.strictObject({ charge: z.string(), amount });
const disputeOrder = z.strictObject({
  charge: z.string(),
  amount,
  reason: z.string().optional(),
  inquiry: yes.optional(),
});
const closeOrder = z.strictObject({ outcome: z.enum(['lost', 'won']), amount, withFee: yes.optional() });
const warningOrder = z.strictObject({ charge: z.string(), type: z.string().optional() });
const payoutOrder = z.strictObject({ amount, currency: z.string().optional() });
const feeOrder = z.strictObject({
  amount: z.coerce.number().int().min(1),
  currency: z.string().optional(),
  about: z.string().optional(),
});
const tellingOrder = z.strictObject({
  apiVersion: z.string().optional(),
  livemode: yes.optional(),
  account: z.string().nullable().optional(),
  fields: z.record(z.string(), z.unknown()).optional(),
});
const tellOrder = z.strictObject({ type: z.string(), object: z.record(z.string(), z.unknown()) });
const advanceOrder = z.strictObject({ ms: z.coerce.number().int().min(0) });
const nothing = z.strictObject({});

/** How a session is to be paid without the page; card 4242 4242 4242 4242 when nothing is said. */
type PayOrder = z.infer<typeof payOrder>;

/** What a person or a test can make happen at the double; every amount is in integer minor units. */
export type Control = {
  pay(sessionId: string, order?: PayOrder): PayResult;
  /** Ends the 3-D Secure step of a session. */
  authenticate(sessionId: string, succeed: boolean): PayResult;
  /** Lets the bank debit of a completed session arrive or fail. */
  settleBankDebit(sessionId: string, succeed: boolean): Session;
  expire(sessionId: string): Session;
  /** A refund as staff make it in Stripe's dashboard; `charge` may be a payment intent's id. */
  refund(charge: string, amount?: number): Refund;
  settleRefund(refundId: string, succeed: boolean): Refund;
  /** An inquiry is a dispute for which the bank only asks: no money moves until it is escalated. */
  openDispute(
    charge: string,
    amount?: number,
    options?: { reason?: string | undefined; inquiry?: boolean | undefined },
  ): Dispute;
  /** Hands in an answer to a dispute. */
  answerDispute(disputeId: string): Dispute;
  escalateDispute(disputeId: string): Dispute;
  /** Won, all of the amount comes back or a part, with the fee where that is said. An inquiry just ends. */
  closeDispute(
    disputeId: string,
    outcome: 'lost' | 'won',
    options?: { amount?: number | undefined; withFee?: boolean | undefined },
  ): Dispute;
  warnOfFraud(charge: string, type?: string): Warning;
  /** Sends money to the account's bank as Stripe's schedule does: all of the balance when no amount is given. */
  payOut(amount?: number, currency?: string): Payout;
  settlePayout(payoutId: string, succeed: boolean): Payout;
  /** A fee of the account itself, which belongs to no payment. */
  chargeFee(amount: number, currency?: string, about?: string): BalanceTransaction;
  /** How the events are told that are made from now on; what is left out is as usual. */
  tellAs(telling?: Partial<Telling>): void;
  /** Tells an event of any type about any object. */
  tell(type: string, object: Readonly<Record<string, unknown>>): void;
  /** Puts the double's clock forward; sessions expire and retries fall due. */
  advance(ms: number): void;
  /** Sends an event's webhook once more. */
  resend(eventId: string): void;
  faults: {
    add(fault: ApiFault | WebhookFault): void;
    list(): (ApiFault | WebhookFault)[];
    clear(): void;
    /** Sends the webhooks that a `hold` or an unfinished `reorder` keeps back. */
    release(): void;
  };
};

type ControlParts = { core: Core; deliverer: Deliverer; faults: FaultPlan; advance: (ms: number) => void };

const defaultCurrency = 'kzt';

/** The control over these parts. Each action throws an `ApiError` where Stripe or the object's state forbids it. */
export function createControl({ core, deliverer, faults, advance }: ControlParts): Control {
  return {
    pay(sessionId, order = {}) {
      const customer = { email: order.email ?? 'payer@example.com', name: order.name ?? 'Test Payer' };
      const number = (order.card ?? '4242424242424242').replaceAll(' ', '');
      const method =
        order.method === 'bank_debit'
          ? ({ kind: 'bank_debit' } as const)
          : ({ kind: 'card', card: { number, expMonth: 12, expYear: 2040 } } as const);
      return pay(core, sessionId, method, customer);
    },
    authenticate: (sessionId, succeed) => authenticate(core, sessionId, succeed),
    settleBankDebit: (sessionId, succeed) => settleBankDebit(core, sessionId, succeed),
    expire: (sessionId) => expireSession(core, sessionId),
    refund: (charge, part) =>
      createRefund(core, { charge, amount: part, reason: 'requested_by_customer', metadata: {} }),
    settleRefund: (refundId, succeed) => settleRefund(core, refundId, succeed),
    openDispute: (charge, part, { reason = 'fraudulent', inquiry } = {}) =>
      openDispute(core, { charge, reason, amount: part, inquiry }),
    answerDispute: (disputeId) => answerDispute(core, disputeId),
    escalateDispute: (disputeId) => escalateDispute(core, disputeId),
    closeDispute: (disputeId, outcome, options) => closeDispute(core, disputeId, outcome, options),
    warnOfFraud: (charge, type = 'unauthorized_use_of_card') =>
      warnOfFraud(core, findCharge(core, charge), type),
    payOut: (part, currency = defaultCurrency) =>
      createPayout(core, { amount: part, currency, automatic: true, metadata: {} }),
    settlePayout: (payoutId, succeed) => settlePayout(core, payoutId, succeed),
    chargeFee: (fee, currency = defaultCurrency, about = 'Radar (2026-11)') =>
      chargeFee(core, fee, currency, about),
    tellAs(telling) {
      core.telling = { ...plainTelling, ...telling };
    },
    tell: (type, object) => emitAny(core, type, object),
    advance,
    resend(eventId) {
      if (!deliverer.resend(eventId)) throw missing('event', eventId);
    },
    faults: {
      add: (fault) => faults.add(fault),
      list: () => faults.list(),
      clear: () => faults.clear(),
      release: () => deliverer.release(),
    },
  };
}

/** Without the names that have no value. */
function defined({ apiVersion, livemode, account, fields }: z.output<typeof tellingOrder>): Partial<Telling> {
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(livemode !== undefined && { livemode }),
    ...(account !== undefined && { account }),
    ...(fields !== undefined && { fields }),
  };
}

type Action = { path: RegExp; run: (control: Control, id: string, body: unknown) => unknown };

function action<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  run: (control: Control, id: string, order: z.output<Schema>) => unknown,
): Action {
  return {
    path: new RegExp(`^/_control${path.replace(':id', '([^/]+)')}$`),
    run(control, id, body) {
      const order = schema.safeParse(body);
      if (!order.success) throw new ApiError(400, false, { message: z.prettifyError(order.error) });
      return run(control, id, order.data) ?? { ok: true };
    },
  };
}

const ACTIONS = [
  action('/sessions/:id/pay', payOrder, (control, id, order) => control.pay(id, order)),
  action('/sessions/:id/authenticate', succeedOrder, (control, id, order) =>
    control.authenticate(id, order.succeed),
  ),
  action('/sessions/:id/settle', succeedOrder, (control, id, order) =>
    control.settleBankDebit(id, order.succeed),
  ),
  action('/sessions/:id/expire', nothing, (control, id) => control.expire(id)),
  action('/refunds', refundOrder, (control, _, order) => control.refund(order.charge, order.amount)),
  action('/refunds/:id/settle', succeedOrder, (control, id, order) =>
    control.settleRefund(id, order.succeed),
  ),
  action('/disputes', disputeOrder, (control, _, order) =>
    control.openDispute(order.charge, order.amount, order),
  ),
  action('/disputes/:id/answer', nothing, (control, id) => control.answerDispute(id)),
  action('/disputes/:id/escalate', nothing, (control, id) => control.escalateDispute(id)),
  action('/disputes/:id/close', closeOrder, (control, id, order) =>
    control.closeDispute(id, order.outcome, order),
  ),
  action('/warnings', warningOrder, (control, _, order) => control.warnOfFraud(order.charge, order.type)),
  action('/payouts', payoutOrder, (control, _, order) => control.payOut(order.amount, order.currency)),
  action('/payouts/:id/settle', succeedOrder, (control, id, order) =>
    control.settlePayout(id, order.succeed),
  ),
  action('/fees', feeOrder, (control, _, order) =>
    control.chargeFee(order.amount, order.currency, order.about),
  ),
  action('/events', tellOrder, (control, _, order) => control.tell(order.type, order.object)),
  action('/events/telling', tellingOrder, (control, _, order) => control.tellAs(defined(order))),
  action('/events/:id/resend', nothing, (control, id) => control.resend(id)),
  action('/clock/advance', advanceOrder, (control, _, order) => control.advance(order.ms)),
  action('/faults', faultOrder, (control, _, fault) => control.faults.add(fault)),
  action('/faults/clear', nothing, (control) => control.faults.clear()),
  action('/faults/release', nothing, (control) => control.faults.release()),
];

/** Runs `POST /_control/…` with its decoded body. Throws an `ApiError` for an unknown path or a body that does not fit. */
export function callControl(control: Control, path: string, body: unknown): unknown {
  for (const { path: pattern, run } of ACTIONS) {
    const match = pattern.exec(path);
    if (match !== null) return run(control, match[1] ?? '', body);
  }
  throw new ApiError(404, false, { message: `No such control: ${path}` });
}
