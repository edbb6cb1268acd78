import type { CatalogueEvent } from '../shared/catalogue/schema.ts';
import { allocateFee } from '../shared/charity/allocate.ts';
import { newEntry } from '../shared/entries/entry.ts';
import { keepPlace, takePlace } from '../shared/entries/places.ts';
import { runnerLockId } from '../shared/entries/runner.ts';
import { lockRunner } from '../shared/entries/runner-lock.ts';
import { takeSlot } from '../shared/entries/slots.ts';
import { bookParts } from '../shared/ledger/book.ts';
import { mailDue } from '../shared/mail/outbox.ts';
import { attemptWithin } from '../shared/orders/attempt.ts';
import { paidBooking } from '../shared/orders/booking.ts';
import { moveOrder, newOrder, type Order } from '../shared/orders/order.ts';
import { commit, type Database, type Part } from '../shared/platform/database.ts';
import { derivedId, keyedDigest } from '../shared/platform/ids.ts';
import { realWorld } from '../shared/platform/world.ts';
import { orderOf } from './race.ts';
import { inParallel } from './statistics.ts';

const key = 'runner-lock-key-for-benchmarks';

/** The transactions of one paid entry. */
interface Transactions {
  readonly hold: readonly Part[];
  readonly confirm: readonly Part[];
}

/**
 * The least that taking or selling places can cost here: the transactions alone, straight through the SDK, made ready
 * before the clock runs. No reading, no choice, no contract, no HTTP, no projection, no mail.
 * @returns the seconds it took.
 */
export async function runFloor(
  db: Database,
  event: CatalogueEvent,
  round: { kind: 'holds' | 'paid'; first: number; count: number; clients: number },
): Promise<number> {
  const made = Array.from({ length: round.count }, (_, index) => transactions(event, round.first + index));
  const started = performance.now();
  await inParallel(round.count, round.clients, async (index) => {
    const parts = made[index];
    if (!parts) return;
    await done(db, parts.hold);
    if (round.kind === 'paid') await done(db, parts.confirm);
  });
  return (performance.now() - started) / 1000;
}

async function done(db: Database, parts: readonly Part[]): Promise<void> {
  const outcome = await commit(db, realWorld, parts);
  if (!outcome.done) throw new Error(`The floor met itself: ${[...outcome.refused].join(', ')}`);
}

/** The same parts as the service's own, of the same shapes and sizes; place `n` is runner `n`'s. */
function transactions(event: CatalogueEvent, n: number): Transactions {
  const [distance] = event.distances;
  const { contact, entries } = orderOf(n);
  const [input] = entries;
  const runner = input?.runner;
  if (!distance || !runner) throw new Error('The event has no distance for runners.');
  const id = derivedId('ord', event.id, String(n));
  const entry = derivedId('ent', id, '0');
  const lock = runnerLockId(key, event.id, runner);
  const now = new Date();
  const createdAt = now.toISOString();
  const heldUntil = new Date(now.getTime() + event.holdMinutes * 60_000);
  const price = input.price.amount;
  const order: Order = {
    id,
    state: 'held',
    event: event.id,
    currency: event.currency,
    total: price,
    lines: [
      {
        kind: 'entry',
        entry,
        distance: distance.id,
        place: n,
        price,
        ruleVersion: distance.allocation.version,
        shares: allocateFee(price, distance.allocation, input.project),
        lock,
      },
    ],
    contact,
    createdAt,
    heldUntil: heldUntil.toISOString(),
    attempt: attemptWithin(1, heldUntil),
    fingerprint: `${id}-0123456789abc`,
  };
  const place = { event: event.id, distance: distance.id, n };
  const payment = {
    id: `pi_${id.slice(4)}`,
    amount: price,
    currency: event.currency,
    account: 'stripe' as const,
    sessionCreatedAt: createdAt,
    paidAt: createdAt,
  };
  return {
    hold: [
      newOrder(order),
      newEntry('entry', id, {
        id: entry,
        event: event.id,
        distance: distance.id,
        runner,
        consentedAt: createdAt,
      }),
      lockRunner('lock', lock, id),
      takePlace('place', place, { order: id, entry, heldUntil: heldUntil.toISOString() }, now),
      takeSlot('slot', { owner: keyedDigest(key, contact.email), number: 1 }, id, heldUntil.toISOString()),
    ],
    confirm: [
      moveOrder(id, 'paid', {
        set: { payment: { id: payment.id, at: payment.paidAt }, lines: order.lines },
        remove: ['heldUntil'],
        condition: 'attribute_not_exists(payment)',
      }),
      keepPlace('place', place, id),
      ...bookParts(paidBooking(order, payment, event.zone)),
      mailDue({
        id: `${id}#paid`,
        kind: 'order_paid',
        order: id,
        to: contact.email,
        locale: contact.locale,
        createdAt,
      }),
    ],
  };
}
