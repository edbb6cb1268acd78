import { expect, test } from 'vitest';
import { orderInput } from '../../shared/contracts/orders.ts';
import { changeableLines, differenceOf } from '../../web/site/order-changes/changeable.ts';
import { emptyTeam, readTeam } from '../../web/site/team-form/read-team.ts';
import { changedEntries, withChanges } from '../support/changed-entries.ts';
import { siteFixture } from '../support/site-fixture.ts';

const now = new Date('2026-11-24T04:00:00.000Z');
const { event, orders } = siteFixture(now);
const { team, teamRace } = changedEntries(event);
const ekiden = teamRace.distances.find(({ id }) => id === 'ekiden');
if (!ekiden) throw new Error('The sample has changed.');
const filled = {
  ...emptyTeam,
  name: 'Жетісу',
  givenName: 'Дана',
  email: 'dana@example.com',
  phone: '+7 701 234 56 78',
  rules: true,
  personalData: true,
};

test('a team becomes the order that the contract expects', () => {
  const { order } = readTeam(filled, ekiden, event, 'kk');
  expect(orderInput.parse(order)).toEqual({
    contact: { email: 'dana@example.com', locale: 'kk' },
    donations: [],
    entries: [
      {
        distance: 'ekiden',
        price: { amount: 7_500_000, currency: 'KZT' },
        team: {
          name: 'Жетісу',
          captain: { givenName: 'Дана', email: 'dana@example.com', phone: '+7 701 234 56 78' },
        },
        consents: { rules: true, personalData: true },
      },
    ],
  });
});

test('what is missing of a team is named by the paths of the request', () => {
  expect(readTeam(emptyTeam, ekiden, event, 'kk').errors).toEqual([
    { field: 'entries.0.team.name', code: 'required' },
    { field: 'entries.0.team.captain.givenName', code: 'required' },
    { field: 'entries.0.team.captain.email', code: 'required' },
    { field: 'entries.0.team.captain.phone', code: 'required' },
    { field: 'consents.rules', code: 'consent_required' },
    { field: 'consents.personalData', code: 'consent_required' },
  ]);
});

test('an order offers only what its entries can become: open distances for the runner’s age, at their prices', () => {
  const paid = orders.get('token-paid');
  if (!paid) throw new Error('The sample has changed.');
  const KZT = (amount: number) => ({ amount, currency: 'KZT' });
  const open = {
    ...event,
    distances: event.distances.map((distance) => ({
      ...distance,
      price: KZT(1_000_000),
    })),
  };
  const of = (age: number) => {
    const order = withChanges(paid, team);
    const lines = order.lines.map((line, index) =>
      line.kind === 'entry' && index === 0
        ? { ...line, exchange: { age, worth: KZT(2_000_000), left: KZT(2_000_000) } }
        : line,
    );
    return changeableLines({ ...order, lines }, open, now);
  };
  const [line, ofTeam] = of(30);
  // The half marathon is open; the 10 km is sold out, the relay is for teams, one is for children.
  expect(line?.distances.map(({ id }) => id)).toEqual(['half-marathon', '10-km-nordic-walking']);
  expect(line && differenceOf(line, KZT(1_000_000))).toEqual(KZT(-1_000_000));
  expect(ofTeam).toMatchObject({ distances: [], members: [{ id: 'mem_1' }] });
  expect(of(10)[0]?.distances.map(({ id }) => id)).toEqual(['3-km-children']);
});

test('an entry that was handed over, or whose time is over, offers nothing', () => {
  const paid = orders.get('token-paid');
  if (!paid) throw new Error('The sample has changed.');
  const lines = paid.lines.map((line) =>
    line.kind === 'entry' ? { ...line, transferUntil: '2026-01-01T00:00:00.000Z' } : line,
  );
  expect(changeableLines({ ...paid, lines }, event, now)).toEqual([]);
  const handed = paid.lines.map((line) =>
    line.kind === 'entry' ? { ...line, handedOver: true as const } : line,
  );
  expect(changeableLines({ ...paid, lines: handed }, event, now)).toEqual([]);
});
