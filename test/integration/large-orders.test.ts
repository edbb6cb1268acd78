import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import { newMember } from '../../shared/entries/members.ts';
import { runnerLockId } from '../../shared/entries/runner.ts';
import { lockRunner } from '../../shared/entries/runner-lock.ts';
import { callEventOff } from '../../shared/orders/call-off.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { joinTeam } from '../../shared/orders/teams.ts';
import { tendCallOffs } from '../../shared/orders/tend-call-offs.ts';
import { commit } from '../../shared/platform/database.ts';
import { hold, orderNow, refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { paidOrderOf } from '../support/paying.ts';
import {
  expectMoneyHolds,
  factsSince,
  latestEvent,
  refundByStaff,
  settleRefunds,
  tellAll,
} from '../support/refunding.ts';
import { sampleEntry, sampleRunner } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, participant, teamEntry } from '../support/teams.ts';
import { join } from '../support/waiting.ts';

// The largest order there can be: ten teams of fifty, of an event of twenty projects. A transaction of DynamoDB holds 100 actions.
const [teams, size] = [10, 50];

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(largestEvent());
});
afterEach(() => shop.stop());

/** One whose teams give to as many projects as there can be: each has a guard in what gives their fee back. */
function largestEvent(): CatalogueEvent {
  const event = changeableEvent({ rule: { smallest: 2, largest: size, leastWomen: 1 } });
  const [project] = event.projects;
  const more = Array.from({ length: 20 - event.projects.length }, (_, index) => ({
    ...project,
    id: `p-${index}`,
  }));
  const projects = [...event.projects, ...more];
  const weights = Object.fromEntries(projects.map(({ id }) => [id, 1]));
  return catalogueEvent.parse({
    ...event,
    projects,
    distances: event.distances.map((distance) =>
      distance.kind === 'team'
        ? { ...distance, allocation: { ...distance.allocation, to: { chosenBy: 'weights', weights } } }
        : distance,
    ),
  });
}

const numberOf = (team: number, member: number) => 1000 + team * size + member;

/** A paid order of full teams, whose members are written as joining writes them, but many at once. */
async function fullTeams(): Promise<Order> {
  const entries = Array.from({ length: teams }, (_, index) => {
    const { project: _project, ...entry } = teamEntry(`Команда ${index}`);
    return entry;
  });
  const order = await paidOrderOf(shop, 1, entries);
  for (const [team, { entry }] of entryLines(order).entries()) {
    const members = Array.from({ length: size }, (_, member) => {
      const runner = sampleRunner(numberOf(team, member));
      const lock = runnerLockId(shop.desk.keys.runnerLock, 'test-race', runner);
      const id = `mem_${team}x${member}`;
      return { id, entry, runner, lock, by: 'self' as const, consentedAt: order.createdAt, fingerprint: '' };
    });
    for (const half of [members.slice(0, size / 2), members.slice(size / 2)]) {
      const outcome = await commit(
        shop.db,
        shop.world,
        half.flatMap((member) => [
          newMember(order.id, member),
          lockRunner(`lock:${member.id}`, member.lock, order.id),
        ]),
      );
      expect(outcome.done).toBe(true);
    }
  }
  return order;
}

const endings = async (id: string) => entryLines(await orderNow(shop, id)).map((line) => line.cancelled?.why);
const all = <Value>(value: Value) => Array.from({ length: teams }, () => value);

it('ends by a staff refund of all, and every member may enter again', async () => {
  const order = await fullTeams();
  expect((await refusalOf(hold(shop, 2, { entries: [sampleEntry(numberOf(9, 49))] }))).code).toBe(
    'runner_already_entered',
  );
  await refundByStaff(shop, order.id);
  await settleRefunds(shop);
  expect(await endings(order.id)).toEqual(all('staff'));
  await expectMoneyHolds(shop);
  // The first one's lock went with the refund, the last one's goes when it is wanted: once, whoever wants it.
  expect((await hold(shop, 3, { entries: [sampleEntry(numberOf(0, 0))] })).state).toBe('held');
  const wanted = await Promise.allSettled(
    [4, 5, 6].map((number) => hold(shop, number, { entries: [sampleEntry(numberOf(9, 49))] })),
  );
  expect(wanted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('ends by a refund of all in the provider’s dashboard', async () => {
  const order = await fullTeams();
  const latest = await latestEvent(shop);
  await shop.stripe.refunds.create({ payment_intent: order.payment?.id ?? '' });
  await tellAll(shop, await factsSince(shop, latest));
  expect(await endings(order.id)).toEqual(all('refunded'));
  expect((await orderNow(shop, order.id)).state).toBe('refunded');
});

it('ends when its event is called off', async () => {
  const order = await fullTeams();
  const answerBy = '2026-12-10T00:00:00.000Z';
  const input = { kind: 'cancelled', answerBy, unanswered: 'refund', note: 'Storm' } as const;
  await callEventOff(shop, 'test-race', { by: 'dana', input });
  shop.world.set(answerBy);
  expect(await tendCallOffs(shop.till)).toMatchObject({ ended: teams });
  expect(await endings(order.id)).toEqual(all('event'));
});

it('leaves a lock with who has it for a team that stands', async () => {
  const order = await fullTeams();
  await refundByStaff(shop, order.id, { lines: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
  const [standing] = entryLines(order);
  if (!standing) throw new Error('There is no team.');
  const request = { order: order.id, entry: standing.entry, by: 'self' as const };
  await joinTeam(shop.desk, { ...request, idempotencyKey: 'left', input: participant(numberOf(9, 49)) });
  const lock = runnerLockId(shop.desk.keys.runnerLock, 'test-race', sampleRunner(numberOf(9, 49)));
  const holders = async () => (await contents(shop.db, 'runners')).filter(({ pk }) => pk === lock);
  expect(await holders()).toMatchObject([{ order: order.id }]);
  for (const number of [numberOf(9, 49), numberOf(0, 0)])
    expect((await refusalOf(hold(shop, number, { entries: [sampleEntry(number)] }))).code).toBe(
      'runner_already_entered',
    );
  expect(await holders()).toMatchObject([{ order: order.id }]);
  // Neither is told to have an entry who has none, nor the other way round.
  expect((await refusalOf(join(shop, numberOf(9, 48)))).code).toBe('waiting_list_not_open');
  expect((await refusalOf(join(shop, numberOf(9, 49)))).code).toBe('runner_already_entered');
});
