import type { DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { fold } from '../../shared/ledger/fold.ts';
import { openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { databaseOf, type Environment, readSettings } from '../settings.ts';

/**
 * The Lambda handler that adds new ledger transactions to the totals: those of the shards that the stream names, or
 * (by schedule) all.
 */
export function createProjector(environment: Environment, world: World = realWorld) {
  const log = openLog('projector');
  const db = databaseOf(readSettings(environment));
  return async (event: DynamoDBStreamEvent | Pick<ScheduledEvent, 'time'>): Promise<void> => {
    const shards = 'Records' in event ? insertedShards(event) : undefined;
    if (shards?.length === 0) return;
    const { added, stopped } = await fold(db, world, shards);
    if (added > 0 || stopped) log.info('folded', { added, stopped });
  };
}

function insertedShards({ Records }: DynamoDBStreamEvent): string[] {
  return Records.flatMap(
    ({ eventName, dynamodb }) => (eventName === 'INSERT' && dynamodb?.Keys?.pk?.S) || [],
  );
}
