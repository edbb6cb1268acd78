import type { Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { type Stage, stagePrefix } from '../config.ts';
import { type FunctionDefinition, type FunctionName, functionNames, functions } from '../functions.ts';
import { type AddAlarm, alarmPeriod, createAlarms } from './alarms.ts';

/** What it means for people while a function does not do its work. */
const impacts: Readonly<Record<FunctionName, string>> = {
  'public-api': 'Runners and donors get errors when they enter, pay or look at their order.',
  'staff-api': 'Staff get errors in the console; entries and payments go on.',
  'stripe-webhook':
    'Paid orders are not confirmed. Stripe repeats its events for three days; find out why first.',
  site: 'The public pages show errors, so nobody finds the way to enter or to give.',
  projector: 'Reports and public totals stand still; the ledger itself is complete.',
  availability: 'The places shown as left are out of date; nothing is oversold, but runners may try in vain.',
  'send-mail': 'Confirmations and receipts are late; they stay in the outbox until this works again.',
  'mail-events': 'Staff do not learn of mails that came back, so nobody corrects the address.',
  housekeeping: 'Unpaid places are not freed, refunds that are due wait, and totals are not proven.',
};

/** Milliseconds that a change may wait in a stream before somebody must look. */
const longestWait = 120_000;

export interface MonitoringProps {
  readonly stage: Stage;
  readonly api: HttpApi;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  /** The failure queue of each function that follows a stream or events. */
  readonly failures: ReadonlyMap<FunctionName, Queue>;
}

/** Alarms on what people would notice, and one page that shows the same figures. */
export function createMonitoring(stack: Stack, props: MonitoringProps): void {
  const addAlarm = createAlarms(stack, props.stage.alarmEmail);
  addAlarm('ApiErrors', {
    metric: props.api.metricServerError({ period: alarmPeriod, statistic: Stats.SUM }),
    threshold: 5,
    impact: 'Visitors get errors: the gateway answered with 5xx. The dashboard shows which function fails.',
  });
  addAlarm('ApiSlow', {
    metric: props.api.metricLatency({ period: alarmPeriod, statistic: Stats.percentile(99) }),
    threshold: 3_000,
    periods: 2,
    impact: 'One visitor in a hundred waits three seconds or more; in a rush that loses entries.',
  });
  for (const name of functionNames) watchFunction(addAlarm, name, props.functions[name]);
  for (const [name, queue] of props.failures)
    addAlarm(`${name}-given-up`, {
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: alarmPeriod }),
      threshold: 1,
      impact: `Changes or events were given up after repeated failures. ${impacts[name]}`,
    });
  const logged = (id: string, name: FunctionName, field: string, value: string): IMetric =>
    new MetricFilter(stack, id, {
      logGroup: props.functions[name].logGroup,
      filterPattern: FilterPattern.stringValue(field, '=', value),
      metricNamespace: stagePrefix(props.stage),
      metricName: id,
    }).metric({ period: alarmPeriod, statistic: Stats.SUM });
  addAlarm('totals-differ', {
    metric: logged('HousekeepingErrorLogged', 'housekeeping', '$.level', 'ERROR'),
    threshold: 1,
    impact: 'The totals may differ from the ledger: publish none until the log of housekeeping is read.',
  });
  addAlarm('webhook-failed', {
    metric: logged('WebhookErrorLogged', 'stripe-webhook', '$.level', 'ERROR'),
    threshold: 1,
    impact: `An event of Stripe could not be applied. ${impacts['stripe-webhook']}`,
  });
  addAlarm('webhook-refused', {
    metric: logged('WebhookRefused', 'stripe-webhook', '$.refused', 'signature'),
    threshold: 3,
    impact:
      'Webhooks are refused for their signature: the secret in use is not that of the endpoint, or somebody tries to forge them.',
  });
  createDashboard(stack, props);
}

function watchFunction(addAlarm: AddAlarm, name: FunctionName, target: LambdaFunction): void {
  const definition: FunctionDefinition = functions[name];
  const impact = impacts[name];
  addAlarm(`${name}-errors`, {
    metric: target.metricErrors({ period: alarmPeriod }),
    threshold: definition.everySeconds ? 3 : 1,
    impact: `The function fails. ${impact}`,
  });
  if (definition.api || definition.site)
    addAlarm(`${name}-throttled`, {
      metric: target.metricThrottles({ period: alarmPeriod }),
      threshold: 1,
      impact: `The account's concurrency is used up, and visitors are turned away. ${impact}`,
    });
  if (definition.stream)
    addAlarm(`${name}-behind`, {
      metric: target.metric('IteratorAge', { period: alarmPeriod, statistic: Stats.MAXIMUM }),
      threshold: longestWait,
      impact: `The function is more than two minutes behind the changes it follows. ${impact}`,
    });
  if (definition.everySeconds)
    addAlarm(`${name}-stopped`, {
      metric: target.metricInvocations({ period: alarmPeriod }),
      threshold: 1,
      below: true,
      periods: 2,
      impact: `The schedule has not started the function for ten minutes. ${impact}`,
    });
}

function follows(name: FunctionName): boolean {
  const { stream }: FunctionDefinition = functions[name];
  return stream !== undefined;
}

function createDashboard(stack: Stack, { stage, api, functions: made, failures }: MonitoringProps): void {
  const ofEach = (metric: (target: LambdaFunction) => IMetric): IMetric[] =>
    functionNames.map((name) => metric(made[name]));
  const following = functionNames.filter(follows).map((name) => made[name]);
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
  new Dashboard(stack, 'Dashboard', {
    dashboardName: stagePrefix(stage),
    widgets: [
      [
        graph('Requests and errors', [api.metricCount(), api.metricClientError(), api.metricServerError()]),
        graph('Answer times, milliseconds', [
          api.metricLatency({ statistic: Stats.percentile(50) }),
          api.metricLatency({ statistic: Stats.percentile(99) }),
        ]),
      ],
      [
        graph(
          'Function errors',
          ofEach((target) => target.metricErrors({ label: target.node.id })),
        ),
        graph(
          'Functions at once',
          ofEach((target) =>
            target.metric('ConcurrentExecutions', { label: target.node.id, statistic: Stats.MAXIMUM }),
          ),
        ),
      ],
      [
        graph(
          'Behind the streams, milliseconds',
          following.map((target) =>
            target.metric('IteratorAge', { label: target.node.id, statistic: Stats.MAXIMUM }),
          ),
        ),
        graph(
          'Changes given up',
          [...failures.values()].map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
        ),
      ],
    ],
  });
}
