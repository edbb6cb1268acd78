import type Stripe from 'stripe';
import { type Core, emit, nowSeconds } from './core.ts';
import { invalidParam, missing, refused } from './errors.ts';
import { type LineInput, makeLineItem, makeSession } from './objects/session.ts';
import { type Checkout, putOpenSession, type Session } from './state.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** What a session is created from, already checked for shape; `expiresAt` in epoch seconds or null for 24 hours. */
export type NewSession = {
  lines: LineInput[];
  currency: string;
  successUrl: string;
  cancelUrl: string | null;
  clientReferenceId: string | null;
  customerEmail: string | null;
  displayName: string | null;
  locale: string | null;
  metadata: Stripe.Metadata;
  submitType: string | null;
  allowedMethods: string[] | null;
  expiresAt: number | null;
  intent: Pick<Checkout, 'description' | 'receiptEmail' | 'intentMetadata'>;
};

/**
 * `expires_at` must lie 30 minutes to 24 hours ahead
 * (docs.stripe.com/payments/checkout/managing-limited-inventory).
 */
function expiryOf(wanted: number | null, now: number): number {
  if (wanted === null) return now + DAY;
  if (wanted < now + 30 * MINUTE) {
    throw invalidParam({
      param: 'expires_at',
      message: 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
    });
  }
  if (wanted > now + DAY) {
    throw invalidParam({
      param: 'expires_at',
      message: 'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    });
  }
  return wanted;
}

/** Opens a session. Throws an `ApiError` for an expiry out of bounds. */
export function createSession(core: Core, input: NewSession): Session {
  const { intent, lines, expiresAt, ...rest } = input;
  const created = nowSeconds(core);
  const lineItems = lines.map((line) => makeLineItem(line, created));
  const session = makeSession({
    ...rest,
    created,
    expiresAt: expiryOf(expiresAt, created),
    amount: lineItems.reduce((sum, line) => sum + line.amount_total, 0),
    publicUrl: core.publicUrl,
  });
  core.state.checkouts.set(session.id, { ...intent, lineItems, authenticating: null });
  return putOpenSession(core.state, session);
}

/** The session of this id and what belongs to it. Throws 404 `resource_missing`. */
export function findSession(core: Core, id: string): { session: Session; checkout: Checkout } {
  const session = core.state.sessions.get(id);
  const checkout = core.state.checkouts.get(id);
  if (session === undefined || checkout === undefined) throw missing('checkout.session', id, 'session');
  return { session, checkout };
}

/** Ends an open session; a payment intent that waited for another try is cancelled with it. */
function closeAsExpired(core: Core, session: Session): Session {
  const { state } = core;
  const expired = state.sessions.put({ ...session, status: 'expired', url: null });
  state.openSessions.delete(session.id);
  const checkout = state.checkouts.get(session.id);
  if (checkout !== undefined) state.checkouts.set(session.id, { ...checkout, authenticating: null });
  const intent = session.payment_intent === null ? undefined : state.intents.get(session.payment_intent);
  if (intent !== undefined) {
    const canceled = state.intents.put({
      ...intent,
      status: 'canceled',
      canceled_at: nowSeconds(core),
      cancellation_reason: 'expired',
      next_action: null,
    });
    emit(core, 'payment_intent.canceled', canceled);
  }
  emit(core, 'checkout.session.expired', expired);
  return expired;
}

/** Expires a session on demand; only an open one can be (docs.stripe.com/api/checkout/sessions/expire). */
export function expireSession(core: Core, id: string): Session {
  const { session } = findSession(core, id);
  if (session.status !== 'open') {
    throw refused({
      message: `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    });
  }
  return closeAsExpired(core, session);
}

/** Expires every open session whose time is over. */
export function expireDueSessions(core: Core): void {
  const { state } = core;
  const now = nowSeconds(core);
  if (now < state.nextExpiry) return;
  state.nextExpiry = Number.POSITIVE_INFINITY;
  for (const id of state.openSessions) {
    const session = state.sessions.get(id);
    if (session === undefined) continue;
    if (session.expires_at <= now) closeAsExpired(core, session);
    else state.nextExpiry = Math.min(state.nextExpiry, session.expires_at);
  }
}
