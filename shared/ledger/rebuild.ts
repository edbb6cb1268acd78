import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../platform/database.ts';
import { physicalName } from '../platform/tables.ts';
import type { World } from '../platform/world.ts';
import { giveBackLease, takeLease } from './control.ts';
import { rowKey } from './totals.ts';
import { ProofImpossible, readLedger } from './verify.ts';

/** Items DynamoDB takes in one batch of puts. */
const batchSize = 25;

/**
 * Writes the totals anew from the ledger, as a generation of its own, and switches to it in one update that requires
 * the lease it took. Until then, and if it dies on the way, the old generation stays valid. The generation is numbered
 * after the lease, so that a run which outlasted its own never writes over the rows of a later one.
 * @returns the generation that is valid now and the transactions in it.
 * @throws ProofImpossible when another proof or rebuild holds the lease, or this one outlasted its own.
 */
export async function rebuild(
  db: Database,
  world: World,
): Promise<{ generation: number; transactions: number }> {
  const lease = await takeLease(db, world);
  if (!lease) throw new ProofImpossible('Another proof or rebuild is under way.');
  let written: { generation: number; transactions: number };
  try {
    written = await writeGeneration(db, lease.number + 1);
  } catch (error) {
    await giveBackLease(db, world, lease);
    throw error;
  }
  const switched = await giveBackLease(db, world, lease, { switchTo: written });
  if (!switched)
    throw new ProofImpossible('The rebuild took longer than its lease; the old totals stay valid.');
  return written;
}

async function writeGeneration(
  db: Database,
  generation: number,
): Promise<{ generation: number; transactions: number }> {
  const { sums, transactions, waiting } = await readLedger(db);
  const rows = [...sums].map(([name, figures]) => ({ ...rowKey(generation, name), ...figures }));
  for (let start = 0; start < rows.length; start += batchSize) {
    const table = physicalName(db.prefix, 'totals');
    let pending = rows.slice(start, start + batchSize).map((Item) => ({ PutRequest: { Item } }) as const);
    while (pending.length > 0) {
      const answer = await db.client.send(new BatchWriteCommand({ RequestItems: { [table]: [...pending] } }));
      const left = new Set(
        (answer.UnprocessedItems?.[table] ?? []).map(
          (item) => `${item.PutRequest?.Item?.pk}|${item.PutRequest?.Item?.sk}`,
        ),
      );
      pending = pending.filter(({ PutRequest: { Item } }) => left.has(`${Item.pk}|${Item.sk}`));
    }
  }
  return { generation, transactions: transactions - waiting };
}
