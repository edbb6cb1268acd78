import type { Decline } from './errors.ts';
import { type Html, html } from './html.ts';
import { formatMoney } from './money.ts';
import type { Checkout, PaymentIntent, Session } from './state.ts';
import { STYLE } from './style.ts';
import { fill, type Language, type Words, wordsOf } from './words.ts';

/** The fields of the payment form as they were sent. */
export type PayFields = {
  method: string;
  email: string;
  number: string;
  expiry: string;
  cvc: string;
  name: string;
};

/** What is wrong with a field, or with the attempt as a whole. */
export type PayProblems = { fields: Partial<Record<keyof PayFields, string>>; attempt: string | null };

/** What a page about a session shows. */
export type CheckoutView = {
  session: Session;
  checkout: Checkout;
  intent: PaymentIntent | null;
  language: Language;
};

const DEFAULT_MERCHANT = 'Startline';
const NO_PROBLEMS: PayProblems = { fields: {}, attempt: null };

const merchantOf = (session: Session): string => session.branding_settings?.display_name ?? DEFAULT_MERCHANT;

/** A whole page with the banner that says what it is. */
export function layout(language: Language, title: string, content: Html, style = STYLE): string {
  const { testBanner } = wordsOf(language);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<header class="test">${testBanner}</header>
${content}
</body>
</html>
`.markup;
}

/** The sentence for a decline in the payer's language. */
export function declineMessage(words: Words, { code, declineCode }: Decline): string {
  if (code === 'payment_intent_authentication_failure') return words.notAuthenticated;
  if (code === 'expired_card') return words.expiredCard;
  if (declineCode === 'insufficient_funds') return words.insufficientFunds;
  if (declineCode === 'test_mode_live_card') return words.liveCard;
  return words.declined;
}

function summary({ session, checkout, language }: CheckoutView): Html {
  const words = wordsOf(language);
  const money = (amount: number) => formatMoney(amount, session.currency, language);
  const lines = checkout.lineItems.map((line) => {
    const quantity = line.quantity ?? 1;
    const about = line.price?.nickname ?? null;
    return html`<li><span>${line.description}
      ${about === null ? null : html`<span class="soft">${about}</span>`}
      ${quantity === 1 ? null : html`<span class="soft">${quantity} × ${money(line.price?.unit_amount ?? 0)}</span>`}
      </span><span>${money(line.amount_total)}</span></li>`;
  });
  return html`<section class="summary stack" aria-labelledby="title">
<div><h1 id="title" class="soft">${fill(words.payTo, { merchant: merchantOf(session) })}</h1>
<p class="amount">${money(session.amount_total)}</p></div>
<div><ul class="lines">${lines}</ul>
<p class="sum"><span>${words.total}</span><span>${money(session.amount_total)}</span></p></div>
</section>`;
}

const TEST_CARDS = [
  ['4242 4242 4242 4242', 'cardPays'],
  ['4000 0000 0000 0002', 'cardDeclined'],
  ['4000 0000 0000 9995', 'cardFunds'],
  ['4000 0000 0000 0069', 'cardExpired'],
  ['4000 0025 0000 3155', 'cardSecure'],
  ['4000 0000 0000 0259', 'cardDispute'],
  ['4000 0000 0000 1976', 'cardInquiry'],
  ['4000 0000 0000 5423', 'cardWarning'],
  ['4000 0000 0000 7726', 'cardRefund'],
  ['4000 0000 0000 5126', 'cardRefundFails'],
] as const satisfies readonly (readonly [string, keyof Words])[];

function developerSection(words: Words, content: Html, open: boolean): Html {
  return html`<details class="dev"${open ? html` open` : null}><summary>${words.developer}</summary>
<div class="stack">${content}</div></details>`;
}

function testCards(words: Words): Html {
  const cards = TEST_CARDS.map(([number, meaning]) => html`<dt>${number}</dt><dd>${words[meaning]}</dd>`);
  return html`<h2 class="soft">${words.testCards}</h2><dl>${cards}</dl>`;
}

type FieldSetup = {
  label: string;
  value: string;
  type?: 'email' | 'text';
  autocomplete: string;
  numeric?: boolean;
  placeholder?: string;
};

function field(name: keyof PayFields, setup: FieldSetup, problem: string | undefined): Html {
  const { label, value, type = 'text', autocomplete, numeric = false, placeholder = '' } = setup;
  const invalid = problem === undefined ? null : html` aria-invalid="true" aria-describedby="${name}-error"`;
  return html`<div><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}"
