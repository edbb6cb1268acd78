import { startDynamoDbLocal } from '../../local/dynamodb.ts';
import { sampleStaff } from '../../local/staff/claims.ts';
import { mintToken } from '../../local/staff/mint-token.ts';
import { startStaffSignIn } from '../../local/staff/sign-in.ts';
import type { Machine } from './service.ts';

/** Starts what all seeds of this process share; `dynamodb` where DynamoDB Local runs already. */
export async function startMachine(dynamodb?: string): Promise<Machine & { stop(): Promise<void> }> {
  const own = dynamodb === undefined ? await startDynamoDbLocal({ port: 0, separate: true }) : undefined;
  const signIn = await startStaffSignIn({
    port: 0,
    redirectUris: ['http://localhost:3000/console/callback'],
    users: sampleStaff,
    password: 'password-for-simulations',
  });
  return {
    dynamodb: dynamodb ?? own?.endpoint ?? '',
    signIn,
    staffToken: (now, email = 'dana@startline.test') =>
      mintToken(signIn.keys, { issuer: signIn.issuer, groups: ['admin', 'finance'], email, now }),
    stop: async () => {
      await signIn.stop();
      await own?.stop();
    },
  };
}
