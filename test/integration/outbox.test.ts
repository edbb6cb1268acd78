import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView } from '../../shared/contracts/orders.ts';
import type { WaiterView } from '../../shared/contracts/waiting.ts';
import { dueMails, endMail, type MailRequest, mailDue, type WaitingMail } from '../../shared/mail/outbox.ts';
import type { MailDeps } from '../../shared/mail/send.ts';
import { createSendMail } from '../../shared/mail/sender.ts';
import { MailRefused, type OutgoingMail } from '../../shared/mail/transport.ts';
import { commit, type Database } from '../../shared/platform/database.ts';
import type { Log } from '../../shared/platform/log.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import { openMatters } from '../../shared/staff/matters.ts';
import { contents, openTestDatabase } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { paidOrder } from '../support/paid-order.ts';
import { siteFixture } from '../support/site-fixture.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let db: Database;
let world: TestWorld;
let orders: Map<string, OrderView>;
let waiters: Map<string, WaiterView>;
/** Mails handed to the provider, and those it took. */
let tried: OutgoingMail[];
let sent: OutgoingMail[];
let logged: unknown[];
/** What the provider does with each mail it is given. */
let provider: () => Promise<string>;
let run: (event: unknown) => Promise<void>;
let runOn: (tables: Database) => typeof run;

beforeEach(async () => {
  db = await openTestDatabase();
  world = testWorld();
  orders = new Map();
  waiters = new Map();
  tried = [];
  sent = [];
  provider = async () => 'ses-1';
  logged = [];
  const keep = (...line: unknown[]): void => {
    logged.push(line);
  };
  const log: Log = { info: keep, warn: keep, error: keep };
  const deps = {
    world,
    log,
    loadOrder: async (id: string) => orders.get(id),
    loadWaiter: async (id: string) => waiters.get(id),
    transport: {
      async send(mail: OutgoingMail) {
        tried.push(mail);
        const id = await provider();
        sent.push(mail);
        return id;
      },
    },
    from: 'Startline <entries@example.org>',
    publicUrl: 'https://run.example.org',
  } satisfies Omit<MailDeps, 'db'>;
  runOn = (tables) => createSendMail({ db: tables, ...deps });
  run = runOn(db);
});

afterEach(() => {
  expect(JSON.stringify(logged)).not.toContain('@example.com');
});

const schedule = { source: 'aws.events', 'detail-type': 'Scheduled Event' };
const streamOf = (...items: Record<string, unknown>[]) => ({
  Records: items.map((item) => ({ eventName: 'INSERT', dynamodb: { NewImage: marshall(item) } })),
});

function request(number: number, changes: Partial<MailRequest> = {}): MailRequest {
  const order = `ord_${String(number).padStart(26, '0')}`;
  orders.set(order, paidOrder({ id: order }));
  return {
    id: `${order}#paid`,
    kind: 'order_paid',
    order,
    to: `runner${number}@example.com`,
    locale: 'kk',
    createdAt: world.now().toISOString(),
    ...changes,
  };
}

const makeDue = (mail: MailRequest) => commit(db, world, [mailDue(mail)]);
const outbox = () => contents(db, 'outbox');
const unread: string[] = [];
const dueUpTo = (limit: number) => dueMails(db, world.now(), limit, (id) => unread.push(id));
const due = () => dueUpTo(100);
const recipients = () => sent.map(({ to }) => to).toSorted();

async function makeManyDue(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await makeDue(request(number));
}

describe('the outbox', () => {
  test('keeps one mail of a name', async () => {
    expect(await makeDue(request(1))).toEqual({ done: true });
    expect(await makeDue(request(1))).toEqual({ done: false, refused: new Set(['mail']) });
    expect(await outbox()).toHaveLength(1);
  });

  test('finds what is due in every shard, the longest waiting first', async () => {
    await makeManyDue(20);
    world.advance(30_000);
    await makeDue(request(21));
    world.advance(minute);
    const found = await due();
    expect(new Set((await outbox()).map(({ pk }) => pk)).size).toBeGreaterThan(4);
    expect(found).toHaveLength(21);
    expect(found.at(-1)?.to).toBe('runner21@example.com');
    expect(await dueUpTo(20)).toHaveLength(20);
  });

  test('leaves a new mail to the stream for a minute', async () => {
    await makeDue(request(1));
    world.advance(minute - 1);
    expect(await due()).toEqual([]);
    world.advance(1);
    expect(await due()).toHaveLength(1);
  });

  test('ends a mail once', async () => {
    const mail = request(1);
    await makeDue(mail);
    expect(await endMail(db, world, mail.id, { outcome: 'sent', providerId: 'ses-1' })).toBe(true);
    expect(await endMail(db, world, mail.id, { outcome: 'overtaken' })).toBe(false);
    expect(await endMail(db, world, 'ord_unknown#paid', { outcome: 'overtaken' })).toBe(false);
    expect(await outbox()).toMatchObject([{ sk: mail.id, outcome: 'sent' }]);
  });

  test('leaves a mail that it does not know to a version that does, and sends the others', async () => {
    const mail = request(1);
    await makeDue(mail);
    const [item] = await outbox();
    await db.client.send(
      new UpdateCommand({
        TableName: physicalName(db.prefix, 'outbox'),
        Key: { pk: item?.pk, sk: item?.sk },
        UpdateExpression: 'SET kind = :kind',
        ExpressionAttributeValues: { ':kind': 'newsletter' },
      }),
    );
    await makeDue(request(2));
    world.advance(minute);
    expect((await due()).map(({ to }) => to)).toEqual(['runner2@example.com']);
    expect(unread).toEqual([mail.id]);
    await run(schedule);
    expect(recipients()).toEqual(['runner2@example.com']);
    expect(await outbox()).toContainEqual(expect.objectContaining({ sk: mail.id, attempts: 1 }));
  });
});

