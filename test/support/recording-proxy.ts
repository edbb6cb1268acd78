import * as z from 'zod';
import { serve } from '../../local/serve.ts';

/** DynamoDB as one function sees it, and what it asked for: `places PutItem`. */
export interface RecordingProxy {
  readonly url: string;
  readonly calls: ReadonlySet<string>;
  stop(): Promise<void>;
}

const named = z.looseObject({ TableName: z.string() });
const transaction = z.object({
  TransactItems: z.array(z.partialRecord(z.enum(['Put', 'Update', 'Delete', 'ConditionCheck']), named)),
});
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });

/** The permission that an action of a transaction needs: docs.aws.amazon.com/amazondynamodb, "IAM and transactions". */
const permissionOf = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

/** Passes calls on to DynamoDB Local and notes the permission each needs in the cloud. */
export async function recordCalls(dynamodb: string, prefix: string): Promise<RecordingProxy> {
  const calls = new Set<string>();
  const note = (table: string, action: string): void => {
    calls.add(`${table.slice(prefix.length + 1)} ${action}`);
  };
  const server = await serve({
    port: 0,
    purpose: 'the recording proxy',
    handler: async (request) => {
      const body = await request.text();
      const action = request.headers.get('x-amz-target')?.split('.')[1] ?? '';
      const content: unknown = JSON.parse(body);
      if (action === 'TransactWriteItems') {
        for (const item of transaction.parse(content).TransactItems)
          for (const [kind, { TableName }] of Object.entries(item))
            note(
              TableName,
              z.enum(permissionOf).parse(Object.entries(permissionOf).find(([name]) => name === kind)?.[1]),
            );
      } else if (action.startsWith('Batch')) {
        for (const table of Object.keys(batch.parse(content).RequestItems)) note(table, action);
      } else note(named.parse(content).TableName, action);
      const headers = new Headers(request.headers);
      for (const name of ['host', 'content-length', 'connection']) headers.delete(name);
      const answer = await fetch(dynamodb, { method: 'POST', headers, body });
      return new Response(await answer.arrayBuffer(), {
        status: answer.status,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
      });
    },
  });
  return { url: server.url, calls, stop: () => server.stop() };
}
