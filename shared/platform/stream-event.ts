import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Item } from './database.ts';

const streamEvent = z.object({
  Records: z.array(
    z.object({
      eventName: z.optional(z.string()),
      dynamodb: z.optional(
        z.object({ NewImage: z.optional(z.record(z.string(), z.custom<AttributeValue>())) }),
      ),
    }),
  ),
});

/** The items that are new in what a stream brings; undefined for any other event. */
export function insertedItems(event: unknown): Item[] | undefined {
  const stream = streamEvent.safeParse(event);
  if (!stream.success) return undefined;
  return stream.data.Records.flatMap(({ eventName, dynamodb }) =>
    eventName === 'INSERT' && dynamodb?.NewImage ? [unmarshall(dynamodb.NewImage)] : [],
  );
}