describe('a mail to somebody who waits', () => {
  const offered = siteFixture(new Date()).waiters.get('waiter-offered');
  const offer = (waiter: string): WaitingMail => ({
    id: `${waiter}#offer#1`,
    kind: 'waiting_offer',
    waiter,
    to: 'waits@example.com',
    locale: 'kk',
    createdAt: world.now().toISOString(),
  });
  const sendOffer = async (waiter: string): Promise<unknown[]> => {
    await commit(db, world, [mailDue(offer(waiter))]);
    world.advance(minute);
    await run(schedule);
    return outbox();
  };

  test('tells of the offer while it stands', async () => {
    if (offered) waiters.set('wai_1', offered);
    expect(await sendOffer('wai_1')).toMatchObject([{ outcome: 'sent' }]);
    expect(sent[0]?.raw.toString()).toContain('Content-Language: kk');
  });

  test('is not sent when the offer is over, or nobody waits any more', async () => {
    if (offered) waiters.set('wai_1', { ...offered, state: 'lapsed' });
    expect(await sendOffer('wai_1')).toMatchObject([{ outcome: 'overtaken' }]);
    const all = await sendOffer('wai_2');
    expect(all).toContainEqual(expect.objectContaining({ waiter: 'wai_2', outcome: 'waiter_unknown' }));
    expect(sent).toEqual([]);
  });
});

describe('a new mail from the stream', () => {
  test('is sent at once, and remembered without its address', async () => {
    const mail = request(1);
    await makeDue(mail);
    await run(streamOf(...(await outbox())));
    expect(recipients()).toEqual(['runner1@example.com']);
    expect(await outbox()).toEqual([
      {
        pk: expect.any(String),
        sk: mail.id,
        kind: 'order_paid',
        order: mail.order,
        createdAt: mail.createdAt,
        outcome: 'sent',
        providerId: 'ses-1',
        endedAt: world.now().toISOString(),
        expiresAt: (world.now().getTime() + 7 * day) / 1000,
      },
    ]);
  });

  test('is not sent again by the schedule, nor made due again', async () => {
    await makeDue(request(1));
    await run(streamOf(...(await outbox())));
    world.advance(hour);
    await run(schedule);
    expect(await makeDue(request(1))).toMatchObject({ done: false });
    expect(sent).toHaveLength(1);
  });

  test('is told from changes of old ones', async () => {
    await makeDue(request(1));
    const event = streamOf(...(await outbox()));
    for (const record of event.Records) record.eventName = 'MODIFY';
    await run(event);
    await run({ Records: [{ eventName: 'REMOVE', dynamodb: {} }] });
    expect(sent).toEqual([]);
  });

  test('all of a batch are sent, whatever becomes of one of them', async () => {
    await makeManyDue(9);
    let calls = 0;
    provider = async () => {
      calls += 1;
      if (calls === 2) throw new Error('Maximum sending rate exceeded.');
      return `ses-${calls}`;
    };
    await run(streamOf(...(await outbox())));
    expect(sent).toHaveLength(8);
    world.advance(minute);
    await run(schedule);
    expect(recipients()).toEqual(Array.from({ length: 9 }, (_, index) => `runner${index + 1}@example.com`));
  });
});

