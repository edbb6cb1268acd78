import { type CallOff, openCallOff } from '../catalogue/call-off.ts';
import {
  type CallOffProgress,
  readCallOffProgress,
  writeCallOffProgress,
} from '../catalogue/call-off-progress.ts';
import { type PublishedEvent, readStoredEvent, writeEvent } from '../catalogue/store.ts';
import { readAvailability } from '../entries/availability.ts';
import { type PlaceItem, readBlock, stateOf } from '../entries/places.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { endedParts } from './call-off.ts';
import { liveEntries } from './end-entries.ts';
import { type EntryLine, isCarriedOver } from './lines.ts';
import { type Order, readOrder, readOrderWithEntries } from './order.ts';
import type { Shop } from './shop.ts';

/** What a round of tending did: buyers asked, and entries without an answer that were ended. */
export interface TendedCallOffs {
  asked: number;
  ended: number;
}

/** Orders looked at in one round: some minutes of work at most, and the next round goes on. */
const mostOrders = 400;

/** Rounds in which ending entries may meet other writers of their order. */
const mostRounds = 8;

/**
 * Works through every event that is called off: asks whoever has a paid entry what is to become of it, and when the time
 * to answer is over ends the entries without an answer where that is what was decided. It goes from block to block of
 * the places, notes how far it came, and may stop anywhere: what it does again changes nothing.
 */
export async function tendCallOffs(shop: Shop): Promise<TendedCallOffs> {
  const tended: TendedCallOffs = { asked: 0, ended: 0 };
  for (const event of await shop.catalogue.events())
    if (event.calledOff && event.calledOff.settledAt === undefined)
      await tend(shop, event, event.calledOff, tended);
  return tended;
}

async function tend(
  shop: Shop,
  event: PublishedEvent,
  calledOff: CallOff,
  tended: TendedCallOffs,
): Promise<void> {
  const { db, world } = shop;
  const phase = world.now().toISOString() < calledOff.answerBy ? 'asking' : 'settling';
  if (phase === 'settling' && calledOff.unanswered === 'carryOver')
    return markSettled(shop, event.id, calledOff);
  const before = await readCallOffProgress(db, event.id);
  let reached = await withNewBlocks(
    shop,
    event.id,
    before?.phase === phase && before.of === calledOff.at
      ? before
      : { phase, of: calledOff.at, known: {}, todo: [], held: [], again: false },
  );
  let looked = 0;
  for (let [where] = reached.todo; where; [where] = reached.todo) {
    if (looked >= mostOrders) return;
    const { orders, isHeld } = await tendBlock(shop, event, calledOff, where, phase, tended);
    looked += orders;
    const [, ...todo] = reached.todo;
    reached = { ...reached, todo, held: isHeld ? [...reached.held, where] : reached.held };
    await writeCallOffProgress(db, world, event.id, reached);
    if (todo.length === 0) reached = await withNewBlocks(shop, event.id, reached);
  }
  // What was only held may have been paid in time all the same, and be told of late: it is looked at until it is not.
  const { held } = reached;
  if (held.length > 0 || !reached.again)
    await writeCallOffProgress(db, world, event.id, { ...reached, todo: held, held: [], again: true });
  if (phase === 'settling' && held.length === 0) await markSettled(shop, event.id, calledOff);
}

/**
 * Puts down the blocks of places that were never put down: at first all of them, also those beyond a capacity that was
 * lowered; later those of distances that were added or have grown.
 */
async function withNewBlocks(
  { db, catalogue }: Shop,
  id: string,
  reached: CallOffProgress,
): Promise<CallOffProgress> {
  const { distances = [] } = (await catalogue.event(id)) ?? {};
  const found = await Promise.all(
    distances.map(async ({ id: distance, capacity }) => {
      const { occupancy } = await readAvailability(db, id, distance, { strong: true });
      return { distance, blocks: occupancy.blocksOf(capacity) };
    }),
  );
  const known = { ...reached.known };
  const todo = [...reached.todo];
  for (const { distance, blocks } of found) {
    todo.push(...blocks.slice(known[distance] ?? 0).map((block) => ({ distance, block })));
    known[distance] = Math.max(known[distance] ?? 0, blocks.length);
  }
  return { ...reached, known, todo };
}

