import type { CatalogueDistance, CatalogueEvent, TeamRule } from '../catalogue/schema.ts';
import type { ReportView } from '../contracts/reports.ts';
import { readAvailability } from '../entries/availability.ts';
import { entryKey, parseEntry } from '../entries/entry.ts';
import { type PlaceItem, readBlock } from '../entries/places.ts';
import { isComplete, missingOf } from '../entries/team.ts';
import { type Database, getItems } from '../platform/database.ts';

type IncompleteTeam = ReportView['incompleteTeams'][number];

/** The paid teams of an event that lack members: few, and found from the places of the distances for teams. */
export async function findIncompleteTeams(db: Database, event: CatalogueEvent): Promise<IncompleteTeam[]> {
  const found = await Promise.all(
    event.distances.flatMap(({ team, ...distance }) =>
      team === undefined ? [] : [incompleteIn(db, event.id, distance, team)],
    ),
  );
  return found.flat();
}

async function incompleteIn(
  db: Database,
  event: string,
  { id: distance, capacity }: Pick<CatalogueDistance, 'id' | 'capacity'>,
  rule: TeamRule,
): Promise<IncompleteTeam[]> {
  const { occupancy } = await readAvailability(db, event, distance, { strong: false });
  const teams = await Promise.all(
    occupancy.blocksOf(capacity).map(async (block) => {
      const places = await readBlock(db, { event, distance, block }, { strong: false });
      return teamsOn(db, places);
    }),
  );
  return teams.flat().flatMap(({ place, entry }) => {
    const missing = missingOf(rule, entry);
    if (isComplete(missing)) return [];
    const { members, team } = entry;
    return [{ distance, place, name: team.name, members, missing, completeBy: rule.completeBy }];
  });
}

/** The teams on the paid places of one block, in order of places. */
async function teamsOn(db: Database, places: readonly PlaceItem[]) {
  const keys = places.flatMap(({ order, entry, heldUntil }) =>
    order === undefined || entry === undefined || heldUntil !== undefined ? [] : [entryKey(order, entry)],
  );
  const entries = new Map(
    (await getItems(db, 'orders', keys)).map(parseEntry).map((entry) => [entry.id, entry]),
  );
  return places.flatMap(({ n, entry: id = '' }) => {
    const entry = entries.get(id);
    return entry && 'team' in entry ? [{ place: n, entry }] : [];
  });
}
