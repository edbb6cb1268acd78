import { createHash } from 'node:crypto';
import * as z from 'zod';
import { commit, type Database, getItem, type Part, queryItems } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { type CallOff, callOff } from './call-off.ts';
import { type CatalogueEvent, catalogueEvent } from './schema.ts';

const storedEvent = z.object({
  definition: catalogueEvent,
  revision: z.int(),
  /** The digest of the definition when it was last published from a file; another one now means edited since. */
  publishedDigest: z.string(),
  /** Staff's decision, which no file can take back. */
  calledOff: z.optional(callOff),
});
export type StoredEvent = z.infer<typeof storedEvent>;

/** An event as it is published, and whether staff have called it off. */
export type PublishedEvent = CatalogueEvent & { readonly calledOff?: CallOff };

const eventKey = (id: string) => ({ pk: `event#${id}`, sk: 'event' });
const listKey = 'events';

/** A digest of an event's definition that does not depend on the order of its members. */
export function digestOf(definition: CatalogueEvent): string {
  return createHash('sha256').update(canonical(definition)).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** An event as stored, strongly read; undefined when it was never published. */
export async function readStoredEvent(db: Database, id: string): Promise<StoredEvent | undefined> {
  const item = await getItem(db, 'catalogue', eventKey(id), { strong: true });
  return item && storedEvent.parse(item);
}

/** The ids of all published events. */
export async function listEventIds(db: Database): Promise<string[]> {
  const items = await queryItems(db, 'catalogue', { condition: 'pk = :list', values: { ':list': listKey } });
  return items.map((item) => z.string().parse(item.sk));
}

/**
 * Writes a definition over the revision that was read.
 * @param published whether it comes from a catalogue file (and not from an edit in the service).
 * @param also whether it is called off from now on, and parts for the same transaction.
 * @returns false when somebody else changed the event meanwhile.
 */
export async function writeEvent(
  db: Database,
  world: World,
  definition: CatalogueEvent,
  over: StoredEvent | undefined,
  published: boolean,
  also: { readonly calledOff?: CallOff; readonly parts?: readonly Part[] } = {},
): Promise<boolean> {
  const calledOff = also.calledOff ?? over?.calledOff;
  const outcome = await commit(db, world, [
    {
      name: 'event',
      table: 'catalogue',
      put: {
        ...eventKey(definition.id),
        definition,
        revision: (over?.revision ?? 0) + 1,
        publishedDigest: published || !over ? digestOf(definition) : over.publishedDigest,
        changedAt: world.now().toISOString(),
        ...(calledOff && { calledOff }),
      },
      ...(over
        ? { condition: 'revision = :revision', values: { ':revision': over.revision } }
        : { condition: 'attribute_not_exists(pk)' }),
    },
    { name: 'list', table: 'catalogue', put: { pk: listKey, sk: definition.id } },
    ...(also.parts ?? []),
  ]);
  return outcome.done;
}

function publishedEvent({ definition, calledOff }: StoredEvent): PublishedEvent {
  return { ...definition, ...(calledOff && { calledOff }) };
}

/** How long a process may answer from an event it has read: changes of the catalogue are seen within this time. */
const freshSeconds = 5;

/** Reads events through a small memory of the process. */
export interface Catalogue {
  /** The event, at most `freshSeconds` old; undefined when there is none. */
  event(id: string): Promise<PublishedEvent | undefined>;
  /** All published events, by id. */
  events(): Promise<PublishedEvent[]>;
}

/** A catalogue that remembers what it read for a few seconds; concurrent readers share one read. */
export function openCatalogue(db: Database, world: World): Catalogue {
  const remembered = new Map<string, { until: number; event: Promise<PublishedEvent | undefined> }>();
  const event = (id: string): Promise<PublishedEvent | undefined> => {
    const now = world.now().getTime();
    const known = remembered.get(id);
    if (known && known.until > now) return known.event;
    const read = getItem(db, 'catalogue', eventKey(id)).then(
      (item) => item && publishedEvent(storedEvent.parse(item)),
    );
    remembered.set(id, { until: now + freshSeconds * 1000, event: read });
    // Neither a failure nor an unknown id is remembered: the latter would let strangers fill the memory.
    const forget = (): void => {
      remembered.delete(id);
    };
    read.then((found) => found ?? forget(), forget);
    return read;
  };
  return {
    event,
    events: async () => {
      const events = await Promise.all((await listEventIds(db)).map(event));
      return events.filter((found) => found !== undefined);
    },
  };
}
