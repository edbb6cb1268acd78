import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Outbox, startOutbox } from '../../local/mail/outbox.ts';

let directory: string;
let outbox: Outbox;
let client: SESv2Client;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'startline-outbox-'));
  outbox = await startOutbox({ port: 0, directory });
  client = connect(3);
});
afterEach(async () => {
  client.destroy();
  await outbox.stop();
  rmSync(directory, { recursive: true, force: true });
});

function connect(maxAttempts: number): SESv2Client {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new SESv2Client({ region: 'local', endpoint: outbox.url, credentials, maxAttempts });
}

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function compose(mail: SendMailOptions = {}): Promise<Buffer> {
  const transport = createTransport({ streamTransport: true, buffer: true });
  const { message } = await transport.sendMail({
    from: 'Startline <entries@startline.test>',
    to: 'Әлия Ермекова <aliya@example.com>',
    subject: 'Сіздің тіркелуіңіз расталды',
    messageId: '<ent_1@startline.test>',
    text: 'Нөміріңіз: 17',
    html: '<p>Нөміріңіз: <b>17</b></p><img src="cid:qr@startline" alt="QR"><script>alert(1)</script>',
    attachments: [
      { filename: 'qr.png', content: pixel, cid: 'qr@startline' },
      { filename: 'жарыс.ics', content: 'BEGIN:VCALENDAR', contentType: 'text/calendar' },
    ],
    ...mail,
  });
  if (!Buffer.isBuffer(message)) throw new Error('nodemailer gave a stream');
  return message;
}

async function send(raw: Buffer, sender = client): Promise<string | undefined> {
  const sent = await sender.send(new SendEmailCommand({ Content: { Raw: { Data: raw } } }));
  return sent.MessageId;
}

test('keeps what the SDK sends byte for byte, and reads it as a mail program would', async () => {
  const raw = await compose();
  const id = await send(raw);
  expect(readdirSync(directory)).toEqual([`${id}.eml`]);
  expect(readFileSync(join(directory, `${id}.eml`)).equals(raw)).toBe(true);
  const [mail] = await outbox.messages();
  expect(mail).toMatchObject({
    id,
    from: 'Startline <entries@startline.test>',
    to: ['Әлия Ермекова <aliya@example.com>'],
    subject: 'Сіздің тіркелуіңіз расталды',
    messageId: '<ent_1@startline.test>',
    parts: [
      { name: 'qr.png', contentId: 'qr@startline', isInline: true },
      { name: 'жарыс.ics', type: 'text/calendar', isInline: false },
    ],
  });
  expect(mail?.text).toContain('Нөміріңіз: 17');
  expect(Math.abs(Date.now() - Date.parse(mail?.sentAt ?? ''))).toBeLessThan(60_000);
});

test('lists the newest first, and still after a restart', async () => {
  for (const subject of ['first', 'second', 'third']) await send(await compose({ subject }));
  const subjects = async () => (await outbox.messages()).map((mail) => mail.subject);
  expect(await subjects()).toEqual(['third', 'second', 'first']);
  await outbox.stop();
  outbox = await startOutbox({ port: 0, directory });
  expect(await subjects()).toEqual(['third', 'second', 'first']);
  const json = await (await fetch(`${outbox.url}/api/messages`)).json();
  expect(json).toMatchObject([{ subject: 'third', parts: [{ bytes: pixel.length }, {}] }, {}, {}]);
});

test('shows a mail with its pictures and files, and lets nothing in it run', async () => {
  const raw = await compose({ subject: '<b>Subject</b>' });
  const id = await send(raw);
  const get = (path: string) => fetch(outbox.url + path);

  const list = await (await get('/')).text();
  expect(list).toContain(`href="/mail/${id}"`);
  expect(list).toContain('&lt;b&gt;Subject&lt;/b&gt;');
  const page = await (await get(`/mail/${id}`)).text();
  expect(page).toMatch(/<iframe[^>]*sandbox="(?![^"]*allow-scripts)/);
  expect(page).toContain(`href="/mail/${id}/parts/1"`);

  const framed = await get(`/mail/${id}/html`);
  expect(framed.headers.get('content-security-policy')).toMatch(
    /^default-src 'none';.*sandbox(?!.*allow-scripts)/,
  );
  expect(await framed.text()).toContain(`src="/mail/${id}/parts/0"`);
  const picture = await get(`/mail/${id}/parts/0`);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await picture.arrayBuffer()).equals(pixel)).toBe(true);
  const file = await get(`/mail/${id}/parts/1`);
  expect(file.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(Buffer.from(await (await get(`/mail/${id}/raw`)).arrayBuffer()).equals(raw)).toBe(true);
});

test.each([
  '/mail/..%2f..%2fetc%2fpasswd/raw',
  '/mail/20270101T000000000Z-00000000',
  '/mail/x/html',
  '/nothing',
])('knows no %s', async (path) => {
  expect((await fetch(outbox.url + path)).status).toBe(404);
});

test('fails on demand under the names of SES, and the SDK tries again where it would', async () => {
  const raw = await compose();
  outbox.failNext(1);
  expect(await send(raw)).toBeTypeOf('string');
  outbox.failNext(1, 'refused');
  await expect(send(raw)).rejects.toMatchObject({ name: 'MessageRejected' });
  const once = connect(1);
  outbox.failNext(1, 'throttled');
  await expect(send(raw, once)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  once.destroy();
  expect(await outbox.messages()).toHaveLength(1);
});

test('sends twice what the SDK repeats after a lost answer', async () => {
  outbox.failNext(1, 'answer_lost');
  await send(await compose());
  const mails = await outbox.messages();
  expect(mails.map((mail) => mail.messageId)).toEqual(['<ent_1@startline.test>', '<ent_1@startline.test>']);
});

test('refuses what SES would refuse', async () => {
  const badRequest = { name: 'BadRequestException' };
  await expect(send(Buffer.from('Subject: no sender\r\n\r\ntext'))).rejects.toMatchObject(badRequest);
  await expect(send(Buffer.from('From: a@b.test\r\n\r\ntext'))).rejects.toMatchObject(badRequest);
  expect(await outbox.messages()).toEqual([]);
});
