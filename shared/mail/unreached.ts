import { commit, type Database } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { raiseMatter } from '../staff/matters.ts';
import { keptMail, type Unreached, unreachedPart } from './outbox.ts';

/**
 * Ends a mail that reached nobody and tells staff, in one transaction: which mail of which order and why, never the
 * address. Who reports it, and how often, changes nothing.
 * @returns false when it was known before, or the mail is kept no more.
 */
export async function mailUnreached(
  { db, world }: { readonly db: Database; readonly world: World },
  id: string,
  outcome: Unreached,
): Promise<boolean> {
  const mail = await keptMail(db, id);
  if (!mail) return false;
  const { order, entry, rounds = 1 } = mail;
  const now = world.now();
  const ended = await commit(db, world, [
    unreachedPart(id, outcome, now),
    raiseMatter({
      kind: 'mail_refused',
      fact: `${id} unreached ${rounds}`,
      raisedAt: now.toISOString(),
      about: { mail: id, ...(order !== undefined && { order }), ...(entry !== undefined && { entry }) },
      detail: outcome,
    }),
  ]);
  return ended.done;
}
