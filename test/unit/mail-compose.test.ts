import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { composeMail } from '../../shared/mail/compose.ts';
import type { MailRequest } from '../../shared/mail/outbox.ts';
import { paidGift, paidOrder } from '../support/paid-order.ts';

const from = 'Startline <entries@example.org>';
const order = paidOrder();
const request: MailRequest = {
  id: `${order.id}#paid`,
  kind: 'order_paid',
  order: order.id,
  to: 'aliya@example.com',
  locale: 'kk',
  createdAt: '2026-11-24T06:05:00.000Z',
};

const compose = (changes: Partial<MailRequest> = {}, view = order) =>
  composeMail({ ...request, ...changes }, view, from, 'https://run.example.org');
const read = async (...input: Parameters<typeof compose>) => PostalMime.parse((await compose(...input)).raw);
const header = (mail: Awaited<ReturnType<typeof read>>, name: string) =>
  mail.headers.filter(({ key }) => key === name).map(({ value }) => value);

describe('a composed confirmation', () => {
  test('has text, HTML and a calendar, in the language asked for', async () => {
    const mail = await read();
    expect(mail.from).toMatchObject({ name: 'Startline', address: 'entries@example.org' });
    expect(mail.to).toMatchObject([{ address: 'aliya@example.com' }]);
    expect(mail.subject).toBe('Тіркелу расталды: Алматы марафоны 2027');
    expect(mail.text).toContain('Әлия Нұрланқызы');
    expect(mail.html).toContain('Әлия Нұрланқызы');
    expect(mail.attachments.find(({ mimeType }) => mimeType === 'text/calendar')).toMatchObject({
      filename: 'startline.ics',
      disposition: 'attachment',
    });
  });

  test('shows the QR code of each entry within the HTML', async () => {
    const mail = await read();
    const images = mail.attachments.filter(({ mimeType }) => mimeType === 'image/png');
    const shown = [...(mail.html ?? '').matchAll(/src="cid:([^"]+)"/g)].map(([, id]) => `<${id}>`);
    expect(shown).toHaveLength(2);
    expect(images.map(({ contentId }) => contentId)).toEqual(shown);
    for (const { content, related } of images) {
      expect(related).toBe(true);
      expect(
        Buffer.from(new Uint8Array(bytesOf(content)))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    }
  });

  test('is the same mail at every try, and another for another fact', async () => {
    const [first, again] = [await read(), await read()];
    expect(first.messageId).toMatch(/^<mail_[0-9a-z]{26}@run\.example\.org>$/);
    expect(again.messageId).toBe(first.messageId);
    expect(header(first, 'x-startline-mail')).toEqual([first.messageId?.slice(1, 32)]);
    expect(first.date).toBe(again.date);
    expect((await read({ id: `${order.id}#refunded#re_1` })).messageId).not.toBe(first.messageId);
  });

  test('says that a machine wrote it', async () => {
    expect(header(await read(), 'auto-submitted')).toEqual(['auto-generated']);
  });
});

test('only mails about starts carry a calendar and codes', async () => {
  expect((await read({ kind: 'order_expired' })).attachments).toEqual([]);
  expect((await read({}, paidGift())).attachments).toEqual([]);
});

describe('a header holds one line', () => {
  const breakOut = 'x\r\nBcc: victim@example.com\r\n\r\n<b>body</b>';

  test('when an event is named with line breaks', async () => {
    const event = { ...order.event, name: { kk: breakOut, ru: breakOut, en: breakOut } };
    const mail = await read({}, paidOrder({ event }));
    expect(header(mail, 'bcc')).toEqual([]);
    expect(mail.subject).toContain('Bcc: victim@example.com');
  });

  test.each([
    `a@example.com\r\nBcc: victim@example.com`,
    'a@example.com, victim@example.com',
    'a@example.com>, <victim@example.com',
  ])('when an address is %j', async (to) => {
    const mail = await read({ to });
    expect(header(mail, 'bcc')).toEqual([]);
    expect(mail.to).toHaveLength(1);
    expect(mail.to?.[0]?.address).not.toBe('victim@example.com');
  });
});

/** An attachment as its bytes. */
function bytesOf(content: string | ArrayBuffer | Uint8Array): ArrayBuffer | Uint8Array {
  if (typeof content === 'string') throw new Error('The attachment was read as text.');
  return content;
}
