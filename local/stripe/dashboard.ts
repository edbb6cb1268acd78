import type { Control } from './control.ts';
import type { Core } from './core.ts';
import type { ApiFault, WebhookFault } from './faults.ts';
import { type Html, html } from './html.ts';
import { formatMoney } from './money.ts';
import { layout } from './pages.ts';
import type { Charge, Delivery, Dispute } from './state.ts';
import { DASHBOARD_STYLE, STYLE } from './style.ts';
import type { Table } from './table.ts';

const SHOWN = 50;

function newest<T>(table: Table<T>): T[] {
  const found: T[] = [];
  for (const item of table.newestFirst()) {
    found.push(item);
    if (found.length === SHOWN) break;
  }
  return found;
}

const when = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

const GOOD = new Set(['complete', 'delivered', 'paid', 'succeeded', 'warning_closed', 'won']);
const BAD = new Set(['failed', 'lost']);
const WAITING = new Set([
  'actionable',
  'due',
  'held',
  'in_transit',
  'needs_response',
  'pending',
  'processing',
  'under_review',
  'unpaid',
  'warning_needs_response',
  'warning_under_review',
]);

function badge(state: string): Html {
  const kind = GOOD.has(state) ? 'good' : BAD.has(state) ? 'bad' : WAITING.has(state) ? 'wait' : '';
  return html`<span class="state ${kind}">${state}</span>`;
}

function button(path: string, label: string, values: Record<string, string> = {}): Html {
  const hidden = Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" action="/_control${path}">${hidden}<button>${label}</button></form>`;
}

