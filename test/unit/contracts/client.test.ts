import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient } from '../../../shared/contracts/client.ts';
import type { OrderInput } from '../../../shared/contracts/orders.ts';

interface Sent {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let base: string;
let sent: Sent[];
let answer: { status: number; headers?: Record<string, string>; body: string };

beforeEach(async () => {
  sent = [];
  server = createServer((request, response) => {
    text(request).then((body) => {
      sent.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    }, response.destroy.bind(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  base = `http://127.0.0.1:${at.port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const answering = (status: number, body: unknown, headers?: Record<string, string>) => {
  answer = { status, body: JSON.stringify(body), ...(headers && { headers }) };
};
const name = { kk: 'Марафон', ru: 'Марафон', en: 'Marathon' };

test('parses the answer by its contract, without what the contract does not name', async () => {
  const event = { id: 'race', name, place: name, raceDay: '2027-04-18', zone: 'Asia/Almaty' };
  answering(200, { events: [{ ...event, secret: 'hidden' }] });
  await expect(createClient({ base }).json('listEvents', {})).resolves.toEqual({ events: [event] });
  expect(sent.map(({ line }) => line)).toEqual(['GET /api/events']);
  expect(sent[0]?.headers.authorization).toBeUndefined();
});

test('fills the path and the query, and brings the token that is right now', async () => {
  answering(200, {});
  let count = 0;
  const client = createClient({ base, token: async () => `token-${++count}` });
  await client.file('getReport', { params: { event: 'a race/?#' }, query: { format: 'csv' } });
  await client.file('getReport', { params: { event: 'race' }, query: {} });
  expect(sent.map(({ line, headers }) => [line, headers.authorization])).toEqual([
    ['GET /api/staff/events/a%20race%2F%3F%23/report?format=csv', 'Bearer token-1'],
    ['GET /api/staff/events/race/report', 'Bearer token-2'],
  ]);
});

test('sends a body as JSON with its key', async () => {
  const body: OrderInput = {
    contact: { email: 'dana@example.kz', locale: 'kk' },
    entries: [],
    donations: [],
  };
  answering(404, {
    type: 'urn:startline:problem:event_unknown',
    title: 'No',
    status: 404,
    code: 'event_unknown',
  });
  const call = createClient({ base }).json('createOrder', {
    params: { event: 'race' },
    body,
    idempotencyKey: '0123456789abcdef',
  });
  await expect(call).rejects.toMatchObject({ name: 'ProblemError', problem: { code: 'event_unknown' } });
  expect(sent).toMatchObject([
    {
      line: 'POST /api/events/race/orders',
      headers: { 'content-type': 'application/json', 'idempotency-key': '0123456789abcdef' },
      body: JSON.stringify(body),
    },
  ]);
});

test('a problem says when to try again', async () => {
  const busy = { type: 'urn:startline:problem:busy', title: 'Busy', status: 503, code: 'busy' };
  answering(503, busy, { 'retry-after': '2' });
  await expect(createClient({ base }).json('listEvents', {})).rejects.toMatchObject({
    name: 'ProblemError',
    problem: busy,
    retryAfterSeconds: 2,
  });
});

test('keeps a file byte for byte', async () => {
  answer = { status: 200, headers: { 'content-type': 'text/csv' }, body: '\ufeffкүн\r\n' };
  const file = await createClient({ base }).file('getReport', { params: { event: 'race' }, query: {} });
  expect(Buffer.from(await file.arrayBuffer()).toString()).toBe('\ufeffкүн\r\n');
});

test.each([
  ['another shape', 200, '{"events":[{"id":"race"}]}'],
  ['no JSON', 200, '<html>'],
  ['an error of somebody else', 502, '<html>Bad Gateway</html>'],
  ['an error in JSON that is no problem', 500, '{"message":"Internal Server Error"}'],
])('%s is no answer', async (_, status, body) => {
  answer = { status, body };
  await expect(createClient({ base }).json('listEvents', {})).rejects.toMatchObject({
    name: 'NoAnswerError',
  });
});

test('no connection is no answer', async () => {
  const nobody = createClient({ base: 'http://127.0.0.1:1' });
  await expect(nobody.json('listEvents', {})).rejects.toMatchObject({ name: 'NoAnswerError' });
});

test('what the token throws, the call throws, and nothing is sent', async () => {
  const client = createClient({ base, token: () => Promise.reject(new Error('signed out')) });
  await expect(client.json('listEvents', {})).rejects.toThrow('signed out');
  expect(sent).toEqual([]);
});

test('the compiler asks for what a route needs', () => {
  const client = createClient({ base });
  const never = () => [
    // @ts-expect-error a parameter of the path is missing
    client.json('getEvent', {}),
    // @ts-expect-error this route answers with text
    client.json('getOpenApi', {}),
    // @ts-expect-error an order needs its key
    client.json('createOrder', {
      params: { event: 'race' },
      body: { contact: { email: 'a@b.kz', locale: 'kk' } },
    }),
    // @ts-expect-error no such format
    client.json('getReport', { params: { event: 'race' }, query: { format: 'xml' } }),
  ];
  expect(never).toBeTypeOf('function');
});
