import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { tableNames, tables } from '../shared/platform/tables.ts';
import { itemSize, type WireItem } from './item-size.ts';
import { Shadow } from './shadow.ts';

/** Read and write units, as DynamoDB charges them. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

export const none: Units = { reads: 0, writes: 0 };

/** All of them together. */
export function sumOf(units: Iterable<Units>): Units {
  let [reads, writes] = [0, 0];
  for (const unit of units) {
    reads += unit.reads;
    writes += unit.writes;
  }
  return { reads, writes };
}

/**
 * Counts what requests cost at DynamoDB's published rates, since DynamoDB Local's own figures are wrong for
 * transactions (docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html):
 * a write a unit for each KB of the larger of the item before and after, twice that in a transaction, whether or not
 * it was cancelled; a strong read a unit for each 4 KB, any other half of that, at least for one unit's worth.
 */
export interface Meter {
  /** Counts what a client sends from now on. Items that only others write are unknown to it. */
  watch(client: DynamoDBDocumentClient): void;
  /** Counts what some work sends under a name; without one it is `other`. */
  during<Result>(operation: string, work: () => Promise<Result>): Promise<Result>;
  byOperation(): ReadonlyMap<string, Units>;
  /** By table and partition key: `orders ord_…`. */
  byKey(): ReadonlyMap<string, Units>;
  total(): Units;
  /** Transactions that were cancelled. */
  cancelled(): number;
  /** Forgets the counts; what is known of items stays. */
  reset(): void;
}

const wireItem = z.record(z.string(), z.custom<AttributeValue>());
const expression = {
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: wireItem.optional(),
};
const put = z.object({ TableName: z.string(), Item: wireItem });
const update = z.object({
  TableName: z.string(),
  Key: wireItem,
  UpdateExpression: z.string(),
  ...expression,
});
const keyed = z.object({ TableName: z.string(), Key: wireItem });
const requests = {
  TransactWriteItemsCommand: z.object({
    TransactItems: z.array(
      z.object({
        Put: put.optional(),
        Update: update.optional(),
        Delete: keyed.optional(),
        ConditionCheck: keyed.optional(),
      }),
    ),
  }),
  BatchWriteItemCommand: z.object({
    RequestItems: z.record(
      z.string(),
      z.array(
        z.object({
          PutRequest: z.object({ Item: wireItem }).optional(),
          DeleteRequest: z.object({ Key: wireItem }).optional(),
        }),
      ),
    ),
  }),
  PutItemCommand: put,
  UpdateItemCommand: update,
  DeleteItemCommand: keyed,
  GetItemCommand: keyed.extend({
    ConsistentRead: z.boolean().optional(),
    ProjectionExpression: z.undefined().optional(),
  }),
  BatchGetItemCommand: z.object({
    RequestItems: z.record(
      z.string(),
      z.object({ Keys: z.array(wireItem), ConsistentRead: z.undefined().optional() }),
    ),
  }),
  QueryCommand: z.object({
    TableName: z.string(),
    KeyConditionExpression: z.string().regex(/^pk = :\w+$/, 'The meter follows queries of whole partitions.'),
    ConsistentRead: z.boolean().optional(),
    Limit: z.undefined().optional(),
    IndexName: z.undefined().optional(),
    ...expression,
  }),
  ScanCommand: z.object({ TableName: z.string(), ConsistentRead: z.boolean().optional() }),
} as const;

/** Answers have been turned into plain values by then; requests have not. */
const plainItem = z.record(z.string(), z.unknown()).transform((item): WireItem => marshall(item));
const answers = {
  items: z.object({ Items: z.array(plainItem).default([]) }),
  item: z.object({ Item: plainItem.optional() }),
};

/** One action of a write, and the key it is charged to. */
interface Write {
  readonly table: string;
  readonly partition: string;
  readonly bytes: number;
  /** Tells the shadow what the write did. */
  readonly apply: () => void;
}

interface Tally {
  reads: number;
  writes: number;
}

