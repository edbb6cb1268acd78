import * as z from 'zod';
import { type Database, getItem, writeItem } from '../platform/database.ts';
import type { World } from '../platform/world.ts';

const block = z.strictObject({ distance: z.string(), block: z.int() });

const progress = z.strictObject({
  /** When the event was called off: another decision is worked through from the beginning. */
  of: z.string(),
  /** First who has an entry is asked; when the time to answer is over, entries without an answer are settled. */
  phase: z.enum(['asking', 'settling']),
  /** Of each distance, how many blocks of places were put down to be looked at: more may come, as when it grows. */
  known: z.record(z.string(), z.int()),
  /** The blocks of places that this round has still to look at. */
  todo: z.array(block),
  /** Those seen in this round with places only held: what is paid for them yet is looked for in another round. */
  held: z.array(block),
  /** Whether all blocks were looked at once, and this round is about places that were held. */
  again: z.boolean(),
});
/** How far an event that is called off has been worked through. What is done again changes nothing. */
export type CallOffProgress = z.infer<typeof progress>;

const keyOf = (event: string) => ({ pk: `event#${event}`, sk: 'call-off' });
const progressItem = z.object({ progress });

/** How far an event was worked through; undefined before the first block. */
export async function readCallOffProgress(db: Database, event: string): Promise<CallOffProgress | undefined> {
  const item = await getItem(db, 'catalogue', keyOf(event), { strong: true });
  return item && progressItem.parse(item).progress;
}

/** Notes how far an event was worked through, by the one process that does. */
export async function writeCallOffProgress(
  db: Database,
  world: World,
  event: string,
  reached: CallOffProgress,
): Promise<void> {
  await writeItem(db, world, { table: 'catalogue', put: { ...keyOf(event), progress: reached } });
}
