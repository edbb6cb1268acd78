import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { executeApiCall, SERVER_ERROR, toAnswer, toBody } from './api-call.ts';
import { answerCheckoutPage, type PageAnswer } from './checkout-page.ts';
import { type Control, callControl, createControl } from './control.ts';
import { API_VERSION, type Core, plainTelling } from './core.ts';
import { dashboardPage } from './dashboard.ts';
import { createDeliverer } from './delivery.ts';
import { ApiError } from './errors.ts';
import { createFaultPlan } from './faults.ts';
import { decodeForm } from './form.ts';
import type { StoredAnswer } from './idempotency.ts';
import { newId } from './ids.ts';
import { expireDueSessions } from './sessions.ts';
import { createSaver, loadState } from './snapshot.ts';
import type { ToldEvent } from './state.ts';

/** How a double is set up. */
export type StripeDoubleOptions = {
  /** 0 takes any free port. */
  port: number;
  /** Where webhooks go; without one, events wait until `setWebhookUrl` gives one. */
  webhookUrl?: string;
  webhookSecret: string;
  /** The one API key that is accepted. */
  secretKey: string;
  /** The event types that the webhook endpoint asked for; all when left out. */
  enabledEvents?: readonly string[];
  /** Keeps the data here between runs. */
  stateFile?: string;
  now?: () => Date;
  /** Whether time passes by itself; with false, what is due happens at a call or at `advance`. */
  ticks?: boolean;
  /** Where browsers reach the payment pages, when not at the double's own address. */
  publicUrl?: string;
  log?: (line: string) => void;
};

