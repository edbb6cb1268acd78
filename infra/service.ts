import { type App, Tags, Validations } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Stage } from './config.ts';
import type { FunctionName } from './functions.ts';
import { createDataStack } from './stacks/data-stack.ts';
import { createFirewallStack } from './stacks/firewall-stack.ts';
import { createServiceStack, type WebBuild } from './stacks/service-stack.ts';

export interface BuiltParts {
  readonly code: (name: FunctionName) => Code;
  readonly web: WebBuild;
}

/**
 * One stage of the service: what must survive a deployment, the firewall, and what a deployment replaces. The
 * synthesis fails on any finding of cdk-nag that is not acknowledged where it occurs.
 */
export function createService(app: App, stage: Stage, parts: BuiltParts): void {
  Tags.of(app).add('service', 'startline');
  Tags.of(app).add('stage', stage.name);
  const data = createDataStack(app, stage);
  const firewall = createFirewallStack(app, stage);
  const service = createServiceStack(app, { stage, data, firewallArn: firewall.arn, ...parts });
  service.addStackDependency(data.stack, 'tables are named, not imported');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
