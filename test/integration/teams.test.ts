import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ParticipantInput } from '../../shared/contracts/changes.ts';
import { isMember } from '../../shared/entries/members.ts';
import { linkedBy } from '../../shared/orders/entry-tokens.ts';
import { joinTeam, leaveTeam, loadTeamView } from '../../shared/orders/teams.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import { report } from '../../shared/reports/report.ts';
import { hold, minutes, refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { sampleEntry, sampleRunner } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, participant, teamEntry } from '../support/teams.ts';

let shop: TestShop;
let team: { order: string; entry: string };
let numbers = 0;
beforeAll(async () => {
  shop = await openTestShop(changeableEvent());
});
afterAll(() => shop.stop());
beforeEach(async () => {
  numbers += 100;
  team = nameOf(await paidOrderOf(shop, numbers, [teamEntry(`Команда ${numbers}`)]));
});

/** A runner nobody else of these tests is. */
const somebody = (number: number, changes: Parameters<typeof participant>[1] = {}) =>
  participant(numbers + number, changes);
const join = (key: string, input: ParticipantInput, desk = shop.desk) =>
  joinTeam(desk, { ...team, by: 'self', idempotencyKey: `${key}-${numbers}`, input });
const view = () => loadTeamView(shop.desk, team.order, team.entry);

/** What is stored of the team: its count, its members, and the locks its order has. */
async function stored() {
  const items = (await contents(shop.db, 'orders')).filter(({ pk }) => pk === team.order);
  const locks = (await contents(shop.db, 'runners')).filter(({ order }) => order === team.order);
  const entry = items.find(({ sk }) => sk === team.entry);
  const members = items.filter(isMember);
  return { count: entry?.members, women: entry?.women, members: members.length, locks: locks.length };
}

/** What DynamoDB does with a mail whose time is over. */
async function forgetMail(id: string): Promise<void> {
  for (const { pk, sk } of (await contents(shop.db, 'outbox')).filter((item) => item.sk === id))
    await shop.db.client.send(
      new DeleteCommand({ TableName: physicalName(shop.db.prefix, 'outbox'), Key: { pk, sk } }),
    );
}

describe('a team', () => {
  it('has a paid place, no members and no lock at first', async () => {
    expect(await view()).toMatchObject({ members: [], missing: { members: 2, women: 1 }, joinable: true });
    expect(await stored()).toEqual({ count: 0, women: 0, members: 0, locks: 0 });
  });

  it('is complete when its members have joined, and shows them by initials', async () => {
    await join('a', somebody(1, { sex: 'male', givenName: 'Ерлан', familyName: 'Сағынтаев' }));
    const { team: seen } = await join('b', somebody(2));
    expect(seen).toMatchObject({ missing: { members: 0, women: 0 }, joinable: true });
    expect(seen.members.map(({ name }) => name)).toContain('Ерлан С.');
    expect(JSON.stringify(seen)).not.toMatch(/Сағынтаев|\+7701|1993|example/);
    expect(await stored()).toEqual({ count: 2, women: 1, members: 2, locks: 2 });
  });

  it('keeps its last place for a woman, who is needed', async () => {
    for (const key of ['a', 'b']) await join(key, somebody(key.charCodeAt(0), { sex: 'male' }));
    const refused = await refusalOf(join('c', somebody(3, { sex: 'male' })));
    expect(refused.code).toBe('team_composition');
    await join('d', somebody(4));
    expect((await refusalOf(join('e', somebody(5)))).code).toBe('team_full');
    expect(await stored()).toEqual({ count: 3, women: 1, members: 3, locks: 3 });
  });

  it('takes nobody whose age, phone or consent is wrong', async () => {
    const refused = await refusalOf(
      join('a', {
        ...somebody(1, { birthDate: '2015-01-01', phone: '12' }),
        consents: { rules: false, personalData: true },
      }),
    );
    expect(refused.detail.errors).toEqual([
      { field: 'consents.rules', code: 'consent_required' },
      { field: 'runner.birthDate', code: 'too_young', limit: 16 },
      { field: 'runner.phone', code: 'phone_invalid' },
    ]);
    expect(await stored()).toMatchObject({ count: 0, members: 0, locks: 0 });
  });
});