describe('a mail that cannot be sent for now', () => {
  beforeEach(() => {
    provider = async () => {
      throw new Error('Maximum sending rate exceeded.');
    };
  });

  async function untilNextTry(): Promise<number> {
    const [item] = await outbox();
    const wait = Date.parse(String(item?.dueAt)) - world.now().getTime();
    world.advance(wait);
    return wait;
  }

  test('is tried after 1, 2, 4 … minutes, at most an hour apart, with the same message id', async () => {
    await makeDue(request(1));
    const waits = [await untilNextTry()];
    while (waits.length < 9) {
      await run(schedule);
      waits.push(await untilNextTry());
    }
    expect(waits.map((wait) => wait / minute)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    provider = async () => 'ses-9';
    await run(schedule);
    expect(sent).toHaveLength(1);
    expect(tried).toHaveLength(9);
    expect(new Set(tried.map(({ messageId }) => messageId)).size).toBe(1);
    expect((await outbox())[0]).toMatchObject({ outcome: 'sent' });
  });

  test('is given up after 14 days, not before, and kept for staff to see', async () => {
    await makeDue(request(1));
    world.advance(14 * day);
    await run(schedule);
    expect((await outbox())[0]).toMatchObject({ attempts: 2, to: 'runner1@example.com' });
    world.advance(2 * minute);
    await run(schedule);
    const [item] = await outbox();
    expect(item).toMatchObject({ outcome: 'too_old', expiresAt: (world.now().getTime() + 90 * day) / 1000 });
    expect(item).not.toHaveProperty('to');
    expect(await openMatters(db)).toMatchObject([{ kind: 'mail_refused', detail: 'too_old' }]);
  });

  test('is tried by one of two runs at the same time', async () => {
    await makeDue(request(1));
    world.advance(minute);
    await Promise.all([run(schedule), run(schedule)]);
    expect(tried).toHaveLength(1);
  });

  test('a run begins no more mails when its time is nearly over', async () => {
    await makeManyDue(12);
    world.advance(minute);
    provider = async () => {
      world.advance(10_001);
      return 'ses-1';
    };
    await run(schedule);
    expect(sent).toHaveLength(4);
    await run(schedule);
    expect(sent).toHaveLength(8);
  });
});

describe('a mail whose address is refused', () => {
  beforeEach(() => {
    provider = async () => {
      throw new MailRefused('Missing final @domain');
    };
  });

  test('is not tried again, and staff are told of which order and why, once', async () => {
    const mail = request(1);
    await makeDue(mail);
    const event = streamOf(...(await outbox()));
    await run(event);
    await run(event);
    expect(await outbox()).toMatchObject([{ outcome: 'address_refused' }]);
    const matters = await openMatters(db);
    expect(matters).toMatchObject([
      { kind: 'mail_refused', detail: 'address_refused', about: { mail: mail.id, order: mail.order } },
    ]);
    expect(JSON.stringify(matters)).not.toContain('@');
    world.advance(day);
    expect(await due()).toEqual([]);
  });

  test.each(['fail-before', 'lose-answer'] as const)('is told after a crash as well: %s', async (kind) => {
    await makeDue(request(1));
    const event = streamOf(...(await outbox()));
    db = withFaults(db, { command: 'TransactWrite', table: 'staff', kind });
    await runOn(db)(event);
    world.advance(minute);
    await runOn(db)(schedule);
    expect(await outbox()).toMatchObject([{ outcome: 'address_refused' }]);
    expect(await openMatters(db)).toHaveLength(1);
  });
});

test('a mail of an order that is gone is not tried again', async () => {
  const mail = request(1);
  await makeDue(mail);
  orders.delete(mail.order);
  await run(streamOf(...(await outbox())));
  expect(await outbox()).toMatchObject([{ outcome: 'order_unknown' }]);
});

test.each([
  ['order_paid', 'refunded', 'overtaken'],
  ['order_paid', 'paid', 'sent'],
  ['order_expired', 'expired', 'sent'],
  ['order_expired', 'refund_due', 'overtaken'],
  ['order_link', 'paying', 'sent'],
  ['order_link', 'paid', 'sent'],
  ['order_link', 'expired', 'overtaken'],
  ['payment_refunded', 'paid', 'sent'],
  ['payment_refunded', 'refunded', 'sent'],
] as const)('%s of an order that is %s by now: %s', async (kind, state, outcome) => {
  const mail = request(1, { kind });
  orders.set(mail.order, paidOrder({ id: mail.order, state }));
  await makeDue(mail);
  await run(streamOf(...(await outbox())));
  expect(await outbox()).toMatchObject([{ outcome }]);
});

test('an item stays small, before and after', async () => {
  const mail = request(1, { to: `${'a'.repeat(242)}@example.com` });
  const size = async () => Buffer.byteLength(JSON.stringify((await outbox())[0]));
  await makeDue(mail);
  expect(await size()).toBeLessThan(1024);
  await run(streamOf(...(await outbox())));
  expect(await size()).toBeLessThan(400);
});
