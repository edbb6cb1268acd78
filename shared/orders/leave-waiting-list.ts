import { withdrawOffer } from '../entries/places.ts';
import { isLive, leaveQueue, moveWaiter, readWaiter } from '../entries/waiter.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import type { Shop } from './shop.ts';

/** Rounds in which leaving may meet an offer that is made or ends at the same moment. */
const mostRounds = 5;

/**
 * Takes somebody off a waiting list; a place that is offered to them goes to the next. Nothing when they have left,
 * lapsed or accepted already, or when there is no such waiter.
 */
export async function leaveWaitingList({ db, world }: Pick<Shop, 'db' | 'world'>, id: string): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const waiter = await readWaiter(db, id);
    if (!waiter || !isLive(waiter)) return;
    const { event, distance, place } = waiter;
    const outcome = await commit(db, world, [
      moveWaiter('waiter', waiter, 'left'),
      waiter.state === 'offered' && place !== undefined
        ? withdrawOffer('place', { event, distance, n: place }, id)
        : leaveQueue(waiter),
    ]);
    if (outcome.done) return;
  }
  throw new DatabaseBusy(`Waiter ${id} met other writers at every try.`);
}