describe('members who come at once', () => {
  it('never outgrow the team', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => join(`race-${index}`, somebody(index))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await stored()).toEqual({ count: 3, women: 3, members: 3, locks: 3 });
  });

  it('are one when they are the same request', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => join('same', somebody(1))));
    expect(new Set(answers.map(({ token }) => token)).size).toBe(1);
    expect(await stored()).toEqual({ count: 1, women: 1, members: 1, locks: 1 });
  });
});

describe('a request that is repeated', () => {
  it('after its answer was lost finds the member', async () => {
    const cut = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(join('lost', somebody(1), { ...shop.desk, db: cut })).rejects.toThrow(ConnectionLost);
    const { token } = await join('lost', somebody(1));
    expect(linkedBy(shop.desk.keys, 'member', token)).toMatchObject(team);
    expect(await stored()).toMatchObject({ count: 1, members: 1, locks: 1 });
  });

  it('that failed before it was written writes it', async () => {
    const cut = withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' });
    await expect(join('lost', somebody(1), { ...shop.desk, db: cut })).rejects.toThrow(ConnectionLost);
    expect(await stored()).toMatchObject({ count: 0, members: 0, locks: 0 });
    await join('lost', somebody(1));
    expect(await stored()).toMatchObject({ count: 1, members: 1, locks: 1 });
  });

  it('with another runner is refused', async () => {
    await join('key', somebody(1));
    expect((await refusalOf(join('key', somebody(2)))).code).toBe('idempotency_key_reused');
  });
});

describe('one live entry per runner', () => {
  it('holds between a team and an entry alone', async () => {
    await hold(shop, numbers + 50, { entries: [sampleEntry(numbers + 1)] });
    expect((await refusalOf(join('a', somebody(1)))).code).toBe('runner_already_entered');
    expect(await stored()).toMatchObject({ count: 0, members: 0, locks: 0 });
  });

  it('holds the other way round, and within the team', async () => {
    await join('a', somebody(1));
    expect((await refusalOf(join('b', somebody(1)))).code).toBe('runner_already_entered');
    const alone = hold(shop, numbers + 50, { entries: [sampleEntry(numbers + 1)] });
    expect((await refusalOf(alone)).code).toBe('runner_already_entered');
  });

  it('lets go of a runner whose unpaid order is over', async () => {
    const order = await hold(shop, numbers + 50, { entries: [sampleEntry(numbers + 1)] });
    shop.world.set(new Date(Date.parse(order.heldUntil ?? '') + minutes(1)).toISOString());
    await join('a', somebody(1));
    expect(await stored()).toMatchObject({ count: 1, locks: 1 });
  });
});

