import { publish } from '../../../shared/catalogue/publish.ts';
import { catalogueEvent } from '../../../shared/catalogue/schema.ts';
import { readStoredEvent } from '../../../shared/catalogue/store.ts';
import type { CallOffInput } from '../../../shared/contracts/changes.ts';
import type { CallOffAnswered } from '../memory.ts';
import type { Activity, Scene } from '../scene.ts';
import { goToPaymentPage, order } from './buying.ts';
import type { Desk } from './desk.ts';
import { adults } from './inputs.ts';
import { payPage } from './paying.ts';

const hour = 3_600_000;

const enterOther: Activity = {
  name: 'enter the other race',
  weight: 13,
  begin: async (scene) => {
    const { chance, memory, other } = scene;
    // Once it is called off, few still try.
    if (!other || (memory.callOffs.length > 0 && !chance.happens(0.1))) return false;
    const count = chance.happens(0.7) ? 1 : 3;
    const runners = new Set(Array.from({ length: count }, () => chance.pick(adults)));
    const entries = [...runners].map((runner) => {
      const distance = chance.weighted([
        { weight: 5, id: '10k' },
        { weight: 2, id: '5k' },
        { weight: 2, id: '20k' },
        { weight: 1, id: 'relay' },
      ])?.id;
      return { distance: distance ?? '10k', runner: distance === 'relay' ? undefined : runner };
    });
    await order(scene, { event: other, entries, gifts: [], mail: `runner${[...runners][0]}@example.com` });
    return true;
  },
};

const payOther: Activity = {
  name: 'go and pay for the other race',
  weight: 14,
  begin: async (scene) => {
    const { chance, memory, other } = scene;
    const open = memory.orders.filter(({ event, state }) => event === other?.id && state === 'held');
    const found = chance.pick(open);
    const page = chance.pick(
      memory.pages.filter((one) => one.order.event === other?.id && one.paid === 'no'),
    );
    if (page && chance.happens(0.5)) return payPage(scene, page, '4242424242424242');
    if (!found) return false;
    await goToPaymentPage(scene, found);
    return true;
  },
};

/** Orders of the other race that were paid, as far as those who paid know. */
function paidOrders({ memory, other }: Scene) {
  const paid = new Set(memory.pages.flatMap((page) => (page.paid === 'yes' ? [page.order] : [])));
  return memory.orders.filter(
    (known) => known.event === other?.id && (known.state === 'paid' || paid.has(known)),
  );
}

const answer: Activity = {
  name: 'answer what becomes of an entry',
  weight: 12,
  begin: async (scene) => {
    const { chance, memory, event } = scene;
    const calledOff = memory.callOffs.at(-1);
    const found = chance.pick(
      paidOrders(scene).flatMap((known) => known.entries.map(({ entry }) => ({ known, entry }))),
    );
    // Carrying over is not offered of a cancelled race; somebody tries all the same.
    const choice = chance.weighted([
      { weight: 3, what: 'refund' as const },
      { weight: 2, what: 'leave' as const },
      { weight: calledOff?.kind === 'postponed' ? 4 : 0.3, what: 'carryOver' as const },
    ])?.what;
    const project = chance.pick(event.projects)?.id;
    if (!calledOff || !found || !choice) return false;
    const { known, entry } = found;
    const said: CallOffAnswered = {
      entry,
      choice,
      ...(choice === 'leave' && { leaveTo: project }),
      callOffs: memory.callOffs.length,
      accepted: false,
    };
    memory.answers.push(said);
    const body = { choice, ...(said.leaveTo !== undefined && { leaveTo: said.leaveTo }) };
    const path = `/api/orders/${known.token}/entries/${entry}/call-off`;
    await scene.send({ to: 'public-api', method: 'POST', path, body }, ({ status, body: view }) => {
      if (status >= 300) return;
      said.accepted = true;
      memory.saw(view);
    });
    return true;
  },
};

const newDay: Activity = {
  name: 'a postponed race has a new day',
  weight: 1,
  begin: async (scene) => {
    const { memory, other, service } = scene;
    if (!other || memory.callOffs.at(-1)?.kind !== 'postponed') return false;
    const stored = await readStoredEvent(service.db, other.id);
    if (!stored?.calledOff || stored.definition.raceDay !== other.raceDay) return false;
    const later = (moment: string) => new Date(Date.parse(moment) + 21 * 24 * hour).toISOString();
    const moved = catalogueEvent.parse({
      ...stored.definition,
      raceDay: later(other.raceDay).slice(0, 10),
      distances: stored.definition.distances.map((distance) => ({
        ...distance,
        startsAt: later(distance.startsAt),
      })),
    });
    await publish(service.db, service.world, moved, { replace: true });
    scene.note(`${other.id} has the new day ${moved.raceDay}`);
    return true;
  },
};

const callOff = (send: Desk): Activity => ({
  name: 'staff call the other race off',
  weight: 12,
  begin: async (scene) => {
    const { chance, clock, memory, other } = scene;
    const before = memory.callOffs.at(-1);
    const kind = before || chance.happens(0.5) ? 'cancelled' : 'postponed';
    const carriesOver = kind === 'postponed' && chance.happens(0.5);
    const time = chance.pick([3, 12, 30]) ?? 3;
    const isLate = before
      ? before.kind === 'postponed' && chance.happens(0.2)
      : paidOrders(scene).length >= 2;
    if (!other || !isLate) return false;
    const body: CallOffInput = {
      kind,
      answerBy: new Date(clock.now() + time * hour).toISOString(),
      unanswered: carriesOver ? 'carryOver' : 'refund',
      note: 'A storm is coming.',
    };
    const begun = await send(scene, { method: 'POST', path: `events/${other.id}/call-off`, body });
    if (begun) memory.callOffs.push(body);
    return begun;
  },
});

/** What happens to a race that does not take place, or not on its day. */
export const callingOff = (send: Desk): readonly Activity[] => [
  enterOther,
  payOther,
  callOff(send),
  answer,
  newDay,
];