placeholder="${placeholder}"${numeric ? html` inputmode="numeric"` : null}${invalid}>
${problem === undefined ? null : html`<p class="error" id="${name}-error">${problem}</p>`}</div>`;
}

/** The payment form of an open session, with what was wrong in the last attempt. Card data is never shown again. */
export function payPage(
  view: CheckoutView,
  typed: Pick<PayFields, 'email' | 'method' | 'name'> | null,
  problems: PayProblems = NO_PROBLEMS,
): string {
  const { session, language } = view;
  const words = wordsOf(language);
  const merchant = merchantOf(session);
  const amount = formatMoney(session.amount_total, session.currency, language);
  const debit = typed?.method === 'bank_debit';
  const checked = html` checked`;
  const content = html`<main class="checkout">
${summary(view)}
<form class="card stack pay" method="post" novalidate>
${problems.attempt === null ? null : html`<p class="alert" role="alert" tabindex="-1" autofocus>${problems.attempt}</p>`}
${field('email', { label: words.email, value: typed?.email ?? session.customer_email ?? '', type: 'email', autocomplete: 'email' }, problems.fields.email)}
<fieldset class="method"><legend>${words.method}</legend>
<label class="choice"><input type="radio" name="method" value="card"${debit ? null : checked}><span>${words.methodCard}</span></label>
<label class="choice"><input type="radio" name="method" value="bank_debit" id="debit"${debit ? checked : null}><span>${words.methodDebit}<span class="soft">${words.debitHint}</span></span></label>
</fieldset>
<div class="card-fields stack">
${field('number', { label: words.cardNumber, value: '', autocomplete: 'cc-number', numeric: true, placeholder: '4242 4242 4242 4242' }, problems.fields.number)}
<div class="pair">
${field('expiry', { label: words.expiry, value: '', autocomplete: 'cc-exp', numeric: true, placeholder: '12 / 40' }, problems.fields.expiry)}
${field('cvc', { label: words.cvc, value: '', autocomplete: 'cc-csc', numeric: true, placeholder: '123' }, problems.fields.cvc)}
</div>
<p class="soft">${words.cardHint}</p>
</div>
${field('name', { label: words.name, value: typed?.name ?? '', autocomplete: 'cc-name' }, problems.fields.name)}
<button class="main" type="submit">${fill(words.pay, { amount })}</button>
${session.cancel_url === null ? null : html`<p class="leave"><a href="${session.cancel_url}">${words.leave}</a></p>`}
</form>
${developerSection(words, html`${testCards(words)}<form method="post" action="/c/pay/${session.id}/expire"><button>${words.expireNow}</button></form>`, false)}
</main>`;
  return layout(language, fill(words.payTo, { merchant }), content);
}

/** The 3-D Secure step. */
export function authenticationPage({ session, language }: CheckoutView): string {
  const words = wordsOf(language);
  const amount = formatMoney(session.amount_total, session.currency, language);
  const text = fill(words.authText, { amount, merchant: merchantOf(session) });
  const button = (answer: string, label: string, kind: string) =>
    html`<button class="wide ${kind}" name="answer" value="${answer}">${label}</button>`;
  return layout(
    language,
    words.authTitle,
    html`<main><section class="card stack notice"><h1>${words.authTitle}</h1><p>${text}</p>
<form class="stack" method="post">${button('complete', words.authComplete, 'main')}
${button('fail', words.authFail, '')}</form></section></main>`,
  );
}

/** The page of a session that is complete or expired. */
export function closedPage(view: CheckoutView): string {
  const { session, intent, language } = view;
  const words = wordsOf(language);
  const processing = intent?.status === 'processing';
  const failed = session.status === 'complete' && session.payment_status === 'unpaid' && !processing;
  const expired = session.status === 'expired';
  const [title, text] = expired
    ? [words.expiredTitle, words.expiredText]
    : processing
      ? [words.processingTitle, words.processingText]
      : failed
        ? [words.failedTitle, words.failedText]
        : [words.paidTitle, words.paidText];
  const back = expired ? session.cancel_url : successUrl(session);
  const settle = (succeed: boolean, label: string) =>
    html`<form method="post" action="/c/pay/${session.id}/settle"><button name="succeed" value="${String(succeed)}">${label}</button></form>`;
  const actions = html`<div class="actions">${settle(true, words.debitArrives)}${settle(false, words.debitFails)}</div>`;
  const content = html`<main><section class="card stack notice"><h1>${title}</h1><p>${text}</p>
${back === null ? null : html`<p><a href="${back}">${words.backToShop}</a></p>`}</section>
${processing ? developerSection(words, actions, true) : null}</main>`;
  return layout(language, title, content);
}

/** The page for an id that the double does not know. */
export function unknownPage(language: Language): string {
  const { unknownTitle, unknownText } = wordsOf(language);
  return layout(
    language,
    unknownTitle,
    html`<main><section class="card stack notice"><h1>${unknownTitle}</h1><p>${unknownText}</p></section></main>`,
  );
}

/** Where a payer goes after paying: `success_url` with `{CHECKOUT_SESSION_ID}` filled in. */
export function successUrl(session: Session): string {
  return session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}
