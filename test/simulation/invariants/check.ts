import { type Scene, Violation } from '../scene.ts';
import { bankAgrees, invoicesAreSettled, transfersAreRight } from './bank.ts';
import { calledOffIsSettled, runnersWereAsked } from './called-off.ts';
import { mailsAreRight } from './mails.ts';
import {
  booksAreRight,
  buyersAreTreatedWell,
  linesAreRight,
  paymentsAreRight,
  refundsAreDone,
  stripeAgrees,
} from './money.ts';
import { placesAreRight, runnersAreRight, usesAreRight } from './places.ts';
import { readState } from './state.ts';
import { waitingListsAreRight } from './waiting.ts';

/**
 * Looks at everything and throws a Violation that names all that is wrong.
 * @param when `always` for what must hold whenever the jobs that heal have run; `at the end`, when nothing can come
 * any more, also for what must have come by then.
 */
export async function check(scene: Scene, when: 'always' | 'at the end'): Promise<void> {
  const { service, events } = scene;
  const state = await readState(service, events);
  const { db, world, keys } = service;
  const statement = new Map(
    scene.memory.statement
      .filter(({ line }) => scene.memory.recorded.has(line))
      .map(({ line, amount }) => [line, amount.amount]),
  );
  const problems = [
    ...placesAreRight(state, scene.memory.resizing > 0),
    ...usesAreRight(state),
    ...linesAreRight(state),
    ...buyersAreTreatedWell(state),
    ...runnersAreRight(state, keys),
    ...waitingListsAreRight(state),
    ...transfersAreRight(state, statement),
    ...runnersWereAsked(state, world.now()),
    ...(await Array.fromAsync(booksAreRight(state, db, world))),
    ...(when === 'at the end'
      ? [
          ...paymentsAreRight(state),
          ...(await Array.fromAsync(stripeAgrees(state, db))),
          ...refundsAreDone(state),
          ...calledOffIsSettled(state, scene.memory),
          ...bankAgrees(state),
          ...invoicesAreSettled(state),
          ...mailsAreRight(state),
        ]
      : []),
  ];
  if (problems.length > 0) throw new Violation([`It is not so ${when}:`, ...problems].join('\n  '));
}
