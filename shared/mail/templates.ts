import { translate } from '../../messages/catalogue.ts';
import { formatDay, formatDayOf, formatMoment, formatMoney, formatReference } from '../../messages/format.ts';
import type { MessageKey, Translate } from '../../messages/translate.ts';
import { type EventRef, type Locale, laterProject } from '../contracts/basics.ts';
import type { OrderView } from '../contracts/orders.ts';
import type { InvoiceView } from '../contracts/payers.ts';
import type { MailKind, MailRequest } from './outbox.ts';
import { isRefundMail, type RefundMailKind, refundWords } from './refund-templates.ts';

/** One thing that was bought, as a mail shows it. */
export interface MailLine {
  readonly name: string;
  readonly details: readonly string[];
  readonly amount: string;
  /** The QR code to show at kit pick-up. */
  readonly code?: {
    readonly ticket: string;
    readonly entry: string;
    readonly label: string;
    readonly hint: string;
  };
}

export interface MailSum {
  readonly label: string;
  readonly amount: string;
}

/** What of a payment each project gets. */
export interface MailCharity {
  readonly heading: string;
  readonly shares: readonly MailSum[];
  readonly sum: string;
}

/** What was paid: the lines and their total. */
export interface MailReceipt {
  readonly heading: string;
  readonly lines: readonly MailLine[];
  readonly total: MailSum;
  /** Absent where all lines are gifts, which say themselves where they go. */
  readonly charity?: MailCharity;
  readonly notes: readonly string[];
}

/** What a mail says, in the reader's language, before it becomes text or HTML. */
export interface MailContent {
  readonly locale: Locale;
  readonly subject: string;
  /** The event and its day. */
  readonly event: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Absent where nothing is paid. */
  readonly receipt?: MailReceipt;
  readonly link: { readonly label: string; readonly url: string; readonly note: string };
  /** The receipt, where money was paid. */
  readonly receiptLink?: { readonly label: string; readonly url: string };
  readonly footer: readonly string[];
}

/** The page of an order, which only its token opens. */
export function orderUrl(order: Pick<OrderView, 'token'>, locale: Locale, publicUrl: string): string {
  return `${publicUrl}/${locale}/orders/${order.token}`;
}

/**
 * What a mail of a kind says about an order as it is now.
 * @param publicUrl the site's address, without a slash at the end.
 */
export function mailContent(
  mail: Pick<MailRequest, 'kind' | 'entry' | 'refund' | 'page'>,
  order: OrderView,
  locale: Locale,
  publicUrl: string,
): MailContent {
  const t = translate(locale);
  const { kind, page } = mail;
  const words = isRefundMail(kind)
    ? refundWords({ kind, ...(mail.refund !== undefined && { refund: mail.refund }) }, order, locale)
    : orderWords(kind, mail.entry, order, locale);
  return {
    locale,
    subject: words.subject,
    event: eventAndDay(order.event, locale),
    title: words.title,
    paragraphs: words.paragraphs,
    ...(kind === 'order_paid' && { receipt: receipt(order, locale, t) }),
    link:
      page === undefined
        ? { label: t('mail.open'), url: orderUrl(order, locale, publicUrl), note: t('mail.keepLink') }
        : { label: t('mail.openPage'), url: `${publicUrl}/${locale}${page}`, note: t('mail.keepPage') },
    ...((kind === 'order_paid' || isRefundMail(kind)) && {
      receiptLink: { label: t('receipt.open'), url: `${orderUrl(order, locale, publicUrl)}/receipt` },
    }),
    footer: page === undefined ? [t('order.number', { id: order.id }), t('mail.why')] : [t('mail.whyEntry')],
  };
}

function orderWords(
  kind: Exclude<MailKind, RefundMailKind>,
  entry: string | undefined,
  order: OrderView,
  locale: Locale,
): Pick<MailContent, 'subject' | 'title' | 'paragraphs'> {
  const t = translate(locale);
  const words = wording(kind, order);
  const line = order.lines.find((found) => found.kind === 'entry' && found.entry === entry);
  const params = {
    event: order.event.name[locale],
    total: formatMoney(order.total, locale),
    count: entriesOf(order),
    ...(order.invoice && invoiceParams(order, order.invoice, locale)),
    ...(order.event.calledOff && {
      time: formatMoment(order.event.calledOff.answerBy, order.event.zone, locale),
    }),
    ...(line?.kind === 'entry' && {
      name: line.runnerName,
      distance: line.distanceName[locale],
      taker: line.transfer?.name ?? '',
    }),
  };
  return {
    subject: t(words.subject, params),
    title: t(words.title),
    paragraphs: [
      t(words.text, params),
      ...(kind === 'event_called_off' && order.event.calledOff
        ? [t(withoutAnswer[order.event.calledOff.unanswered])]
        : []),
    ],
  };
}

