import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../config.ts';

const retention = { 14: RetentionDays.TWO_WEEKS, 90: RetentionDays.THREE_MONTHS };

/** A log that is kept for as many days as the stage says, and goes with its stack. */
export function createLogGroup(scope: Construct, id: string, stage: Stage, logGroupName: string): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName,
    retention: retention[stage.logRetentionDays],
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
