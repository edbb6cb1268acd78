import { z } from 'zod';
import { isCardNumber } from './cards.ts';
import { type Core, nowSeconds } from './core.ts';
import { ApiError } from './errors.ts';
import type { FormFields } from './form.ts';
import {
  authenticationPage,
  type CheckoutView,
  closedPage,
  declineMessage,
  type PayFields,
  type PayProblems,
  payPage,
  successUrl,
  unknownPage,
} from './pages.ts';
import { authenticate, type PayResult, pay, settleBankDebit } from './payments.ts';
import { expireSession, findSession } from './sessions.ts';
import { type Language, pickLanguage, type Words, wordsOf } from './words.ts';

/** What the payer's browser gets: a page, or the address to go to next (303). */
export type PageAnswer = { status: number; page: string } | { redirect: string };

const PATH = /^\/c\/pay\/([^/]+)(?:\/(authenticate|expire|settle))?$/;

const entered = z.string().trim().catch('');
const payFields = z.object({
  method: entered,
  email: entered,
  number: entered.transform((value) => value.replace(/[\s-]/g, '')),
  expiry: entered,
  cvc: entered,
  name: entered,
});

/** The month and year of `12 / 40`, or null. */
function parseExpiry(text: string): { month: number; year: number } | null {
  const match = /^(\d{1,2})\s*\/?\s*(?:20)?(\d{2})$/.exec(text);
  const month = Number(match?.[1]);
  return match !== null && month >= 1 && month <= 12 ? { month, year: 2000 + Number(match[2]) } : null;
}

function problemsOf(fields: PayFields, words: Words, now: Date): PayProblems['fields'] {
  const problems: PayProblems['fields'] = {};
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(fields.email)) problems.email = words.badEmail;
  if (fields.name === '') problems.name = words.badName;
  if (fields.method === 'bank_debit') return problems;
  const expiry = parseExpiry(fields.expiry);
  if (!isCardNumber(fields.number)) problems.number = words.badNumber;
  if (expiry === null || Date.UTC(expiry.year, expiry.month) <= now.getTime())
    problems.expiry = words.badExpiry;
  if (!/^\d{3,4}$/.test(fields.cvc)) problems.cvc = words.badCvc;
  return problems;
}

function viewOf(core: Core, id: string, accepted: string | undefined): CheckoutView {
  const { session, checkout } = findSession(core, id);
  const intent = session.payment_intent === null ? undefined : core.state.intents.get(session.payment_intent);
  return { session, checkout, intent: intent ?? null, language: pickLanguage(session.locale, accepted) };
}

function show(view: CheckoutView, step: string | undefined): PageAnswer {
  if (view.session.status !== 'open') return { status: 200, page: closedPage(view) };
  if (step === 'authenticate' && view.checkout.authenticating !== null) {
    return { status: 200, page: authenticationPage(view) };
  }
  return { status: 200, page: payPage(view, null) };
}

function afterAttempt(
  core: Core,
  view: CheckoutView,
  typed: Pick<PayFields, 'email' | 'method' | 'name'>,
  result: PayResult,
): PageAnswer {
  const { id } = view.session;
  switch (result.kind) {
    case 'authenticate':
      return { redirect: `/c/pay/${id}/authenticate` };
    case 'declined': {
      const attempt = declineMessage(wordsOf(view.language), result.decline);
      const now = { ...view, ...findSession(core, id) };
      return { status: 402, page: payPage(now, typed, { fields: {}, attempt }) };
    }
    case 'paid':
    case 'processing':
      return { redirect: successUrl(view.session) };
  }
}

function submitPayment(core: Core, view: CheckoutView, sent: FormFields): PageAnswer {
  const words = wordsOf(view.language);
  const fields = payFields.parse(sent);
  const problems = problemsOf(fields, words, new Date(nowSeconds(core) * 1000));
  if (Object.keys(problems).length > 0) {
    return { status: 422, page: payPage(view, fields, { fields: problems, attempt: words.checkFields }) };
  }
  const customer = { email: fields.email, name: fields.name };
  const expiry = parseExpiry(fields.expiry);
  const method =
    fields.method === 'bank_debit' || expiry === null
      ? ({ kind: 'bank_debit' } as const)
      : ({
          kind: 'card',
          card: { number: fields.number, expMonth: expiry.month, expYear: expiry.year },
        } as const);
  return afterAttempt(core, view, fields, pay(core, view.session.id, method, customer));
}

function submit(core: Core, view: CheckoutView, step: string | undefined, sent: FormFields): PageAnswer {
  const { id } = view.session;
  switch (step) {
    case 'expire':
      expireSession(core, id);
      return { redirect: `/c/pay/${id}` };
    case 'settle':
      settleBankDebit(core, id, sent.succeed === 'true');
      return { redirect: `/c/pay/${id}` };
    case 'authenticate': {
      const customer = view.checkout.authenticating?.customer ?? { email: '', name: '' };
      const result = authenticate(core, id, sent.answer === 'complete');
      return afterAttempt(core, view, { ...customer, method: 'card' }, result);
    }
    default:
      return submitPayment(core, view, sent);
  }
}

/** Answers a request for `/c/pay/…`; `sent` is null for a GET, `accepted` the browser's `Accept-Language`. */
export function answerCheckoutPage(
  core: Core,
  path: string,
  sent: FormFields | null,
  accepted: string | undefined,
): PageAnswer {
  const [, id = '', step] = PATH.exec(path) ?? [];
  const fallback: Language = pickLanguage(null, accepted);
  try {
    const view = viewOf(core, id, accepted);
    return sent === null ? show(view, step) : submit(core, view, step, sent);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return { status: 404, page: unknownPage(fallback) };
    return { redirect: `/c/pay/${id}` };
  }
}
