import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

interface AlarmProps {
  readonly metric: IMetric;
  /** What it means for runners, donors or staff while this lasts, and what to look at: a whole sentence. */
  readonly impact: string;
  /** Rings at this value; with `below`, under it, and also when nothing is reported. */
  readonly threshold: number;
  readonly below?: true;
  readonly periods?: number;
}

/** Adds an alarm that rings to the stage's address. */
export type AddAlarm = (id: string, props: AlarmProps) => void;

/** The topic of a stage's alarms, and how to add one. */
export function createAlarms(scope: Construct, email: string | undefined): AddAlarm {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  const action = new SnsAction(topic);
  return (id, { metric, impact, threshold, below, periods = 1 }) => {
    const alarm = new Alarm(scope, id, {
      metric,
      alarmDescription: impact,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  };
}

/** The period of every alarm's metric. */
export const alarmPeriod = Duration.minutes(5);
