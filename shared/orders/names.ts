import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { LocalText } from '../contracts/basics.ts';
import type { Entry } from '../entries/entry.ts';
import { fullName } from '../entries/names.ts';

/** The name of a distance; its id where the event has it no more. */
export function distanceName(
  { distances }: CatalogueEvent,
  { distance: id }: { distance: string },
): LocalText {
  return distances.find((distance) => distance.id === id)?.name ?? { kk: id, ru: id, en: id };
}

/** The runner, or the team. */
export const nameOf = (entry: Entry): string => ('team' in entry ? entry.team.name : fullName(entry.runner));
