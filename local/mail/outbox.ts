import { Hono } from 'hono';
import { serve } from '../serve.ts';
import { framedHtml, listPage, mailPage } from './pages.ts';
import { answerSendEmail, type SesEvent, type SesFault } from './ses.ts';
import { type Mail, openMailStore } from './store.ts';

const PAGE_SIZE = 100;

/** Nothing in a mail runs or loads from elsewhere; pictures may come from the local run itself. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: http://localhost:* http://127.0.0.1:*; " +
  'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox';

export interface Outbox {
  /** Both the page for people and the `endpoint` for the SES client. Without a trailing slash. */
  readonly url: string;
  /** Every mail sent so far, newest first. */
  messages(): Promise<Mail[]>;
  /** Makes the next `count` requests to send fail; the SDK's own retries count. */
  failNext(count: number, fault?: SesFault): void;
  /** Lets every request to send fail, until it is told otherwise. */
  setDown(isDown: boolean): void;
  /** Resolves when whoever follows what became of messages has been told. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the double of SES v2 that keeps mails instead of sending them: each as a file in `directory`, shown
 * at `/`, and as JSON at `/api/messages`. Port 0 takes any free one. Throws `LocalRunError` `port_taken`.
 */
export async function startOutbox(options: {
  readonly port: number;
  readonly directory: string;
  /** Told what became of messages that were taken, as EventBridge tells it. */
  readonly onEvent?: (event: SesEvent) => Promise<void>;
}): Promise<Outbox> {
  const { onEvent = async () => {} } = options;
  const store = await openMailStore(options.directory);
  const faults: SesFault[] = [];
  let isDown = false;
  let told: Promise<void> = Promise.resolve();
  const app = new Hono();

  async function find(ids: readonly string[]): Promise<Mail[]> {
    const mails = await Promise.all(ids.map((id) => store.find(id)));
    return mails.filter((mail) => mail !== undefined);
  }

  app.post('/v2/email/outbound-emails', async (context) =>
    answerSendEmail(store, await context.req.text(), isDown ? 'throttled' : faults.shift(), (event) => {
      told = told.then(() => onEvent(event));
    }),
  );
  app.get('/', async (context) => {
    const ids = await store.ids();
    const before = context.req.query('before');
    const rest = before === undefined ? ids : ids.filter((id) => id < before);
    const shown = rest.slice(0, PAGE_SIZE);
    const older = rest.length > shown.length ? `/?before=${shown.at(-1)}` : undefined;
    return context.html(await listPage(await find(shown), ids.length, older));
  });
  app.get('/api/messages', async (context) =>
    context.json(
      (await find(await store.ids())).map(({ parts, ...mail }) => ({
        ...mail,
        parts: parts.map(({ content, ...part }) => ({ ...part, bytes: content.length })),
      })),
    ),
  );
  app.get('/mail/:id', async (context) => {
    const mail = await store.find(context.req.param('id'));
    return mail ? context.html(await mailPage(mail)) : context.notFound();
  });
  app.get('/mail/:id/html', async (context) => {
    const mail = await store.find(context.req.param('id'));
    if (mail?.html === undefined) return context.notFound();
    return context.html(framedHtml(mail), 200, { 'content-security-policy': MAIL_POLICY });
  });
  app.get('/mail/:id/raw', async (context) => {
    const id = context.req.param('id');
    const message = await store.raw(id);
    if (!message) return context.notFound();
    return context.body(new Uint8Array(message), 200, fileHeaders('message/rfc822', `${id}.eml`, false));
  });
  app.get('/mail/:id/parts/:index', async (context) => {
    const mail = await store.find(context.req.param('id'));
    const part = mail?.parts[Number(context.req.param('index'))];
    if (!part) return context.notFound();
    return context.body(part.content, 200, fileHeaders(part.type, part.name, part.isInline));
  });

  const served = await serve({
    port: options.port,
    purpose: 'the outbox',
    handler: (request) => app.fetch(request),
  });
  return {
    url: served.url,
    messages: async () => find(await store.ids()),
    failNext(count, fault = 'throttled') {
      faults.push(...Array.from({ length: count }, () => fault));
    },
    setDown: (down) => {
      isDown = down;
    },
    settle: () => told,
    stop: () => served.stop(),
  };
}

function fileHeaders(type: string, name: string, isInline: boolean): Record<string, string> {
  return {
    'content-type': type,
    'content-disposition': `${isInline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  };
}
