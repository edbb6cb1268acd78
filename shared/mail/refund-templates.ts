import { translate } from '../../messages/catalogue.ts';
import { formatMoney } from '../../messages/format.ts';
import type { MessageKey } from '../../messages/translate.ts';
import { type Locale, laterProject } from '../contracts/basics.ts';
import type { OrderReturn, OrderView } from '../contracts/orders.ts';
import type { MailRequest } from './outbox.ts';

/** Kinds of mail that speak of money which goes back. */
export type RefundMailKind = 'payment_refunded' | 'refund_decided' | 'refund_failed';

export function isRefundMail(kind: MailRequest['kind']): kind is RefundMailKind {
  return kind === 'payment_refunded' || kind === 'refund_decided' || kind === 'refund_failed';
}

interface Wording {
  readonly subject: MessageKey;
  readonly title: MessageKey;
  readonly text: MessageKey;
}

/**
 * What a mail says of one decision or refund of an order: how much, which entries ended with it, what each project gives
 * back of what it had, and what stays paid. Without its record, as for a payment that bought nothing, the order's state
 * says what happened.
 */
export function refundWords(
  { kind, refund }: Pick<MailRequest, 'refund'> & { readonly kind: RefundMailKind },
  order: OrderView,
  locale: Locale,
): { subject: string; title: string; paragraphs: string[] } {
  const t = translate(locale);
  const found = order.returns?.find(({ id }) => id === refund);
  const { subject, title, text } = wordingOf(kind, order, found);
  const projectName = (id: string): string =>
    (id === laterProject ? undefined : order.projects.find((project) => project.id === id)?.name[locale]) ??
    t('charity.later');
  const params = {
    event: order.event.name[locale],
    amount: formatMoney(found?.amount ?? order.total, locale),
    project: projectName(found?.project ?? laterProject),
  };
  const names = order.lines.flatMap((line) =>
    line.kind === 'entry' && found?.cancelled.includes(line.entry) ? [line.runnerName] : [],
  );
  const shares = (found?.what === 'left' ? [] : (found?.shares ?? [])).map(
    (share) => `${projectName(share.project)} — ${formatMoney(share.amount, locale)}`,
  );
  const kept = found?.ofOrder && order.kept && order.kept.amount > 0 ? order.kept : undefined;
  return {
    subject: t(subject, params),
    title: t(title),
    paragraphs: [
      t(text, params),
      ...(names.length > 0
        ? [t('mail.refund.cancelled', { count: names.length, names: names.join(', ') })]
        : []),
      ...(shares.length > 0 ? [t('mail.refund.shares', { list: shares.join('; ') })] : []),
      ...(kept ? [t('mail.refund.kept', { kept: formatMoney(kept, locale) })] : []),
    ],
  };
}

const decided = { subject: 'mail.subject.decided', title: 'order.state.refund_due' } as const;
const givenBack = { subject: 'mail.subject.refunded', title: 'order.state.refunded' } as const;

function wordingOf(kind: RefundMailKind, order: OrderView, found: OrderReturn | undefined): Wording {
  switch (kind) {
    case 'refund_failed':
      return { subject: 'mail.subject.cameBack', title: 'mail.title.cameBack', text: 'mail.text.cameBack' };
    case 'refund_decided':
      if (found?.what === 'left')
        return { subject: 'mail.subject.left', title: 'order.state.paidDonation', text: 'mail.text.left' };
      if (found?.amount.amount === 0)
        return {
          subject: 'mail.subject.cancelled',
          title: 'mail.title.cancelled',
          text: 'mail.text.cancelled',
        };
      if (found) return { ...decided, text: 'mail.text.decided' };
      // A paid order keeps what it has: what goes back is a second payment.
      return {
        ...decided,
        text: order.state === 'paid' ? 'mail.text.decidedTwice' : 'mail.text.decidedNoPlace',
      };
    case 'payment_refunded':
      if (found?.byBank) return { ...givenBack, text: 'mail.text.givenBackByBank' };
      if (found ? !found.ofOrder && order.state === 'paid' : order.state === 'paid')
        return { ...givenBack, text: 'mail.text.refundedTwice' };
      return {
        ...givenBack,
        text: found && wasBought(order) ? 'mail.text.givenBack' : 'mail.text.refunded',
      };
  }
}

/** Whether the payment had bought what the order says, and was decided or made to go back later. */
function wasBought({ state, returns = [], lines }: OrderView): boolean {
  return (
    state === 'paid' ||
    returns.some(({ what, shares }) => what === 'decided' || what === 'left' || shares.length > 0) ||
    lines.some((line) => line.kind === 'entry' && line.cancelled)
  );
}
