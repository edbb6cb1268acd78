import type { WaitingInput } from '../contracts/waiting.ts';
import { ageErrors, runnerLockId } from '../entries/runner.ts';
import { lockHolder, runnerIsFree } from '../entries/runner-lock.ts';
import { freeSlot, readSlots, takeSlot } from '../entries/slots.ts';
import {
  isLive,
  isLiveStay,
  joinParts,
  readWaiter,
  stayOf,
  type Waiter,
  waiterId,
} from '../entries/waiter.ts';
import { readList } from '../entries/waiting-list.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { keyedDigest } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { refuseOutsideWindow } from './check-order.ts';
import { mailbox } from './hold-limits.ts';
import { releaseLeft } from './make-way.ts';
import { readOrder } from './order.ts';
import type { Shop } from './shop.ts';
import type { Keys } from './tokens.ts';

/** A request to wait for a place of a distance. */
export interface WaitingRequest {
  readonly event: string;
  readonly distance: string;
  readonly idempotencyKey: string;
  readonly input: WaitingInput;
}

/** Rounds in which joining may meet other writers of the same waiter. */
const mostRounds = 5;

/**
 * Puts a runner at the end of the waiting list of a distance. Repeating a request with its Idempotency-Key finds the
 * waiter that the first one made; whoever left, let an offer lapse or lost the accepted place may join again, at the
 * end. A mail address has so many runners waiting in the event at a time, and no more.
 * @returns the waiter's id.
 * @throws Refusal with the codes that the route `joinWaitingList` names.
 */
export async function joinWaitingList(
  { db, world, catalogue, keys }: Shop & { readonly keys: Keys },
  { event: eventId, distance: distanceId, idempotencyKey, input }: WaitingRequest,
): Promise<string> {
  const event = await catalogue.event(eventId);
  if (!event) throw new Refusal('event_unknown');
  const distance = event.distances.find(({ id }) => id === distanceId);
  if (!distance) throw new Refusal('distance_unknown');
  const { minAge, maxAge } = distance;
  const rule = { raceDay: event.raceDay, minAge, ...(maxAge !== undefined && { maxAge }) };
  const errors = ageErrors(input.runner.birthDate, rule, 'runner');
  if (errors.length > 0) throw new Refusal('validation_failed', { errors });
  const list = { event: event.id, distance: distance.id };
  const lock = runnerLockId(keys.runnerLock, event.id, input.runner);
  const id = waiterId(list, lock);
  const request = keyedDigest(keys.orderToken, 'join', id, idempotencyKey);
  const owner = keyedDigest(keys.runnerLock, 'waiting', event.id, mailbox(input.contact.email));
  const mostWaiters = event.limits.waitingPerMail ?? event.limits.entriesPerOrder;
  const { givenName, familyName } = input.runner;
  for (let round = 0; round < mostRounds; round += 1) {
    // Read before the waiter: if this very request has taken the last one meanwhile, its waiter is found.
    const slots = await readSlots(db, owner, mostWaiters);
    const earlier = await readWaiter(db, id);
    if (earlier?.request === request) return id;
    refuseOutsideWindow(event, distance, 'distance', world.now());
    if (earlier && isLive(earlier)) {
      await mailLink({ db, world }, earlier);
      throw new Refusal('runner_already_waiting', { field: 'runner' });
    }
    const holder = await lockHolder(db, lock);
    const order = holder === undefined ? undefined : await readOrder(db, holder);
    if (order && !(await releaseLeft({ db, world }, order, lock)))
      throw new Refusal('runner_already_entered', { field: 'runner' });
    if ((await readList(db, list)).mode !== 'open') throw new Refusal('waiting_list_not_open');
    const slot = await freeSlot(world, slots, (stay) => isLiveStay(db, stay));
    if (!slot) throw new Refusal('too_many_waiting', { field: 'contact.email' });
    const waiter: Waiter = {
      id,
      state: 'waiting',
      ...list,
      lock,
      givenName,
      ...(familyName !== undefined && { familyName }),
      ...input.contact,
      joinedAt: world.now().toISOString(),
      request,
    };
    const outcome = await commit(db, world, [
      ...joinParts(waiter, earlier),
      runnerIsFree('lock', lock),
      takeSlot('slot', slot, stayOf(waiter), new Date(event.raceDay).toISOString()),
      joinedMail(waiter, `${id}#joined#${waiter.joinedAt}`, world.now()),
    ]);
    if (outcome.done) return id;
  }
  throw new DatabaseBusy(`Joining the waiting list of ${distance.id} met other writers at every try.`);
}

/** Somebody enters a runner who waits already: the link goes to the address given then, at most once an hour. */
async function mailLink({ db, world }: Pick<Shop, 'db' | 'world'>, waiter: Waiter): Promise<void> {
  const hour = world.now().toISOString().slice(0, 13);
  await commit(db, world, [joinedMail(waiter, `${waiter.id}#link#${hour}`, world.now())]);
}

function joinedMail(waiter: Waiter, id: string, now: Date) {
  return mailDue({
    id,
    kind: 'waiting_joined',
    waiter: waiter.id,
    to: waiter.email,
    locale: waiter.locale,
    createdAt: now.toISOString(),
  });
}
