import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  StreamViewType,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import {
  physicalName,
  type TableDefinition,
  type TableName,
  tableNames,
  tables,
} from '../../shared/platform/tables.ts';
import { type Stage, stagePrefix } from '../config.ts';

const attributeTypes = { S: AttributeType.STRING, N: AttributeType.NUMBER };
const streamViews = { KEYS_ONLY: StreamViewType.KEYS_ONLY, NEW_IMAGE: StreamViewType.NEW_IMAGE };

/**
 * Every table of `shared/platform/tables.ts`. Encrypted under DynamoDB's key of the account (`aws/dynamodb`):
 * each use is in CloudTrail, and unlike a key of our own nobody can delete it and with it the ledger.
 */
export function createTables(scope: Construct, stage: Stage): ReadonlyMap<TableName, TableV2> {
  return new Map(tableNames.map((name) => [name, new TableV2(scope, name, tableProps(stage, name))]));
}

function tableProps(stage: Stage, name: TableName): TablePropsV2 {
  const table: TableDefinition = tables[name];
  return {
    tableName: physicalName(stagePrefix(stage), name),
    partitionKey: { name: table.partitionKey, type: AttributeType.STRING },
    sortKey: { name: table.sortKey, type: attributeTypes[table.sortKeyType] },
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: stage.keepData,
    removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    ...(table.stream && { dynamoStream: streamViews[table.stream] }),
    ...(table.timeToLive && { timeToLiveAttribute: table.timeToLive }),
  };
}