const withoutAnswer = {
  refund: 'callOff.unansweredRefund',
  carryOver: 'callOff.unansweredCarryOver',
} as const;

function invoiceParams(order: OrderView, invoice: InvoiceView, locale: Locale) {
  const { total, event } = order;
  const rest = total.amount - invoice.received.amount;
  return {
    reference: formatReference(invoice.reference),
    until: formatMoment(invoice.dueAt, event.zone, locale),
    received: formatMoney(invoice.received, locale),
    rest: formatMoney({ amount: rest, currency: total.currency }, locale),
  };
}

interface Wording {
  readonly subject: MessageKey;
  readonly title: MessageKey;
  readonly text: MessageKey;
}

function wording(kind: Exclude<MailKind, RefundMailKind>, order: OrderView): Wording {
  const isDonation = entriesOf(order) === 0;
  const isChange = isOfEntry(order);
  switch (kind) {
    case 'order_paid':
      if (isChange)
        return {
          subject: 'mail.subject.paidChange',
          title: 'order.state.paidDonation',
          text: 'mail.text.paidChange',
        };
      return isDonation
        ? {
            subject: 'mail.subject.paidDonation',
            title: 'order.state.paidDonation',
            text: 'mail.text.paidDonation',
          }
        : {
            subject: 'mail.subject.paid',
            title: 'order.state.paid',
            text: order.total.amount === 0 ? 'mail.text.free' : 'mail.text.paid',
          };
    case 'order_link':
      return { subject: 'mail.subject.link', title: 'mail.title.link', text: 'mail.text.link' };
    case 'order_expired':
      if (order.invoice)
        return {
          subject: 'mail.subject.expired',
          title: 'order.state.expired',
          text: 'mail.text.expiredTransfer',
        };
      if (isChange)
        return {
          subject: 'mail.subject.expiredChange',
          title: 'order.state.expiredDonation',
          text: 'mail.text.expiredChange',
        };
      return isDonation
        ? {
            subject: 'mail.subject.expiredDonation',
            title: 'order.state.expiredDonation',
            text: 'order.expired.textDonation',
          }
        : { subject: 'mail.subject.expired', title: 'order.state.expired', text: 'order.expired.text' };
    case 'payment_failed':
      return {
        subject: 'mail.subject.failed',
        title: 'mail.title.failed',
        text: isChange
          ? 'mail.text.failedChange'
          : isDonation
            ? 'mail.text.failedDonation'
            : 'mail.text.failed',
      };
    case 'transfer_offer':
      return {
        subject: 'mail.subject.transferOffer',
        title: 'mail.title.transferOffer',
        text: 'mail.text.transferOffer',
      };
    case 'transfer_confirm':
      return {
        subject: 'mail.subject.transferConfirm',
        title: 'mail.title.transferConfirm',
        text: 'mail.text.transferConfirm',
      };
    case 'transfer_done':
      return {
        subject: 'mail.subject.transferDone',
        title: 'mail.title.transferDone',
        text: 'mail.text.transferDone',
      };
    case 'entry_received':
      return {
        subject: 'mail.subject.entryReceived',
        title: 'mail.title.entryReceived',
        text: 'mail.text.entryReceived',
      };
    case 'entry_changed':
      return {
        subject: 'mail.subject.entryChanged',
        title: 'mail.title.entryChanged',
        text: 'mail.text.entryChanged',
      };
    case 'event_called_off':
      return order.event.calledOff?.kind === 'postponed'
        ? {
            subject: 'mail.subject.postponed',
            title: 'callOff.postponed',
            text: 'mail.text.postponed',
          }
        : {
            subject: 'mail.subject.calledOff',
            title: 'callOff.cancelled',
            text: 'mail.text.calledOff',
          };
    case 'team_joined':
      return {
        subject: 'mail.subject.teamJoined',
        title: 'mail.title.teamJoined',
        text: 'mail.text.teamJoined',
      };
    case 'invoice_issued':
      return {
        subject: 'mail.subject.invoiceIssued',
        title: 'mail.title.invoiceIssued',
        text: 'mail.text.invoiceIssued',
      };
    case 'invoice_reminder':
      return {
        subject: 'mail.subject.invoiceReminder',
        title: 'mail.title.invoiceReminder',
        text: 'mail.text.invoiceReminder',
      };
    case 'invoice_part_received':
      return {
        subject: 'mail.subject.invoicePart',
        title: 'mail.title.invoicePart',
        text: 'mail.text.invoicePart',
      };
  }
}