describe('a member who leaves', () => {
  it('is forgotten and may enter elsewhere', async () => {
    const { token } = await join('a', somebody(1));
    const { detail = '' } = linkedBy(shop.desk.keys, 'member', token) ?? {};
    await Promise.all([1, 2, 3].map(() => leaveTeam(shop.desk, { ...team, member: detail })));
    expect(await stored()).toEqual({ count: 0, women: 0, members: 0, locks: 0 });
    await hold(shop, numbers + 50, { entries: [sampleEntry(numbers + 1)] });
  });

  it('is not put back by the request that put them there, which comes late, and may join again by another', async () => {
    const { token } = await join('a', somebody(1));
    const { detail = '' } = linkedBy(shop.desk.keys, 'member', token) ?? {};
    await leaveTeam(shop.desk, { ...team, member: detail });
    // The mail that told of it is forgotten after a while.
    await forgetMail(`${detail}#joined`);
    const counting = withFaults(shop.db);
    for (const desk of [{ ...shop.desk, db: counting }, shop.desk])
      expect((await refusalOf(join('a', somebody(1), desk))).code).toBe('member_left');
    expect(counting.sent).toEqual(['Query']);
    expect(await stored()).toEqual({ count: 0, women: 0, members: 0, locks: 0 });
    expect((await join('b', somebody(1))).token).not.toBe(token);
    expect((await view()).members).toHaveLength(1);
    // Whoever leaves by the first link again is off already, and the team stays as it is.
    await leaveTeam(shop.desk, { ...team, member: detail });
    expect(await stored()).toEqual({ count: 1, women: 1, members: 1, locks: 1 });
  });

  it('leaves nothing behind that tells who it was', async () => {
    const { token } = await join('a', somebody(1));
    const { detail = '' } = linkedBy(shop.desk.keys, 'member', token) ?? {};
    await leaveTeam(shop.desk, { ...team, member: detail });
    const items = (await contents(shop.db, 'orders')).filter(({ sk }) => String(sk).endsWith(detail));
    expect(items).toEqual([{ pk: team.order, sk: `${team.entry}#${detail}`, left: true }]);
  });

  it('is off once, when leaving meets the late request, or its answer is lost', async () => {
    const { token } = await join('a', somebody(1));
    const { detail = '' } = linkedBy(shop.desk.keys, 'member', token) ?? {};
    const leave = (desk = shop.desk) => leaveTeam(desk, { ...team, member: detail });
    const cut = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(leave({ ...shop.desk, db: cut })).rejects.toThrow(ConnectionLost);
    await Promise.allSettled([leave(), join('a', somebody(1)), leave(), join('a', somebody(1))]);
    expect(await stored()).toEqual({ count: 0, women: 0, members: 0, locks: 0 });
    // The late request has read the team before another one joined and left.
    const meeting = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: async () => {
        const joined = await join('c', somebody(2));
        const { detail: member = '' } = linkedBy(shop.desk.keys, 'member', joined.token) ?? {};
        await leaveTeam(shop.desk, { ...team, member });
      },
    });
    const late = join('c', somebody(2), { ...shop.desk, db: meeting });
    expect((await refusalOf(late)).code).toBe('member_left');
    expect(await stored()).toEqual({ count: 0, women: 0, members: 0, locks: 0 });
  });

  it('cannot once teams are closed, when nobody can join either', async () => {
    const { token } = await join('a', somebody(1));
    const { detail = '' } = linkedBy(shop.desk.keys, 'member', token) ?? {};
    const before = shop.world.now().toISOString();
    shop.world.set('2027-09-20T00:00:00.000Z');
    expect((await refusalOf(leaveTeam(shop.desk, { ...team, member: detail }))).code).toBe('team_closed');
    expect((await refusalOf(join('b', somebody(2)))).code).toBe('team_closed');
    expect(await view()).toMatchObject({ joinable: false });
    shop.world.set(before);
  });
});

describe('an order of a team', () => {
  it('needs a team where a team runs, and a runner where one does', async () => {
    const runner = sampleRunner(numbers + 1);
    const { team: _, ...noTeam } = teamEntry();
    const refused = await refusalOf(
      hold(shop, numbers + 50, {
        entries: [
          { ...noTeam, runner },
          { ...sampleEntry(numbers + 2), ...teamEntry('B', { distance: '10k' }) },
        ],
      }),
    );
    expect(refused.detail.errors).toEqual([
      { field: 'entries.0.team', code: 'required' },
      { field: 'entries.0.runner', code: 'unknown_field' },
      { field: 'entries.1.team', code: 'unknown_field' },
    ]);
  });

  it('takes no members before it is paid', async () => {
    const order = await hold(shop, numbers + 50, { entries: [teamEntry()] });
    const refused = await refusalOf(
      joinTeam(shop.desk, { ...nameOf(order), by: 'self', idempotencyKey: 'early', input: somebody(1) }),
    );
    expect(refused.code).toBe('order_not_paid');
  });
});

it('the report names the teams that lack members', async () => {
  const found = await report(shop.till, 'test-race');
  const mine = found?.incompleteTeams.find(({ name }) => name === `Команда ${numbers}`);
  expect(mine).toMatchObject({ distance: 'relay', members: 0, missing: { members: 2, women: 1 } });
  await join('a', somebody(1));
  await join('b', somebody(2));
  const later = await report(shop.till, 'test-race');
  expect(later?.incompleteTeams.some(({ name }) => name === `Команда ${numbers}`)).toBe(false);
});
