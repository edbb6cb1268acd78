import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { createFailureQueue } from './failure-queue.ts';

/**
 * Starts the function for what SES tells of mails of one configuration set: stages in one account share the event bus. An
 * event that fails is tried twice more and then put into the queue, which this returns.
 */
export function createMailEvents(scope: Construct, target: LambdaFunction, configurationSet: string): Queue {
  const failures = createFailureQueue(scope, target.node.id);
  target.configureAsyncInvoke({
    retryAttempts: 2,
    maxEventAge: Duration.hours(6),
    onFailure: new SqsDestination(failures),
  });
  new Rule(scope, `${target.node.id}-rule`, {
    eventPattern: {
      source: ['aws.ses'],
      detail: {
        eventType: ['Bounce', 'Complaint'],
        mail: { tags: { 'ses:configuration-set': [configurationSet] } },
      },
    },
    targets: [new LambdaTarget(target)],
  });
  return failures;
}
