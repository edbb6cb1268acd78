import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { FunctionDefinition } from '../functions.ts';
import { createFailureQueue } from './failure-queue.ts';

/**
 * Starts the function for changes of a table. A batch that keeps failing is halved, tried five times more, and
 * its position in the stream then put into the queue, which this returns.
 */
export function createStreamConsumer(
  scope: Construct,
  consumer: LambdaFunction,
  stream: NonNullable<FunctionDefinition['stream']>,
  streamArn: string,
): Queue {
  const failures = createFailureQueue(scope, consumer.node.id);
  // Written out, as the CDK's own stream source would grant the listing of every table's streams.
  consumer.addToRolePolicy(
    new PolicyStatement({
      actions: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ],
      resources: [streamArn],
    }),
  );
  const mapping = new EventSourceMapping(scope, `${consumer.node.id}-stream`, {
    target: consumer,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: stream.batchSize,
    maxBatchingWindow: Duration.seconds(stream.windowSeconds),
    bisectBatchOnError: true,
    retryAttempts: 5,
    onFailure: new SqsDlq(failures),
    ...(stream.onlyInserts && {
      filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT') })],
    }),
  });
  // Lambda tries the role when it makes the mapping.
  if (consumer.role !== undefined) mapping.node.addDependency(consumer.role);
  return failures;
}