function entriesOf(order: OrderView): number {
  return order.lines.filter(({ kind }) => kind === 'entry').length;
}

/** Whether an order is for the change of an entry that another order has. */
function isOfEntry({ lines }: OrderView): boolean {
  return lines.some(({ kind }) => kind === 'change' || kind === 'transferFee');
}

function receipt(order: OrderView, locale: Locale, t: Translate): MailReceipt {
  const entries = entriesOf(order);
  return {
    heading: t('order.lines'),
    lines: order.lines.map((line) => mailLine(line, order, locale, t)),
    total: { label: t('order.total'), amount: formatMoney(order.total, locale) },
    ...((entries > 0 || isOfEntry(order)) &&
      order.shares.length > 0 && { charity: charity(order, locale, t) }),
    notes: [
      ...(order.paidAt
        ? [
            t('order.paid.at', {
              // Of a bank transfer the bank's statement knows the day alone.
              time: (order.invoice ? formatDayOf : formatMoment)(order.paidAt, order.event.zone, locale),
            }),
          ]
        : []),
      ...(entries > 0 ? [t('mail.calendar', { count: entries })] : []),
    ],
  };
}

function charity(order: OrderView, locale: Locale, t: Translate): MailCharity {
  const { currency } = order.total;
  const amount = order.shares.reduce((sum, share) => sum + share.amount.amount, 0);
  return {
    heading: t('order.charity'),
    shares: order.shares.map((share) => ({
      label: projectName(order, share.project, locale),
      amount: formatMoney(share.amount, locale),
    })),
    sum: t('order.charityPaid', { amount: formatMoney({ amount, currency }, locale) }),
  };
}

function mailLine(
  line: OrderView['lines'][number],
  order: OrderView,
  locale: Locale,
  t: Translate,
): MailLine {
  if (line.kind === 'donation')
    return {
      name: t('order.donationTo', { project: projectName(order, line.project, locale) }),
      details: [line.name ?? t('order.anonymous'), ...(line.message ? [line.message] : [])],
      amount: formatMoney(line.amount, locale),
    };
  if (line.kind === 'feeCover')
    return { name: t('order.feeCover'), details: [], amount: formatMoney(line.amount, locale) };
  if (line.kind !== 'entry') {
    const name = t(`order.${line.kind}`, { distance: line.distanceName[locale] });
    return { name, details: [], amount: formatMoney(line.amount, locale) };
  }
  return {
    name: line.runnerName,
    details: [
      line.distanceName[locale],
      ...(line.place === undefined ? [] : [`${t('order.bib')}: ${line.place}`]),
      t('order.start', { time: formatMoment(line.startsAt, order.event.zone, locale) }),
      ...(line.listPrice ? [t('order.insteadOf', { price: formatMoney(line.listPrice, locale) })] : []),
      ...(line.reductions ?? []).map(({ why, amount }) =>
        t(`order.reduced.${why}`, { amount: formatMoney(amount, locale) }),
      ),
    ],
    amount: formatMoney(line.price, locale),
    ...(line.ticket && {
      code: {
        ticket: line.ticket,
        entry: line.entry,
        label: t('order.paid.codeOf', { name: line.runnerName }),
        hint: t('order.paid.showCode'),
      },
    }),
  };
}

function projectName(order: OrderView, id: string, locale: Locale): string {
  if (id === laterProject) return translate(locale)('charity.later');
  return order.projects.find((project) => project.id === id)?.name[locale] ?? id;
}

/** The event with its day, while it has one: `Almaty Marathon · 26 September 2027`. */
export function eventAndDay({ name, raceDay, hasNoDay }: EventRef, locale: Locale): string {
  return [name[locale], ...(hasNoDay ? [] : [formatDay(raceDay, locale)])].join(' · ');
}
