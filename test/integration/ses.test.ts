import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Outbox, startOutbox } from '../../local/mail/outbox.ts';
import { listenOnLoopback } from '../../local/ports.ts';
import { composeMail } from '../../shared/mail/compose.ts';
import { sesTransport } from '../../shared/mail/ses.ts';
import { MailRefused, type OutgoingMail } from '../../shared/mail/transport.ts';
import { paidOrder } from '../support/paid-order.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const transportTo = (endpoint: string) =>
  sesTransport(new SESv2Client({ endpoint, credentials, region: 'local', maxAttempts: 1 }));

const order = paidOrder();
const compose = (): Promise<OutgoingMail> =>
  composeMail(
    {
      id: `${order.id}#paid`,
      kind: 'order_paid',
      order: order.id,
      to: 'aliya@example.com',
      locale: 'ru',
      createdAt: '2026-11-24T06:05:00.000Z',
    },
    order,
    'Startline <entries@example.org>',
    'https://run.example.org',
  );

describe('with the double of SES', () => {
  let directory: string;
  let outbox: Outbox;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'startline-ses-'));
    outbox = await startOutbox({ port: 0, directory });
  });
  afterEach(async () => {
    await outbox.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('a mail arrives whole, under the id that SES answered', async () => {
    const mail = await compose();
    const id = await transportTo(outbox.url).send(mail);
    const [kept] = await outbox.messages();
    expect(kept).toMatchObject({
      id,
      to: ['aliya@example.com'],
      subject: 'Регистрация подтверждена: Алматинский марафон 2027',
      messageId: mail.messageId,
    });
    expect(kept?.parts.map(({ type, isInline }) => [type, isInline])).toEqual([
      ['image/png', true],
      ['image/png', true],
      ['text/calendar', false],
    ]);
  });

  test('sent again after a lost answer, it is the same mail', async () => {
    const transport = transportTo(outbox.url);
    outbox.failNext(1, 'answer_lost');
    await expect(transport.send(await compose())).rejects.toThrow();
    await transport.send(await compose());
    const [first, again] = await outbox.messages();
    expect(first?.messageId).toBeDefined();
    expect(again?.messageId).toBe(first?.messageId);
  });
});

describe('what SES answers is final or not', () => {
  let server: Server;
  afterEach(() => server.close());

  test.each([
    [400, 'BadRequestException', 'Missing final @domain', true],
    [400, 'MessageRejected', 'Address blacklisted.', true],
    [
      400,
      'MessageRejected',
      'Email address is not verified. The following identities failed the check',
      false,
    ],
    [400, 'MailFromDomainNotVerifiedException', 'The domain is not verified.', false],
    [400, 'SendingPausedException', 'Sending is paused.', false],
    [429, 'TooManyRequestsException', 'Maximum sending rate exceeded.', false],
    [500, 'InternalServiceErrorException', 'Try again.', false],
  ])('%i %s: %s', async (status, name, message, isFinal) => {
    server = createServer((_, response) => {
      response.writeHead(status, { 'x-amzn-errortype': name, 'content-type': 'application/json' });
      response.end(JSON.stringify({ message }));
    });
    const port = await listenOnLoopback(server, 0, 'the test');
    const error: unknown = await transportTo(`http://127.0.0.1:${port}`)
      .send(await compose())
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message });
    expect(error instanceof MailRefused).toBe(isFinal);
  });
});
