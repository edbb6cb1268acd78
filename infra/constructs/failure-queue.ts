import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** Where what a function could not handle is kept for two weeks. */
export function createFailureQueue(scope: Construct, name: string): Queue {
  const failures = new Queue(scope, `${name}-failures`, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(failures, 'AwsSolutions-SQS3', 'This queue is where failures end; nothing consumes it.');
  return failures;
}
