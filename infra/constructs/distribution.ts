import { Duration, Fn, SecretValue, type Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from '../acknowledge.ts';
import { type Stage, secretId, stagePrefix } from '../config.ts';
import { consolePage } from '../console-page.ts';
import { contentSecurityPolicy } from '../security-headers.ts';

/** The header by which a function knows that CloudFront, and so the firewall, let the request through. */
const originHeader = 'x-startline-origin';

export interface DistributionProps {
  readonly stage: Stage;
  readonly api: HttpApi;
  readonly assets: IBucket;
  readonly firewallArn: string;
  /** What the console calls besides the own origin. */
  readonly consoleConnects: readonly string[];
}

/** What the world sees: pages and API by the gateway, built files and the staff console from the bucket. */
export function createDistribution(stack: Stack, props: DistributionProps): Distribution {
  const { stage, assets } = props;
  const api = new HttpOrigin(Fn.select(2, Fn.split('/', props.api.apiEndpoint)), {
    protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    customHeaders: {
      // CloudFormation puts the value in; it is in no template.
      [originHeader]: SecretValue.secretsManager(secretId(stage, 'origin'), {
        jsonField: 'value',
      }).unsafeUnwrap(),
    },
  });
  const files = S3BucketOrigin.withOriginAccessControl(assets);
  const asked = createCachePolicy(stack, stage);
  const everyPage = securityHeaders(stack, stage, 'site', contentSecurityPolicy());
  const consolePages = securityHeaders(stack, stage, 'console', contentSecurityPolicy(props.consoleConnects));

  const common = { viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS, compress: true };
  const dynamic = {
    ...common,
    origin: api,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    responseHeadersPolicy: everyPage,
  };
  const consoleBehavior: BehaviorOptions = {
    ...common,
    origin: files,
    cachePolicy: asked,
    responseHeadersPolicy: consolePages,
    functionAssociations: [
      { eventType: FunctionEventType.VIEWER_REQUEST, function: consoleFunction(stack, stage) },
    ],
  };
  const distribution = new Distribution(stack, 'Distribution', {
    comment: stagePrefix(stage),
    httpVersion: HttpVersion.HTTP2_AND_3,
    // Without the farthest edges: visitors are in Central Asia, Europe and North America.
    priceClass: PriceClass.PRICE_CLASS_200,
    webAclId: props.firewallArn,
    ...(stage.domain && {
      domainNames: [stage.domain.name],
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      certificate: Certificate.fromCertificateArn(stack, 'Certificate', stage.domain.certificateArn),
    }),
    defaultBehavior: { ...dynamic, allowedMethods: AllowedMethods.ALLOW_GET_HEAD, cachePolicy: asked },
    additionalBehaviors: {
      '/api/staff/*': {
        ...dynamic,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
      },
      '/api/*': { ...dynamic, allowedMethods: AllowedMethods.ALLOW_ALL, cachePolicy: asked },
      // The names of these files change with their content.
      '/assets/*': {
        ...common,
        origin: files,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: everyPage,
      },
      '/console': consoleBehavior,
      '/console/*': consoleBehavior,
    },
  });
  acknowledge(distribution, 'AwsSolutions-CFR1', 'Runners and donors come from some sixty countries.');
  acknowledge(
    distribution,
    'AwsSolutions-CFR3',
    "Its logs would keep visitors' addresses and paths with order tokens; the gateway logs each route instead.",
  );
  if (stage.domain === undefined)
    acknowledge(
      distribution,
      'AwsSolutions-CFR4',
      "Under CloudFront's own name its certificate and protocols apply; a stage with a domain has TLS 1.2 at least.",
    );
  return distribution;
}

/** Keeps an answer for as long as its own Cache-Control says, and not at all when it says nothing. */
function createCachePolicy(stack: Stack, stage: Stage): CachePolicy {
  return new CachePolicy(stack, 'AsAnswerSays', {
    cachePolicyName: `${stagePrefix(stage)}-as-answer-says`,
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.hours(1),
    queryStringBehavior: CacheQueryStringBehavior.all(),
    headerBehavior: CacheHeaderBehavior.none(),
    enableAcceptEncodingBrotli: true,
    enableAcceptEncodingGzip: true,
  });
}

function securityHeaders(
  stack: Stack,
  stage: Stage,
  name: string,
  contentPolicy: string,
): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(stack, `Headers-${name}`, {
    responseHeadersPolicyName: `${stagePrefix(stage)}-${name}`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: contentPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      // An order's address holds its token.
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
    },
  });
}

function consoleFunction(stack: Stack, stage: Stage): EdgeFunction {
  return new EdgeFunction(stack, 'ConsolePage', {
    functionName: `${stagePrefix(stage)}-console-page`,
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(consolePage),
  });
}
