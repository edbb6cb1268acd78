import { z } from 'zod';
import type { Core } from './core.ts';
import type { Deliverer } from './delivery.ts';
import { closeDispute, openDispute } from './disputes.ts';
import { ApiError, missing } from './errors.ts';
import { type ApiFault, type FaultPlan, faultOrder, type WebhookFault } from './faults.ts';
import { authenticate, type PayResult, pay, settleBankDebit } from './payments.ts';
import { createRefund, settleRefund } from './refunds.ts';
import { expireSession } from './sessions.ts';
import type { Dispute, Refund, Session } from './state.ts';

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
const disputeOrder = z.strictObject({ charge: z.string(), amount, reason: z.string().optional() });
const closeOrder = z.strictObject({ outcome: z.enum(['lost', 'won']) });
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
  openDispute(charge: string, amount?: number, reason?: string): Dispute;
  closeDispute(disputeId: string, outcome: 'lost' | 'won'): Dispute;
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
    openDispute: (charge, part, reason = 'fraudulent') => openDispute(core, { charge, reason, amount: part }),
    closeDispute: (disputeId, outcome) => closeDispute(core, disputeId, outcome),
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
    control.openDispute(order.charge, order.amount, order.reason),
  ),
  action('/disputes/:id/close', closeOrder, (control, id, order) => control.closeDispute(id, order.outcome)),
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
