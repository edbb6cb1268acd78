import { type App, Stack } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { type Stage, stagePrefix } from '../config.ts';

type Rule = CfnWebACL.RuleProperty;
type Statement = CfnWebACL.StatementProperty;

/** Stripe signs what it sends, its bodies are large and hold addresses, and it comes from few addresses. */
const notStripe: Statement = {
  notStatement: {
    statement: {
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: 'EXACTLY',
        searchString: '/api/webhooks/stripe',
        textTransformations: [{ priority: 0, type: 'NONE' }],
      },
    },
  },
};

/** The firewall before CloudFront, in the only region that has it. Gives its ARN. */
export function createFirewallStack(app: App, stage: Stage): { readonly stack: Stack; readonly arn: string } {
  const stack = new Stack(app, 'Firewall', {
    stackName: `${stagePrefix(stage)}-firewall`,
    env: { region: 'us-east-1' },
    description: 'Startline: the web firewall before CloudFront.',
  });
  const firewall = new CfnWebACL(stack, 'WebAcl', {
    name: stagePrefix(stage),
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('all'),
    rules: [
      {
        name: 'requests-per-address',
        priority: 0,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: {
          rateBasedStatement: {
            aggregateKeyType: 'IP',
            evaluationWindowSec: 300,
            limit: stage.requestsPerAddress,
            scopeDownStatement: notStripe,
          },
        },
        visibilityConfig: visibility('requests-per-address'),
      },
      managedRules(1, 'AWSManagedRulesAmazonIpReputationList'),
      managedRules(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
      // An order of a relay team is larger than the 8 KB that the rule allows; routes limit their own bodies.
      managedRules(3, 'AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY']),
    ],
  });
  return { stack, arn: firewall.attrArn };
}

function managedRules(priority: number, name: string, onlyCounted: readonly string[] = []): Rule {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        scopeDownStatement: notStripe,
        ruleActionOverrides: onlyCounted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  };
}

/** Samples would keep paths, in which orders' tokens are. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
