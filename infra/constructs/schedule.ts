import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/**
 * Starts the function every so many seconds, a whole number of minutes. A run that fails or finds the function
 * busy is dropped: the next one does its work.
 */
export function createSchedule(scope: Construct, target: LambdaFunction, everySeconds: number): void {
  target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
  new Rule(scope, `${target.node.id}-schedule`, {
    schedule: Schedule.rate(Duration.minutes(everySeconds / 60)),
    targets: [new LambdaTarget(target)],
  });
}
