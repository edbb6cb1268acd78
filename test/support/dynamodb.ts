import type { TestProject } from 'vitest/node';
import { startDynamoDbLocal } from '../../local/dynamodb.ts';

declare module 'vitest' {
  interface ProvidedContext {
    dynamodb: string;
  }
}

/** One DynamoDB Local, in memory, for all test files of a project; each file has tables of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dynamodb = await startDynamoDbLocal({ port: 0 });
  project.provide('dynamodb', dynamodb.endpoint);
  return () => dynamodb.stop();
}
