import type { EntryView, TransferView } from '../../shared/contracts/changes.ts';
import type { EventView } from '../../shared/contracts/events.ts';
import type { OrderView } from '../../shared/contracts/orders.ts';
import type { TeamView } from '../../shared/contracts/teams.ts';

/** What pages show of teams, offers and entries handed over, for an event of `siteFixture`. */
export function changedEntries(event: EventView) {
  const marathon = event.distances.find(({ id }) => id === 'marathon');
  const ekiden = event.distances.find(({ id }) => id === 'ekiden');
  if (!marathon || !ekiden?.team) throw new Error('The sample has changed.');
  const about = {
    event: { id: event.id, name: event.name, raceDay: event.raceDay, zone: event.zone },
    distance: marathon.id,
    distanceName: marathon.name,
    startsAt: marathon.startsAt,
  };
  const team: TeamView = {
    ...about,
    token: 'team-token',
    name: 'Жетісу',
    distance: ekiden.id,
    distanceName: ekiden.name,
    minAge: ekiden.minAge,
    place: 12,
    members: [{ name: 'Әлия Н.' }],
    rule: { ...ekiden.team, leastWomen: 1 },
    missing: { members: 5, women: 0 },
    joinable: true,
  };
  const offer: TransferView = {
    ...about,
    token: 'offer',
    state: 'asked',
    minAge: marathon.minAge,
    from: 'Айгерім С.',
    until: '2027-09-12T00:00:00.000Z',
  };
  const ownEntry: EntryView = {
    ...about,
    token: 'entry-token',
    place: 1042,
    runnerName: 'Ерлан Сағынтаев',
    ticket: 'ent_01JSAMPLE.1042.c2lnbmF0dXJl',
  };
  /** The same race with its relay open. */
  const teamRace: EventView = {
    ...event,
    id: 'team-race',
    distances: event.distances.map((distance) =>
      distance.id === ekiden.id
        ? { ...distance, status: 'open', price: { amount: 7_500_000, currency: event.currency } }
        : distance,
    ),
  };
  return { team, offer, ownEntry, teamRace };
}

/** A paid order as it is when its first entry is offered to somebody who accepts, and its second is a team. */
export function withChanges(order: OrderView, { token, rule, missing }: TeamView): OrderView {
  return {
    ...order,
    lines: order.lines.map((line, index) => {
      if (line.kind !== 'entry') return line;
      const transferUntil = '2027-09-12T00:00:00.000Z';
      if (index === 0)
        return {
          ...line,
          transferUntil,
          transfer: { number: 1, state: 'accepted', to: 'friend@example.com', name: 'Ерлан Сағынтаев' },
        };
      return { ...line, team: { token, rule, missing, members: [{ id: 'mem_1', name: 'Әлия Нұрланқызы' }] } };
    }),
  };
}
