import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import type { CatalogueEvent } from './schema.ts';
import { digestOf, readStoredEvent, writeEvent } from './store.ts';

/** One member that differs: its path, what is stored and what the file says (undefined: absent). */
export interface Difference {
  readonly path: string;
  readonly stored: unknown;
  readonly file: unknown;
}

export type PublishOutcome =
  | { readonly result: 'published' | 'updated' | 'replaced'; readonly differences: readonly Difference[] }
  | { readonly result: 'unchanged' }
  /** Edited in the service since it was last published: publishing would undo that. */
  | { readonly result: 'edited_since'; readonly differences: readonly Difference[] }
  /** What a published event cannot take back by a file: the paths and why. */
  | { readonly result: 'not_allowed'; readonly reasons: readonly string[] }
  | { readonly result: 'changed_meanwhile' };

/**
 * Publishes a catalogue file's event. After the first time the database is the truth: what was edited there since
 * is replaced only when told so.
 */
export async function publish(
  db: Database,
  world: World,
  file: CatalogueEvent,
  options: { replace?: boolean } = {},
): Promise<PublishOutcome> {
  const stored = await readStoredEvent(db, file.id);
  if (!stored) {
    const written = await writeEvent(db, world, file, undefined, true);
    return written ? { result: 'published', differences: [] } : { result: 'changed_meanwhile' };
  }
  const differences = differencesOf(stored.definition, file);
  if (differences.length === 0) return { result: 'unchanged' };
  const edited = digestOf(stored.definition) !== stored.publishedDigest;
  if (edited && !options.replace) return { result: 'edited_since', differences };
  const reasons = notAllowed(stored.definition, file);
  if (reasons.length > 0) return { result: 'not_allowed', reasons };
  const written = await writeEvent(db, world, file, stored, true);
  if (!written) return { result: 'changed_meanwhile' };
  return { result: edited ? 'replaced' : 'updated', differences };
}

/**
 * Changes that would break what was sold: a distance or project taken away, a capacity lowered (places above it
 * may be sold), a currency changed, or an allocation rule changed without a new version.
 */
function notAllowed(stored: CatalogueEvent, file: CatalogueEvent): string[] {
  const reasons: string[] = [];
  if (stored.currency !== file.currency) reasons.push('currency: orders were priced in the stored one');
  for (const project of stored.projects)
    if (!file.projects.some(({ id }) => id === project.id))
      reasons.push(`projects.${project.id}: it may have received money, so it must stay`);
  for (const distance of stored.distances) {
    const next = file.distances.find(({ id }) => id === distance.id);
    if (!next) reasons.push(`distances.${distance.id}: it may have entries, so it must stay`);
    else {
      if (next.capacity < distance.capacity)
        reasons.push(
          `distances.${distance.id}.capacity: lowering it needs the places above to be retired first`,
        );
      if (
        next.allocation.version === distance.allocation.version &&
        !isDeepStrictEqual(next.allocation, distance.allocation)
      )
        reasons.push(`distances.${distance.id}.allocation: a changed rule needs the next version number`);
    }
  }
  return reasons;
}

/** Every leaf in which two values differ; members of lists are named by their `id` where they have one. */
export function differencesOf(stored: unknown, file: unknown, path = ''): Difference[] {
  if (isDeepStrictEqual(stored, file)) return [];
  const left = members(stored);
  const right = members(file);
  if (!left || !right) return [{ path, stored, file }];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) =>
    differencesOf(left.get(name), right.get(name), path === '' ? name : `${path}.${name}`),
  );
}

function members(value: unknown): Map<string, unknown> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(
    value.map((member: unknown, index) => [
      member !== null && typeof member === 'object' && 'id' in member ? String(member.id) : String(index),
      member,
    ]),
  );
}
