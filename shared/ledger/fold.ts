import { commit, type Database, type Part } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { controlKey, noLease, readControl, sameGeneration } from './control.ts';
import { addRows, type Figures } from './effect.ts';
import { foldedPart, type Mark, readMarks } from './marks.ts';
import { rowKey } from './totals.ts';

/** Actions DynamoDB takes in one transaction. */
const mostActions = 100;

/** What a fold did: transactions added, and whether it had to leave off since a proof or rebuild holds the lease. */
export interface Folded {
  readonly added: number;
  readonly stopped: boolean;
}

/**
 * Adds marked ledger transactions to the totals. Each step is one transaction that adds to the rows, counts in the
 * control item and deletes the marks it added, so that a crash, a lost answer, a repeat or a second projector can
 * neither add twice nor leave out.
 * @param marks those that are known to be new, as the stream brings them; all that are there when absent. One that was
 * added meanwhile is left out.
 */
export async function fold(db: Database, world: World, marks?: readonly Mark[]): Promise<Folded> {
  let waiting = marks ?? (await readMarks(db));
  if (waiting.length === 0) return { added: 0, stopped: false };
  let { generation } = await readControl(db);
  let added = 0;
  while (waiting.length > 0) {
    const batch = firstThatFit(waiting);
    const outcome = await commit(db, world, foldParts(batch, generation, world.now()));
    if (outcome.done) {
      added += batch.length;
      waiting = waiting.slice(batch.length);
    } else if (outcome.refused.has('control')) {
      const control = await readControl(db);
      if (control.generation === generation) return { added, stopped: true };
      generation = control.generation;
    } else {
      waiting = waiting.filter((mark) => !outcome.refused.has(mark.fact));
    }
  }
  return { added, stopped: false };
}

function firstThatFit(marks: readonly Mark[]): Mark[] {
  const batch: Mark[] = [];
  const rows = new Set<string>();
  for (const mark of marks) {
    const grown = new Set(rows);
    for (const row of Object.keys(mark.effect.rows)) grown.add(`${mark.effect.event}|${row}`);
    if (batch.length + 1 + grown.size + 1 > mostActions) break;
    batch.push(mark);
    for (const row of grown) rows.add(row);
  }
  return batch;
}

function foldParts(batch: readonly Mark[], generation: number, now: Date): Part[] {
  const sums = new Map<string, Figures>();
  for (const mark of batch) addRows(sums, mark.effect);
  return [
    {
      name: 'control',
      table: 'totals',
      key: controlKey,
      // A lease that has run out ends here: its proof or rebuild did not see what this adds, so it is void.
      update:
        'SET generation = :generation, projectedAt = :now REMOVE lease, leaseUntil ADD transactions :count',
      condition: `${sameGeneration} AND ${noLease}`,
      values: { ':generation': generation, ':now': now.toISOString(), ':count': batch.length },
    },
    ...[...sums].map(([name, figures]) => addToRow(name, figures, generation)),
    ...batch.map(foldedPart),
  ];
}

function addToRow(name: string, figures: Figures, generation: number): Part {
  const entries = Object.entries(figures);
  return {
    name: `row ${name}`,
    table: 'totals',
    key: rowKey(generation, name),
    update: `ADD ${entries.map((_, index) => `#f${index} :f${index}`).join(', ')}`,
    names: Object.fromEntries(entries.map(([figure], index) => [`#f${index}`, figure])),
    values: Object.fromEntries(entries.map(([, amount], index) => [`:f${index}`, amount])),
  };
}