/** @returns how many orders have places there for good, and whether an order that it concerns only holds one. */
async function tendBlock(
  shop: Shop,
  event: PublishedEvent,
  calledOff: CallOff,
  where: CallOffProgress['todo'][number],
  phase: 'asking' | 'settling',
  tended: TendedCallOffs,
): Promise<{ orders: number; isHeld: boolean }> {
  const places = await readBlock(shop.db, { event: event.id, ...where }, { strong: true });
  const taken = places.filter((place) => stateOf(place) === 'taken');
  const orders = new Set(taken.flatMap(({ order }) => order ?? []));
  for (const id of orders) {
    if (phase === 'asking') tended.asked += (await ask(shop, event, id, calledOff)) ? 1 : 0;
    else tended.ended += await end(shop, event, calledOff, id);
  }
  return { orders: orders.size, isHeld: await isHeldOfIt(shop, event, places) };
}

/** Whether a place is held by an order that the call-off concerns: none that was placed for the new day. */
async function isHeldOfIt(
  { db }: Shop,
  event: PublishedEvent,
  places: readonly PlaceItem[],
): Promise<boolean> {
  const held = places.filter((place) => stateOf(place) === 'held');
  for (const id of new Set(held.flatMap(({ order }) => order ?? []))) {
    const order = await readOrder(db, id);
    if (order && openCallOff(event, order)) return true;
  }
  return false;
}

/** Asks the buyer of an order by mail, once. */
async function ask(shop: Shop, event: PublishedEvent, id: string, { at }: CallOff): Promise<boolean> {
  const order = await readOrder(shop.db, id);
  if (order?.state !== 'paid' || !openCallOff(event, order) || liveEntries(order).length === 0) return false;
  const { email: to, locale } = order.contact;
  const { done } = await commit(shop.db, shop.world, [
    mailDue({
      id: `${id}#called-off#${at}`,
      kind: 'event_called_off',
      order: id,
      to,
      locale,
      createdAt: shop.world.now().toISOString(),
    }),
  ]);
  return done;
}

/** Ends the entries of an order for which nothing was chosen. */
async function end(shop: Shop, event: PublishedEvent, calledOff: CallOff, id: string): Promise<number> {
  let ended = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    const whole = await readOrderWithEntries(shop.db, id);
    const lines = whole ? endedTogether(unanswered(whole.order, event, calledOff)) : [];
    if (!whole || lines.length === 0) return ended;
    const parts = await endedParts(shop, { whole, event }, lines);
    if (!(await commit(shop.db, shop.world, parts)).done) continue;
    ended += lines.length;
    round = 0;
  }
  throw new DatabaseBusy(`Ending the entries of order ${id} met other writers at every try.`);
}

/** Entries that fit one transaction: those with orders of their changes one by one. */
function endedTogether(lines: readonly EntryLine[]): readonly EntryLine[] {
  const plain = lines.filter(({ extras }) => extras === undefined);
  return plain.length > 0 ? plain : lines.slice(0, 1);
}

function unanswered(order: Order, event: PublishedEvent, calledOff: CallOff): EntryLine[] {
  if (order.state !== 'paid' || !openCallOff(event, order)) return [];
  return liveEntries(order).filter((line) => !isCarriedOver(line, calledOff));
}

async function markSettled({ db, world }: Shop, id: string, { at }: CallOff): Promise<void> {
  const stored = await readStoredEvent(db, id);
  // Another decision may stand there by now, which is not settled with this one.
  if (stored?.calledOff?.at !== at || stored.calledOff.settledAt !== undefined) return;
  const settledAt = world.now().toISOString();
  // Refused when somebody edits the event just now: the next round does it.
  await writeEvent(db, world, stored.definition, stored, false, {
    calledOff: { ...stored.calledOff, settledAt },
  });
}
