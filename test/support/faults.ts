import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../shared/platform/database.ts';

/** A disturbance of the commands of one kind, for the next `times` of them (1 when left out). */
export interface Fault {
  /** The command's name without `Command`: `TransactWrite`, `Scan`, … */
  readonly command: string;
  /** Only calls that name this table (`ledger`, `orders`, …). */
  readonly table?: string;
  readonly times?: number;
  /**
   * - `conflict`: cancelled or refused, as real DynamoDB does when two transactions, or a write and a transaction, meet
   *   on an item; DynamoDB Local never does.
   * - `throttle`: refused for its rate.
   * - `fail-before`: the process dies, or the connection breaks, before anything happened.
   * - `lose-answer`: it takes effect, and the answer never arrives.
   * - a function: runs before the command, which then goes ahead.
   */
  readonly kind: 'conflict' | 'throttle' | 'fail-before' | 'lose-answer' | (() => unknown);
}

/** What a caller sees when the connection broke. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** The same tables through a connection that is disturbed as planned; faults are met in the order given. */
export function withFaults(db: Database, ...plan: readonly Fault[]): Database & { readonly sent: string[] } {
  const left = plan.map((fault) => ({ fault, times: fault.times ?? 1 }));
  const sent: string[] = [];
  // Through the prototype's own method, which takes any command.
  const passOn = async (args: unknown[]): Promise<unknown> =>
    Reflect.apply(Reflect.get(db.client, 'send'), db.client, args);
  const send = async (args: unknown[]): Promise<unknown> => {
    const [command] = args;
    const name = command instanceof Object ? command.constructor.name.replace(/Command$/, '') : '';
    sent.push(name);
    const met = left.find(({ fault, times }) => times > 0 && meets(fault, name, command));
    if (!met) return passOn(args);
    met.times -= 1;
    switch (met.fault.kind) {
      case 'conflict':
        if (name !== 'TransactWrite')
          throw new TransactionConflictException({ message: 'Transaction is ongoing', $metadata: {} });
        throw new TransactionCanceledException({
          message: 'Transaction cancelled',
          $metadata: {},
          CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
        });
      case 'throttle':
        throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      case 'fail-before':
        throw new ConnectionLost('Nothing was sent.');
      case 'lose-answer':
        await passOn(args);
        throw new ConnectionLost('The answer was lost.');
      default:
        await met.fault.kind();
        return passOn(args);
    }
  };
  const client = new Proxy(db.client, {
    get: (target, property) =>
      property === 'send' ? (...args: unknown[]) => send(args) : Reflect.get(target, property),
  });
  return { prefix: db.prefix, client, sent };
}

function meets(fault: Fault, name: string, command: unknown): boolean {
  if (fault.command !== name) return false;
  return fault.table === undefined || JSON.stringify(command).includes(`-${fault.table}"`);
}
