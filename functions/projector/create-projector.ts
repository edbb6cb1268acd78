import type { DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { fold } from '../../shared/ledger/fold.ts';
import { parseMark } from '../../shared/ledger/marks.ts';
import { openLog } from '../../shared/platform/log.ts';
import { insertedItems } from '../../shared/platform/stream-event.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { databaseOf, type Environment, readSettings } from '../settings.ts';

/**
 * The Lambda handler that adds new ledger transactions to the totals: those that the stream brings, or (by schedule)
 * all.
 */
export function createProjector(environment: Environment, world: World = realWorld) {
  const log = openLog('projector');
  const db = databaseOf(readSettings(environment));
  return async (event: DynamoDBStreamEvent | Pick<ScheduledEvent, 'time'>): Promise<void> => {
    const { added, stopped } = await fold(db, world, insertedItems(event)?.map(parseMark));
    if (added > 0 || stopped) log.info('folded', { added, stopped });
  };
}
