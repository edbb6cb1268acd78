import type { _Record, AttributeValue as SdkValue } from '@aws-sdk/client-dynamodb-streams';
import type { AttributeValue, DynamoDBRecord, StreamRecord } from 'aws-lambda';

type Image = Record<string, AttributeValue>;

/**
 * One record of DynamoDB Streams as Lambda hands it to a function: binary values as base64, the time in
 * whole seconds since 1970, and the stream it comes from.
 */
export function toLambdaRecord(record: _Record, streamArn: string): DynamoDBRecord {
  return {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: record.eventSource,
    awsRegion: record.awsRegion,
    dynamodb: toLambdaChange(record.dynamodb ?? {}),
    eventSourceARN: streamArn,
    ...(record.userIdentity && {
      userIdentity: { type: record.userIdentity.Type, principalId: record.userIdentity.PrincipalId },
    }),
  };
}

function toLambdaChange(change: NonNullable<_Record['dynamodb']>): StreamRecord {
  const { ApproximateCreationDateTime: time, Keys, NewImage, OldImage, ...rest } = change;
  return {
    ...(time && { ApproximateCreationDateTime: Math.floor(time.getTime() / 1000) }),
    ...(Keys && { Keys: toImage(Keys) }),
    ...(NewImage && { NewImage: toImage(NewImage) }),
    ...(OldImage && { OldImage: toImage(OldImage) }),
    ...rest,
  };
}

function toImage(values: Record<string, SdkValue>): Image {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toValue(value)]));
}

function toValue(value: SdkValue): AttributeValue {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.NULL !== undefined) return { NULL: value.NULL };
  if (value.M !== undefined) return { M: toImage(value.M) };
  if (value.L !== undefined) return { L: value.L.map(toValue) };
  if (value.SS !== undefined) return { SS: value.SS };
  if (value.NS !== undefined) return { NS: value.NS };
  if (value.B !== undefined) return { B: toBase64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(toBase64) };
  throw new Error(`A stream record has a value of an unknown type: ${Object.keys(value).join()}`);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
