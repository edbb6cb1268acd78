import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { MessageRejected, TooManyRequestsException } from '@aws-sdk/client-sesv2';
import type { StripeDouble } from '../../local/stripe/server.ts';
import type { Chance } from './chance.ts';
import type { Call, Verdict } from './gate.ts';

/** Something that may be done to a call that waits at the gate. */
interface Fault {
  /** As the table of faults names it. */
  readonly name: string;
  readonly weight: number;
  readonly meets: (call: Call) => boolean;
  /** The error that the caller sees; absent where the process dies. */
  readonly error?: (stripe: StripeDouble) => Error | undefined;
}

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });
const lost = () => named('TimeoutError', 'The connection broke.', { code: 'ETIMEDOUT' });
const reset = () => named('Error', 'The connection was reset.', { code: 'ECONNRESET' });

const at = (service: Call['service'], stage: Call['stage'], what = /./) => {
  return (call: Call) => call.service === service && call.stage === stage && what.test(call.what);
};
const writes = /^(TransactWrite|Put|Update|Delete)/;
const commits = /^TransactWrite/;

/** What can go wrong with a call. Errors stand for what is left when the SDK's own retries are used up. */
const faults: readonly Fault[] = [
  {
    name: 'DynamoDB: conflict of two transactions',
    weight: 8,
    meets: at('dynamodb', 'before', commits),
    error: () =>
      new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
      }),
  },
  {
    name: 'DynamoDB: a write meets a transaction',
    weight: 2,
    meets: at('dynamodb', 'before', /^(Put|Update|Delete)/),
    error: () => new TransactionConflictException({ message: 'Transaction is ongoing', $metadata: {} }),
  },
  {
    name: 'DynamoDB: throttled',
    weight: 2,
    meets: at('dynamodb', 'before'),
    error: () => named('ThrottlingException', 'Rate exceeded'),
  },
  { name: 'DynamoDB: not reached', weight: 1, meets: at('dynamodb', 'before'), error: lost },
  {
    name: 'DynamoDB: answer lost after the effect',
    weight: 5,
    meets: at('dynamodb', 'after', writes),
    error: lost,
  },
  {
    name: 'process dies before a commit',
    weight: 4,
    meets: at('dynamodb', 'before', commits),
  },
  { name: 'process dies after a commit', weight: 6, meets: at('dynamodb', 'after', commits) },
  {
    name: 'process dies at another call to DynamoDB',
    weight: 0.5,
    meets: (call) => call.service === 'dynamodb' && !commits.test(call.what),
  },
  {
    name: 'Stripe: 429',
    weight: 4,
    meets: at('stripe', 'before'),
    error: (stripe) => {
      stripe.faults.add({ kind: 'rate-limit', count: 1 });
      return undefined;
    },
  },
  {
    name: 'Stripe: 500, kept under the key',
    weight: 3,
    meets: at('stripe', 'before'),
    error: (stripe) => {
      stripe.faults.add({ kind: 'server-error', count: 1 });
      return undefined;
    },
  },
  { name: 'Stripe: not reached', weight: 2, meets: at('stripe', 'before'), error: reset },
  { name: 'Stripe: time-out after the effect', weight: 5, meets: at('stripe', 'after'), error: lost },
  {
    name: 'Stripe: connection reset after the effect',
    weight: 3,
    meets: at('stripe', 'after'),
    error: reset,
  },
  { name: 'process dies before a call to Stripe', weight: 3, meets: at('stripe', 'before') },
  { name: 'process dies after a call to Stripe', weight: 6, meets: at('stripe', 'after') },
  {
    name: 'mail: throttled',
    weight: 4,
    meets: at('mail', 'before'),
    error: () => new TooManyRequestsException({ message: 'Maximum sending rate exceeded.', $metadata: {} }),
  },
  {
    name: 'mail: address refused',
    weight: 1,
    meets: at('mail', 'before'),
    error: () => new MessageRejected({ message: 'Email address is not valid.', $metadata: {} }),
  },
  { name: 'mail: answer lost after sending', weight: 4, meets: at('mail', 'after'), error: lost },
  { name: 'process dies around sending a mail', weight: 3, meets: (call) => call.service === 'mail' },
];

/** Commits and calls that leave the service, with many faults to choose from, meet more of them than readings. */
const usualWeight = 8;

/** What happens to a call: it passes, fails, or the process that made it dies. */
export type Decision = { readonly verdict: Verdict | 'dies'; readonly fault?: string };

/** Decides calls by chance. */
export class Faults {
  readonly #chance: Chance;
  /** The share of calls that something happens to. */
  readonly #rate: number;
  readonly #without: ReadonlySet<string>;
  readonly counts = new Map<string, number>();

  /** @param without faults left out, by name, to find out which ones a violation needs. */
  constructor(chance: Chance, rate: number, without: ReadonlySet<string>) {
    this.#chance = chance;
    this.#rate = rate;
    this.#without = without;
  }

  decide(call: Call, stripe: StripeDouble): Decision {
    // As many choices for every call, so that leaving out a fault moves no other.
    const possible = faults.filter(({ meets }) => meets(call));
    const weights = possible.reduce((sum, { weight }) => sum + weight, 0);
    const happens = this.#chance.happens((this.#rate * weights) / usualWeight);
    const fault = this.#chance.weighted(possible);
    if (!happens || !fault || !this.allows(fault.name)) return { verdict: { kind: 'pass' } };
    this.count(fault.name);
    if (!fault.error) return { verdict: 'dies', fault: fault.name };
    const error = fault.error(stripe);
    call.job.disturbed = true;
    return { verdict: error ? { kind: 'fail', error } : { kind: 'pass' }, fault: fault.name };
  }

  /** Whether something that is no call may go wrong: webhooks, streams, schedules. */
  happens(name: string, share: number): boolean {
    if (!this.#chance.happens(share) || !this.allows(name)) return false;
    this.count(name);
    return true;
  }

  allows(name: string): boolean {
    return !this.#without.has(name);
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
