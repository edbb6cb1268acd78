import { CreateTableCommand, type DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { physicalName, tableNames, tables } from '../shared/platform/tables.ts';

/** Makes the tables of a prefix that are not there yet, as `shared/platform/tables.ts` defines them. */
export async function createTables(client: DynamoDBClient, prefix: string): Promise<void> {
  await Promise.all(tableNames.map((name) => createTable(client, prefix, name)));
}

async function createTable(
  client: DynamoDBClient,
  prefix: string,
  name: (typeof tableNames)[number],
): Promise<void> {
  const { partitionKey, sortKey, sortKeyType, ...rest } = tables[name];
  try {
    await client.send(
      new CreateTableCommand({
        TableName: physicalName(prefix, name),
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: partitionKey, AttributeType: 'S' },
          { AttributeName: sortKey, AttributeType: sortKeyType },
        ],
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        ...('stream' in rest && {
          StreamSpecification: { StreamEnabled: true, StreamViewType: rest.stream },
        }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
