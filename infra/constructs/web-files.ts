import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { acknowledge } from '../acknowledge.ts';
import { type Stage, stagePrefix } from '../config.ts';
import { createLogGroup } from './log-group.ts';

/** The bucket of built files, all of which can be built again. */
export function createWebBucket(stack: Stack): IBucket {
  const bucket = new Bucket(stack, 'WebFiles', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: false,
  });
  acknowledge(bucket, 'AwsSolutions-S1', 'Only CloudFront reads it, and only files that are public anyway.');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the CDK's class does not fit its own interface under `exactOptionalPropertyTypes`
  return bucket as IBucket;
}

/**
 * Uploads what Vite built into `directory`, and the console's settings as `console/config.json`. Files of
 * earlier versions stay, as pages still kept at the edge or open in a browser refer to them.
 */
export function deployWebFiles(
  stack: Stack,
  stage: Stage,
  bucket: IBucket,
  directory: string,
  consoleSettings: Readonly<Record<string, string>>,
): void {
  const common = {
    destinationBucket: bucket,
    prune: false,
    memoryLimit: 512,
    logGroup: createLogGroup(stack, 'DeployLog', stage, `/aws/lambda/${stagePrefix(stage)}-deploy-web`),
  };
  const files = Source.asset(directory);
  const named = new BucketDeployment(stack, 'DeployAssets', {
    ...common,
    sources: [files],
    exclude: ['*'],
    include: ['assets/*'],
    cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
  });
  const pages = new BucketDeployment(stack, 'DeployConsole', {
    ...common,
    sources: [files, Source.jsonData('console/config.json', consoleSettings)],
    exclude: ['*'],
    include: ['console/*'],
    cacheControl: [CacheControl.noCache()],
  });
  // The page names the files of its version: they come first.
  pages.node.addDependency(named);
  acknowledgeUploader(stack, bucket, pages.handlerRole);
}

/** The CDK's own function does the upload, during a deployment only; its role and runtime are the CDK's. */
function acknowledgeUploader(stack: Stack, bucket: IBucket, role: IRole): void {
  const reason =
    'The uploader of the CDK, which runs during a deployment only and is given no narrower role by it.';
  acknowledge(
    role,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    reason,
  );
  const findings = [
    ...['GetBucket*', 'GetObject*', 'List*', 'Abort*', 'DeleteObject*'].map(
      (action) => `Action::s3:${action}`,
    ),
    `Resource::arn:aws:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-${stack.region}/*`,
  ];
  const resource = bucket.node.defaultChild;
  if (resource instanceof CfnBucket) findings.push(`Resource::<${stack.getLogicalId(resource)}.Arn>/*`);
  for (const finding of findings) acknowledge(role, `AwsSolutions-IAM5[${finding}]`, reason);
  if (role.node.scope)
    acknowledge(role.node.scope, 'AwsSolutions-L1', 'The CDK chooses the runtime of its uploader.');
}
