import { expect, test } from 'vitest';
import { orderInput } from '../../shared/contracts/orders.ts';
import { changeableLines } from '../../web/site/order-changes/changeable.ts';
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

test('an order offers only what its entries can become: open distances at the price that was paid', () => {
  const paid = orders.get('token-paid');
  if (!paid) throw new Error('The sample has changed.');
  const [first] = changeableLines(withChanges(paid, team), event, now);
  expect(first?.distances).toEqual([]);
  const price = paid.lines[0]?.kind === 'entry' ? paid.lines[0].price : undefined;
  const cheaper = {
    ...event,
    distances: event.distances.map((distance) => ({
      ...distance,
      ...(distance.id !== '10-km-nordic-walking' && price && { price }),
    })),
  };
  const [line, ofTeam] = changeableLines(withChanges(paid, team), cheaper, now);
  // The half marathon is open; the 10 km is sold out, the relay is for teams.
  expect(line?.distances.map(({ id }) => id)).toEqual(['half-marathon', '3-km-children']);
  expect(ofTeam).toMatchObject({ distances: [], members: [{ id: 'mem_1' }] });
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
