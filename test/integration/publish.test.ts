import { beforeEach, describe, expect, it } from 'vitest';
import { publish } from '../../shared/catalogue/publish.ts';
import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import { listEventIds, openCatalogue, readStoredEvent, writeEvent } from '../../shared/catalogue/store.ts';
import type { Database } from '../../shared/platform/database.ts';
import { openTestDatabase } from '../support/database.ts';
import { sampleEvent } from '../support/sample.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

let db: Database;
let world: TestWorld;
beforeEach(async () => {
  db = await openTestDatabase();
  world = testWorld();
});

const file = sampleEvent();
const changed = (change: (event: CatalogueEvent) => void): CatalogueEvent => {
  const copy = structuredClone(file);
  change(copy);
  return copy;
};
const dearer = changed(({ distances: [tenKilometres] }) => {
  if (tenKilometres) tenKilometres.prices = [{ amount: 2_100_000 }];
});

/** What staff do in the service: the database, not the file, is changed. */
async function edit(event: CatalogueEvent): Promise<void> {
  expect(await writeEvent(db, world, event, await readStoredEvent(db, event.id), false)).toBe(true);
}

describe('publishing a file', () => {
  it('makes the event known, once', async () => {
    expect(await publish(db, world, file)).toEqual({ result: 'published', differences: [] });
    expect(await publish(db, world, file)).toEqual({ result: 'unchanged' });
    expect(await listEventIds(db)).toEqual([file.id]);
    expect(await openCatalogue(db, world).event(file.id)).toEqual(file);
  });

  it('takes changes of the file over, and names them', async () => {
    await publish(db, world, file);
    expect(await publish(db, world, dearer)).toEqual({
      result: 'updated',
      differences: [{ path: 'distances.10k.prices.0.amount', stored: 2_000_000, file: 2_100_000 }],
    });
    expect((await readStoredEvent(db, file.id))?.definition).toEqual(dearer);
  });

  it('refuses to undo an edit, shows it, and does so when told', async () => {
    await publish(db, world, file);
    await edit(dearer);
    const difference = { path: 'distances.10k.prices.0.amount', stored: 2_100_000, file: 2_000_000 };
    expect(await publish(db, world, file)).toEqual({ result: 'edited_since', differences: [difference] });
    expect((await readStoredEvent(db, file.id))?.definition).toEqual(dearer);
    expect(await publish(db, world, file, { replace: true })).toMatchObject({ result: 'replaced' });
    expect((await readStoredEvent(db, file.id))?.definition).toEqual(file);
  });

  it.each([
    ['a distance taken away', changed((event) => event.distances.pop()), /distances\.relay/],
    ['a project taken away', changed((event) => event.projects.pop()), /projects\.trees/],
    ['another currency', changed((event) => Object.assign(event, { currency: 'USD' })), /currency/],
    [
      'fewer places',
      changed(({ distances: [first] }) => Object.assign(first ?? {}, { capacity: 10 })),
      /10k\.capacity/,
    ],
    [
      'another allocation under the same version',
      changed(({ distances: [first] }) => Object.assign(first?.allocation ?? {}, { part: { percent: 1 } })),
      /10k\.allocation/,
    ],
  ])('refuses %s, whatever it is told', async (_, wrong, reason) => {
    await publish(db, world, file);
    const outcome = await publish(db, world, wrong, { replace: true });
    expect(outcome).toEqual({ result: 'not_allowed', reasons: [expect.stringMatching(reason)] });
    expect((await readStoredEvent(db, file.id))?.definition).toEqual(file);
  });

  it('loses to an edit that came between reading and writing', async () => {
    await publish(db, world, file);
    const seen = await readStoredEvent(db, file.id);
    await edit(dearer);
    expect(await writeEvent(db, world, file, seen, true)).toBe(false);
  });
});

describe('the catalogue of a process', () => {
  it('shows a change within five seconds, and shares one reading until then', async () => {
    await publish(db, world, file);
    const catalogue = openCatalogue(db, world);
    expect(await catalogue.event(file.id)).toEqual(file);
    await publish(db, world, dearer);
    expect(await catalogue.event(file.id)).toEqual(file);
    world.advance(5_001);
    expect(await catalogue.event(file.id)).toEqual(dearer);
  });

  it('does not remember that there was no event', async () => {
    const catalogue = openCatalogue(db, world);
    expect(await catalogue.event(file.id)).toBeUndefined();
    await publish(db, world, file);
    expect(await catalogue.event(file.id)).toEqual(file);
  });
});
