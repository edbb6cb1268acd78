import type { State } from './state.ts';

/** Who waits is in the queue, and who is offered a place has it. */
export function* waitingListsAreRight({ waiting, places, events }: State): Generator<string> {
  const waiters = waiting.filter(({ sk }) => sk === 'waiter');
  const queued = new Set(
    waiting.filter(({ pk }) => String(pk).startsWith('queue#')).map(({ sk }) => String(sk).split('#').at(-1)),
  );
  for (const { pk, state, place, distance } of waiters) {
    if ((state === 'waiting') !== queued.has(String(pk)))
      yield `the waiter ${pk} is ${state}, unlike the queue`;
    const offered = places.find(({ offeredTo }) => offeredTo === pk);
    if (state === 'offered' && offered?.n !== place) yield `the place ${place} that ${pk} is offered is not`;
    if (state !== 'offered' && offered) yield `a place of ${distance} is offered to ${pk}, who is ${state}`;
  }
  for (const id of queued)
    if (!waiters.some(({ pk }) => pk === id)) yield `somebody unknown is in the queue: ${id}`;
  for (const { pk, sk, mode } of waiting) {
    if (!String(pk).startsWith('list#') || mode === 'open') continue;
    const [, event = ''] = String(pk).split('#');
    const distance = events.get(event)?.distances.find(({ id }) => id === sk);
    const kept = places.filter(
      (place) => String(place.pk).startsWith(`${event}#${sk}#`) && place.onFree === 'list',
    );
    if (mode === 'closed' && kept.length > 0)
      yield `the list of ${distance?.id} (${distance?.capacity} places) is closed and keeps ${kept.map(({ n }) => n).join()}`;
  }
}
