import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { toLambdaRecord } from '../../local/stream-records.ts';

/** Reads what a table's stream has to tell, when asked. */
export interface Stream {
  /** Everything since the last reading, in order. */
  read(): Promise<DynamoDBRecord[]>;
}

/** Opens a table's stream at its beginning. DynamoDB Local keeps a new stream in one shard. */
export async function openStream(client: DynamoDBStreamsClient, tableName: string): Promise<Stream> {
  const { Streams } = await client.send(new ListStreamsCommand({ TableName: tableName }));
  const StreamArn = Streams?.[0]?.StreamArn;
  if (StreamArn === undefined) throw new Error(`${tableName} has no stream.`);
  const described = await client.send(new DescribeStreamCommand({ StreamArn }));
  const shards = described.StreamDescription?.Shards ?? [];
  if (shards.length !== 1) throw new Error(`The stream of ${tableName} has ${shards.length} shards.`);
  const ShardId = shards[0]?.ShardId;
  let after: string | undefined;
  let iterator: string | undefined;

  async function nextRecords() {
    iterator ??= (
      await client.send(
        new GetShardIteratorCommand({
          StreamArn,
          ShardId,
          ...(after === undefined
            ? { ShardIteratorType: 'TRIM_HORIZON' }
            : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
        }),
      )
    ).ShardIterator;
    try {
      const read = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      iterator = read.NextShardIterator;
      after = read.Records?.at(-1)?.dynamodb?.SequenceNumber ?? after;
      return read.Records ?? [];
    } catch (error) {
      // DynamoDB Local says so of a stream that nothing was read from yet: another iterator reads it.
      if (!(error instanceof TrimmedDataAccessException) || after !== undefined) throw error;
      iterator = undefined;
      return undefined;
    }
  }

  return {
    async read() {
      const records: DynamoDBRecord[] = [];
      for (;;) {
        const found = await nextRecords();
        if (!found) continue;
        records.push(...found.map((record) => toLambdaRecord(record, StreamArn)));
        if (found.length === 0) return records;
      }
    },
  };
}