/** A running double and everything that can be made to happen at it. */
export type StripeDouble = Control & {
  /** Without a trailing slash. */
  url: string;
  port: number;
  setWebhookUrl(url: string | null): void;
  /** Events that no endpoint has acknowledged, oldest first. */
  undelivered(): ToldEvent[];
  /** Notes that an endpoint acknowledged an event which somebody else than the double sent to it. */
  acknowledge(eventId: string): void;
  /** Resolves when no webhook delivery is under way or due now; those held or waiting for a retry do not count. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

const HOST = '127.0.0.1';
const TICK_MS = 250;
const MAX_BODY = 1024 * 1024;

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY) throw new ApiError(413, false, { message: 'The request is too large.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(
  outgoing: ServerResponse,
  { status, body }: StoredAnswer,
  headers: Record<string, string>,
): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

function sendPage(outgoing: ServerResponse, answer: PageAnswer): void {
  if ('redirect' in answer) {
    outgoing.writeHead(303, { location: answer.redirect }).end();
    return;
  }
  outgoing
    .writeHead(answer.status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'referrer-policy': 'no-referrer',
    })
    .end(answer.page);
}

function header(incoming: IncomingMessage, name: string): string | null {
  const value = incoming.headers[name];
  return typeof value === 'string' ? value : null;
}

function checkKey(incoming: IncomingMessage, secretKey: string): void {
  const given = header(incoming, 'authorization');
  if (given === `Bearer ${secretKey}`) return;
  const message =
    given === null
      ? 'You did not provide an API key. Provide it in the Authorization header, using Bearer auth.'
      : `Invalid API Key provided: ${given.replace(/^Bearer /, '').slice(0, 8)}***`;
  throw new ApiError(401, false, { message });
}

/** The request's parameters as an object: from JSON, or from a form. */
function decodeControlBody(incoming: IncomingMessage, sent: string): unknown {
  if (header(incoming, 'content-type')?.startsWith('application/json')) {
    try {
      return sent === '' ? {} : JSON.parse(sent);
    } catch {
      throw new ApiError(400, false, { message: 'The body is not JSON.' });
    }
  }
  return decodeForm(sent);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/**
 * Starts a stand-in for Stripe on this machine: its API for the SDK, the hosted payment page, webhooks, and a page and
 * a control API (`POST /_control/…`) to act as the payer, the bank and the staff. Rejects when the port is taken or the
 * state file is not one of its own.
 */
export async function startStripeDouble(options: StripeDoubleOptions): Promise<StripeDouble> {
  const { now = () => new Date(), log = () => {}, secretKey } = options;
  const state = loadState(options.stateFile);
  const saver = createSaver(state, options.stateFile);
  const faults = createFaultPlan();
  let ahead = 0;
  const nowMs = () => now().getTime() + ahead;
  const deliverer = createDeliverer({
    state,
    nowMs,
    secret: options.webhookSecret,
    enabledEvents: options.enabledEvents === undefined ? null : new Set(options.enabledEvents),
    faults,
    changed: saver.changed,
    log,
  });
  const core: Core = {
    state,
    nowMs,
    publicUrl: '',
    request: null,
    telling: plainTelling,
    announce: deliverer.announce,
  };
  let webhookUrl: string | null = null;

  function tick(): void {
    expireDueSessions(core);
    deliverer.sendDue();
  }
  const control = createControl({
    core,
    deliverer,
    faults,
    advance(ms) {
      ahead += ms;
      tick();
    },
  });

  async function answerApi(incoming: IncomingMessage, outgoing: ServerResponse, url: URL): Promise<void> {
    const requestId = newId('req_', 14);
    const key = header(incoming, 'idempotency-key');
    const headers: Record<string, string> = {
      'request-id': requestId,
      'stripe-version': header(incoming, 'stripe-version') ?? API_VERSION,
      ...(key === null ? {} : { 'idempotency-key': key }),
    };
    try {
      const body = await readBody(incoming);
      checkKey(incoming, secretKey);
      expireDueSessions(core);
      const method = incoming.method ?? 'GET';
      const sent = method === 'GET' ? url.search.slice(1) : body;
      const call = { method, path: url.pathname, sent, key, requestId };
      const answer = await executeApiCall(core, faults, call);
      if (answer === null) outgoing.destroy();
      else
        sendJson(outgoing, answer, answer.replayed ? { ...headers, 'idempotent-replayed': 'true' } : headers);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const retry: Record<string, string> = error.status === 500 ? { 'stripe-should-retry': 'false' } : {};
      sendJson(outgoing, toAnswer(error), { ...headers, ...retry });
    }
  }

  async function answerControl(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    path: string,
  ): Promise<void> {
    const sent = await readBody(incoming);
    const isForm = header(incoming, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
    expireDueSessions(core);
    const result = callControl(control, path, decodeControlBody(incoming, sent));
    if (isForm) sendPage(outgoing, { redirect: '/' });
    else sendJson(outgoing, { status: 200, body: toBody(result) }, {});
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', core.publicUrl);
    const path = url.pathname;
    if (path.startsWith('/v1/')) return answerApi(incoming, outgoing, url);
    if (path.startsWith('/_control/') && incoming.method === 'POST')
      return answerControl(incoming, outgoing, path);
    if (path.startsWith('/c/pay/')) {
      const sent = incoming.method === 'POST' ? decodeForm(await readBody(incoming)) : null;
      expireDueSessions(core);
      const accepted = header(incoming, 'accept-language') ?? undefined;
      return sendPage(outgoing, answerCheckoutPage(core, path, sent, accepted));
    }
    if (path === '/')
      return sendPage(outgoing, { status: 200, page: dashboardPage(core, control, webhookUrl) });
    throw new ApiError(404, false, { message: `Nothing here: ${path}` });
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing)
      .catch((error: unknown) => {
        const known = error instanceof ApiError ? error : SERVER_ERROR;
        if (known === SERVER_ERROR) log(`error: ${error instanceof Error ? error.stack : String(error)}`);
        if (!outgoing.headersSent) sendJson(outgoing, toAnswer(known), {});
      })
      .finally(() => {
        if (incoming.method === 'POST') saver.changed();
      });
  });
  const port = await listen(server, options.port);
  const url = `http://${HOST}:${port}`;
  core.publicUrl = (options.publicUrl ?? url).replace(/\/$/, '');

  function setWebhookUrl(next: string | null): void {
    webhookUrl = next;
    deliverer.setUrl(next);
  }
  if (options.webhookUrl !== undefined) setWebhookUrl(options.webhookUrl);
  const ticker = options.ticks === false ? undefined : setInterval(tick, TICK_MS).unref();

  return {
    ...control,
    url,
    port,
    setWebhookUrl,
    undelivered: () => [...state.undelivered].flatMap((id) => state.events.get(id) ?? []),
    acknowledge: (id) => deliverer.acknowledge(id),
    settle: () => deliverer.settle(),
    async stop() {
      clearInterval(ticker);
      deliverer.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      saver.stop();
    },
  };
}
