import MailComposer from 'nodemailer/lib/mail-composer';
import type { OrderView } from '../contracts/orders.ts';
import type { WaiterView } from '../contracts/waiting.ts';
import { derivedId } from '../platform/ids.ts';
import { calendarOf } from './calendar.ts';
import { codeImage } from './code-image.ts';
import { codeId, htmlOf } from './html.ts';
import type { MailRequest, WaitingMail } from './outbox.ts';
import { type MailContent, mailContent } from './templates.ts';
import { textOf } from './text.ts';
import type { OutgoingMail } from './transport.ts';
import { waitingMailContent } from './waiting-templates.ts';

/**
 * Composes a mail: text and HTML, the QR codes shown in it, and for a paid order its calendar file. The same mail has
 * the same `Message-ID` and `X-Startline-Mail` at every try; the second survives providers that replace the first.
 * @param from the sender, as a header has it: `Startline <entries@example.org>`.
 * @param publicUrl the site's address, without a slash at the end.
 */
export async function composeMail(
  mail: MailRequest,
  order: OrderView,
  from: string,
  publicUrl: string,
): Promise<OutgoingMail> {
  const content = mailContent(mail, order, mail.locale, publicUrl);
  const calendar =
    hasStarts(mail, order) && calendarOf(order, mail.locale, publicUrl, new Date(mail.createdAt));
  return message(mail, content, from, publicUrl, calendar || undefined);
}

/** Composes a mail to somebody on a waiting list, in the same way. */
export async function composeWaitingMail(
  mail: WaitingMail,
  waiter: WaiterView,
  from: string,
  publicUrl: string,
): Promise<OutgoingMail> {
  return message(mail, waitingMailContent(mail.kind, waiter, mail.locale, publicUrl), from, publicUrl);
}

async function message(
  mail: MailRequest | WaitingMail,
  content: MailContent,
  from: string,
  publicUrl: string,
  calendar?: string,
): Promise<OutgoingMail> {
  const name = derivedId('mail', mail.id);
  const messageId = `<${name}@${new URL(publicUrl).hostname}>`;
  const composer = new MailComposer({
    from,
    // As an object it is one address, whatever characters it holds.
    to: { name: '', address: mail.to },
    subject: content.subject,
    date: new Date(mail.createdAt),
    messageId,
    // RFC 3834: no automatic answers to this mail.
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Startline-Mail': name,
      'Content-Language': mail.locale,
    },
    text: textOf(content),
    html: await htmlOf(content),
    attachments: [
      ...codeImages(content),
      ...(calendar
        ? [{ filename: 'startline.ics', content: calendar, contentType: 'text/calendar; charset=utf-8' }]
        : []),
    ],
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { id: mail.id, from, to: mail.to, raw: await composer.compile().build(), messageId };
}

function hasStarts(mail: MailRequest, order: OrderView): boolean {
  return mail.kind === 'order_paid' && order.lines.some(({ kind }) => kind === 'entry');
}

function codeImages({ receipt }: MailContent) {
  const codes = (receipt?.lines ?? []).flatMap(({ code }) => code ?? []);
  return codes.map(({ ticket, entry }) => ({
    filename: `${entry}.png`,
    cid: codeId(entry),
    contentType: 'image/png',
    content: codeImage(ticket),
  }));
}