function section(title: string, total: number, heads: string[], rows: Html[]): Html {
  const head = heads.map((text) => html`<th scope="col">${text}</th>`);
  const body =
    rows.length === 0
      ? html`<p class="soft">None yet.</p>`
      : html`<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
  const note = total > SHOWN ? ` (the latest ${SHOWN} of ${total})` : '';
  return html`<section class="card stack"><h2>${title}${note}</h2>${body}</section>`;
}

function sessions({ state }: Core): Html {
  const rows = newest(state.sessions).map((session) => {
    const actions = session.status === 'open' ? button(`/sessions/${session.id}/expire`, 'Expire') : null;
    return html`<tr><td>${when(session.created)}</td>
<td><a href="/c/pay/${session.id}"><code>${session.id.slice(0, 20)}…</code></a><br><span class="soft">${session.client_reference_id ?? ''}</span></td>
<td class="number">${formatMoney(session.amount_total, session.currency)}</td>
<td>${badge(session.status)} ${badge(session.payment_status)}</td><td>${when(session.expires_at)}</td><td>${actions}</td></tr>`;
  });
  const heads = ['Created', 'Session', 'Amount', 'State', 'Expires', 'Actions'];
  return section('Checkout sessions', state.sessions.size, heads, rows);
}

function chargeActions(charge: Charge): Html {
  if (!charge.paid || charge.disputed) return html``;
  const refund = charge.refunded ? null : button('/refunds', 'Refund', { charge: charge.id });
  const part = String(Math.ceil((charge.amount - charge.amount_refunded) / 3));
  const { id } = charge;
  return html`<div class="actions">${refund}
${charge.refunded ? null : button('/refunds', 'Refund a third', { charge: id, amount: part })}
${button('/disputes', 'Dispute', { charge: id })}
${charge.refunded ? null : button('/disputes', 'Dispute a third', { charge: id, amount: part })}
${button('/disputes', 'Inquire', { charge: id, inquiry: 'true' })}
${button('/warnings', 'Warn of fraud', { charge: id })}</div>`;
}

function payments({ state }: Core): Html {
  const rows = newest(state.charges).map((charge) => {
    const { failure_message: failure } = charge;
    return html`<tr><td>${when(charge.created)}</td>
<td><code>${charge.id}</code><br><code class="soft">${charge.payment_intent}</code></td>
<td class="number">${formatMoney(charge.amount, charge.currency)}</td>
<td>${badge(charge.status)} ${charge.disputed ? badge('disputed') : null} ${failure === null ? null : html`<br><span class="soft">${failure}</span>`}</td>
<td class="number">${formatMoney(charge.amount_refunded, charge.currency)}</td><td>${chargeActions(charge)}</td></tr>`;
  });
  return section(
    'Payments',
    state.charges.size,
    ['Created', 'Charge', 'Amount', 'State', 'Refunded', 'Actions'],
    rows,
  );
}

function refunds({ state }: Core): Html {
  const rows = newest(state.refunds).map((refund) => {
    const path = `/refunds/${refund.id}/settle`;
    const succeed = refund.status === 'pending' ? button(path, 'Succeed', { succeed: 'true' }) : null;
    const fail = refund.status === 'failed' ? null : button(path, 'Fail', { succeed: 'false' });
    return html`<tr><td>${when(refund.created)}</td><td><code>${refund.id}</code><br><code class="soft">${refund.charge}</code></td>
<td class="number">${formatMoney(refund.amount, refund.currency)}</td><td>${badge(refund.status)}</td>
<td><div class="actions">${succeed}${fail}</div></td></tr>`;
  });
  return section('Refunds', state.refunds.size, ['Created', 'Refund', 'Amount', 'State', 'Actions'], rows);
}

function disputeActions({ id, status, amount }: Dispute): Html | null {
  const close = (label: string, values: Record<string, string>) =>
    button(`/disputes/${id}/close`, label, values);
  const answer = status.endsWith('needs_response') ? button(`/disputes/${id}/answer`, 'Answer') : null;
  switch (status) {
    case 'needs_response':
    case 'under_review':
      return html`${answer}${close('Win', { outcome: 'won' })}
${close('Win, fee too', { outcome: 'won', withFee: 'true' })}
${close('Win half', { outcome: 'won', amount: String(Math.ceil(amount / 2)) })}
${close('Lose', { outcome: 'lost' })}`;
    case 'warning_needs_response':
    case 'warning_under_review':
      return html`${answer}${button(`/disputes/${id}/escalate`, 'Escalate')}${close('End', { outcome: 'lost' })}`;
    default:
      return null;
  }
}

function disputes({ state }: Core): Html {
  const rows = newest(state.disputes).map((dispute) => {
    return html`<tr><td>${when(dispute.created)}</td><td><code>${dispute.id}</code><br><code class="soft">${dispute.charge}</code></td>
<td class="number">${formatMoney(dispute.amount, dispute.currency)}</td><td>${badge(dispute.status)} ${dispute.reason}</td>
<td><div class="actions">${disputeActions(dispute)}</div></td></tr>`;
  });
  return section('Disputes', state.disputes.size, ['Created', 'Dispute', 'Amount', 'State', 'Actions'], rows);
}

function warnings({ state }: Core): Html {
  const rows = newest(state.warnings).map(
    (
      warning,
    ) => html`<tr><td>${when(warning.created)}</td><td><code>${warning.id}</code><br><code class="soft">${warning.charge}</code></td>
<td>${warning.actionable ? badge('actionable') : null} ${warning.fraud_type}</td></tr>`,
  );
  return section('Warnings of fraud', state.warnings.size, ['Created', 'Warning', 'State'], rows);
}

function payouts({ state }: Core): Html {
  const rows = newest(state.payouts).map((payout) => {
    const path = `/payouts/${payout.id}/settle`;
    const arrive = payout.status === 'in_transit' ? button(path, 'Arrive', { succeed: 'true' }) : null;
    const fail = payout.status === 'failed' ? null : button(path, 'Fail', { succeed: 'false' });
    return html`<tr><td>${when(payout.created)}</td><td><code>${payout.id}</code></td>
<td class="number">${formatMoney(payout.amount, payout.currency)}</td><td>${badge(payout.status)}</td>
<td><div class="actions">${arrive}${fail}</div></td></tr>`;
  });
  return section('Payouts', state.payouts.size, ['Created', 'Payout', 'Amount', 'State', 'Actions'], rows);
}

function movements({ state }: Core): Html {
  const rows = newest(state.transactions).map(
    ({ id, created, type, source, amount, fee, net, currency }) => html`<tr><td>${when(created)}</td>
<td><code>${id}</code><br><code class="soft">${source ?? ''}</code></td><td>${type}</td>
${[amount, 0 - fee, net].map((value) => html`<td class="number">${formatMoney(value, currency)}</td>`)}</tr>`,
  );
  const heads = ['Created', 'Transaction', 'Type', 'Amount', 'Fee', 'Net'];
  return section('Balance transactions', state.transactions.size, heads, rows);
}

function deliveryCell(delivery: Delivery | undefined): Html {
  if (delivery === undefined) return html``;
  const { state, attempts, answer } = delivery;
  return html`${badge(state)} <span class="soft">${attempts}× ${answer ?? ''}</span>`;
}

function events({ state }: Core): Html {
  const rows = newest(state.events).map(
    (event) => html`<tr><td>${when(event.created)}</td><td>${event.type}</td><td><code>${event.id}</code></td>
<td>${deliveryCell(state.deliveries.get(event.id))}</td><td>${button(`/events/${event.id}/resend`, 'Send again')}</td></tr>`,
  );
  return section('Events', state.events.size, ['Created', 'Type', 'Event', 'Webhook', 'Actions'], rows);
}

/** The faults that one click orders, each for the next webhook or API call. */
const FAULTS = [
  ['duplicate', 'Next webhook twice'],
  ['hold', 'Hold next webhook'],
  ['drop', 'Drop next webhook'],
  ['rate-limit', 'Next API call: 429'],
  ['server-error', 'Next API call: 500'],
  ['lost-answer', 'Next API call: lose the answer'],
] as const satisfies readonly (readonly [(ApiFault | WebhookFault)['kind'], string])[];

function figures(core: Core, control: Control, webhookUrl: string | null): Html {
  const { balances, openSessions, undelivered } = core.state;
  const money = [...balances].map(([currency, amount]) => formatMoney(amount, currency)).join(', ');
  const faults = control.faults.list();
  return html`<section class="card stack"><h1>Stripe double</h1>
<dl class="figures"><div><dt>Balance after fees</dt><dd>${money === '' ? '0' : money}</dd></div>
<div><dt>Open sessions</dt><dd>${openSessions.size}</dd></div>
<div><dt>Undelivered events</dt><dd>${undelivered.size}</dd></div></dl>
<p class="soft">Webhooks go to <code>${webhookUrl ?? 'nowhere yet'}</code>. The clock says ${when(core.nowMs() / 1000)} UTC.</p>
${faults.length === 0 ? null : html`<p>Faults in force: <code>${JSON.stringify(faults)}</code></p>`}
<div class="actions">${FAULTS.map(([kind, label]) => button('/faults', label, { kind, count: '1' }))}</div>
<div class="actions">${button('/payouts', 'Pay out to the bank')}${button('/fees', 'Charge a fee of the account', { amount: '50000' })}
${button('/events/telling', 'Tell events as a newer version', { apiVersion: '2099-01-01.future' })}${button('/events/telling', 'Tell them as usual')}</div>
<div class="actions">${button('/faults/release', 'Send held webhooks')}${button('/faults/clear', 'Clear faults')}</div></section>`;
}

/** The developer's page: what the double holds, how deliveries stand, and buttons for what Stripe's dashboard does. */
export function dashboardPage(core: Core, control: Control, webhookUrl: string | null): string {
  const parts = [sessions, payments, refunds, disputes, warnings, payouts, movements, events].map((part) =>
    part(core),
  );
  const content = html`<main>${figures(core, control, webhookUrl)}${parts}</main>`;
  return layout('en', 'Stripe double', content, STYLE + DASHBOARD_STYLE);
}
