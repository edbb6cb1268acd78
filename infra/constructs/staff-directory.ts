import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { roles } from '../../shared/contracts/route.ts';
import { type Stage, stagePrefix } from '../config.ts';

/**
 * The fund's staff: accounts are made by an administrator, sign in with a second factor, and have the groups of
 * which routes require one. The Plus plan refuses leaked passwords and suspicious sign-ins; it is paid per
 * active user, of whom there are few.
 */
export function createStaffDirectory(
  scope: Construct,
  stage: Stage,
): { readonly pool: UserPool; readonly domain: UserPoolDomain } {
  const pool = new UserPool(scope, 'Staff', {
    userPoolName: `${stagePrefix(stage)}-staff`,
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    autoVerify: { email: true },
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { otp: true, sms: false },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    featurePlan: FeaturePlan.PLUS,
    standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
    deletionProtection: stage.keepData,
    removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  for (const role of roles) pool.addGroup(role, { groupName: role });
  // The name must be free in all of AWS's region: the account's number makes it so.
  const domain = pool.addDomain('SignIn', {
    cognitoDomain: { domainPrefix: `${stagePrefix(stage)}-${Aws.ACCOUNT_ID}` },
  });
  return { pool, domain };
}
