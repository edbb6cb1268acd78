import { expect, test } from 'vitest';
import { toLambdaRecord } from '../../local/stream-records.ts';

test('a record has the shape that Lambda hands over, whatever the values', () => {
  const bytes = new Uint8Array([1, 2, 255]);
  const record = toLambdaRecord(
    {
      eventID: 'id-1',
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'ddblocal',
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
      dynamodb: {
        ApproximateCreationDateTime: new Date('2027-03-01T05:00:59.900Z'),
        Keys: { pk: { S: 'a' }, n: { N: '12' } },
        NewImage: {
          list: { L: [{ S: 'x' }, { NULL: true }] },
          map: { M: { yes: { BOOL: false } } },
          names: { SS: ['a', 'b'] },
          numbers: { NS: ['1', '2'] },
          raw: { B: bytes },
          raws: { BS: [bytes] },
        },
        SequenceNumber: '000000000000000000007',
        SizeBytes: 12,
        StreamViewType: 'NEW_IMAGE',
      },
    },
    'arn:stream',
  );
  // Lambda sends JSON: what does not survive it is not faithful.
  expect(JSON.parse(JSON.stringify(record))).toStrictEqual({
    eventID: 'id-1',
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'ddblocal',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    eventSourceARN: 'arn:stream',
    dynamodb: {
      ApproximateCreationDateTime: 1803877259,
      Keys: { pk: { S: 'a' }, n: { N: '12' } },
      NewImage: {
        list: { L: [{ S: 'x' }, { NULL: true }] },
        map: { M: { yes: { BOOL: false } } },
        names: { SS: ['a', 'b'] },
        numbers: { NS: ['1', '2'] },
        raw: { B: 'AQL/' },
        raws: { BS: ['AQL/'] },
      },
      SequenceNumber: '000000000000000000007',
      SizeBytes: 12,
      StreamViewType: 'NEW_IMAGE',
    },
  });
});