/** A meter that has counted nothing. */
export function openMeter(): Meter {
  const shadow = new Shadow();
  const operation = new AsyncLocalStorage<string>();
  const operations = new Map<string, Tally>();
  const keys = new Map<string, Tally>();
  let cancelled = 0;

  const count = (partition: string, units: Units): void => {
    for (const [sums, name] of [
      [operations, operation.getStore() ?? 'other'],
      [keys, partition],
    ] as const) {
      const tally = sums.get(name) ?? { reads: 0, writes: 0 };
      tally.reads += units.reads;
      tally.writes += units.writes;
      sums.set(name, tally);
    }
  };
  const countRead = (partition: string, bytes: number, strong: boolean | undefined): void =>
    count(partition, { reads: Math.max(1, Math.ceil(bytes / 4096)) * (strong ? 1 : 0.5), writes: 0 });
  const countWrites = (writes: readonly Write[], factor: 1 | 2): void => {
    for (const { partition, bytes } of writes)
      count(partition, { reads: 0, writes: Math.max(1, Math.ceil(bytes / 1024)) * factor });
  };

  const written = (table: string, item: WireItem): Write => {
    const { partition, key } = keyOf(table, item);
    return {
      table,
      partition,
      bytes: Math.max(itemSize(item), shadow.size(partition, key)),
      apply: () => shadow.put(partition, key, item),
    };
  };
  const deleted = (table: string, key: WireItem): Write => {
    const { partition } = keyOf(table, key);
    return {
      table,
      partition,
      bytes: shadow.size(partition, key),
      apply: () => shadow.delete(partition, key),
    };
  };
  const changed = (request: z.infer<typeof update>): Write => {
    const { partition } = keyOf(request.TableName, request.Key);
    const change = {
      expression: request.UpdateExpression,
      names: request.ExpressionAttributeNames ?? {},
      values: request.ExpressionAttributeValues ?? {},
    };
    return {
      table: request.TableName,
      partition,
      bytes: Math.max(shadow.size(partition, request.Key), shadow.sizeAfter(partition, request.Key, change)),
      apply: () => shadow.update(partition, request.Key, change),
    };
  };

  const writesOf = (command: string, input: unknown): Write[] | undefined => {
    switch (command) {
      case 'TransactWriteItemsCommand':
        return requests[command].parse(input).TransactItems.flatMap((action) => [
          ...(action.Put ? [written(action.Put.TableName, action.Put.Item)] : []),
          ...(action.Update ? [changed(action.Update)] : []),
          ...(action.Delete ? [deleted(action.Delete.TableName, action.Delete.Key)] : []),
          ...(action.ConditionCheck
            ? [
                {
                  ...deleted(action.ConditionCheck.TableName, action.ConditionCheck.Key),
                  apply: () => {},
                },
              ]
            : []),
        ]);
      case 'BatchWriteItemCommand':
        return Object.entries(requests[command].parse(input).RequestItems).flatMap(([table, actions]) =>
          actions.flatMap(({ PutRequest, DeleteRequest }) => [
            ...(PutRequest ? [written(table, PutRequest.Item)] : []),
            ...(DeleteRequest ? [deleted(table, DeleteRequest.Key)] : []),
          ]),
        );
      case 'PutItemCommand': {
        const { TableName, Item } = requests[command].parse(input);
        return [written(TableName, Item)];
      }
      case 'UpdateItemCommand':
        return [changed(requests[command].parse(input))];
      case 'DeleteItemCommand': {
        const { TableName, Key } = requests[command].parse(input);
        return [deleted(TableName, Key)];
      }
      default:
        return undefined;
    }
  };

  const countReads = (command: string, input: unknown, output: unknown): void => {
    switch (command) {
      case 'GetItemCommand': {
        const { TableName, Key, ConsistentRead } = requests[command].parse(input);
        const { Item } = answers.item.parse(output);
        const { partition } = keyOf(TableName, Key);
        if (Item) shadow.put(partition, Key, Item);
        countRead(partition, Item ? itemSize(Item) : 0, ConsistentRead);
        return;
      }
      case 'BatchGetItemCommand':
        for (const [table, { Keys }] of Object.entries(requests[command].parse(input).RequestItems))
          for (const key of Keys) {
            const { partition } = keyOf(table, key);
            countRead(partition, shadow.size(partition, key), false);
          }
        return;
      case 'QueryCommand': {
        const request = requests[command].parse(input);
        const value =
          request.ExpressionAttributeValues?.[request.KeyConditionExpression.slice('pk = '.length)];
        const { partition } = keyOf(request.TableName, { pk: value ?? { S: '' } });
        // What is read is charged, whatever a filter or a projection leaves of it.
        countRead(partition, shadow.partitionSize(partition), request.ConsistentRead);
        return;
      }
      case 'ScanCommand': {
        const { TableName, ConsistentRead } = requests[command].parse(input);
        const bytes = answers.items.parse(output).Items.reduce((sum, item) => sum + itemSize(item), 0);
        countRead(`${tableOf(TableName)} (scan)`, bytes, ConsistentRead);
        return;
      }
      default:
        throw new Error(`The meter does not know ${command}.`);
    }
  };

  return {
    watch: (client) =>
      client.middlewareStack.add(
        (next, context) => async (args) => {
          const command = String(context.commandName);
          const writes = writesOf(command, args.input);
          if (!writes) {
            const result = await next(args);
            countReads(command, args.input, result.output);
            return result;
          }
          const factor = command === 'TransactWriteItemsCommand' ? 2 : 1;
          try {
            const result = await next(args);
            countWrites(writes, factor);
            for (const { apply } of writes) apply();
            return result;
          } catch (error) {
            if (error instanceof TransactionCanceledException) cancelled += 1;
            if (
              error instanceof TransactionCanceledException ||
              error instanceof ConditionalCheckFailedException
            )
              countWrites(writes, factor);
            throw error;
          }
        },
        // Behind the retries, so that every try counts.
        { step: 'finalizeRequest', priority: 'low', name: 'startlineMeter' },
      ),
    during: (name, work) => operation.run(name, work),
    byOperation: () => operations,
    byKey: () => keys,
    total: () => sumOf(operations.values()),
    cancelled: () => cancelled,
    reset: () => {
      operations.clear();
      keys.clear();
      cancelled = 0;
    },
  };
}

function tableOf(physical: string): (typeof tableNames)[number] {
  const found = tableNames.find((name) => physical.endsWith(`-${name}`));
  if (!found) throw new Error(`${physical} is none of the service's tables.`);
  return found;
}

/** The key of an item, and the name of its partition. */
function keyOf(physical: string, item: WireItem): { partition: string; key: WireItem } {
  const table = tableOf(physical);
  const { partitionKey, sortKey } = tables[table];
  const { [partitionKey]: pk, [sortKey]: sk } = item;
  return {
    partition: `${table} ${pk?.S ?? ''}`,
    key: { ...(pk && { [partitionKey]: pk }), ...(sk && { [sortKey]: sk }) },
  };
}
