import { type Database, type Part, queryItems, writeItem } from '../../platform/database.ts';
import type { World } from '../../platform/world.ts';
import type { PaymentFact } from '../gateway.ts';
import { isOfBankTransfer } from './pages.ts';

/** The partition of what has happened to invoices and has not been applied to orders. */
const partition = 'untold';

/** Names a fact: `paid#<order>`, `surplus#<bank payment>` or `refund#<payment>#<refund>`. */
type UntoldName = `paid#${string}` | `surplus#${string}` | `refund#${string}`;

/** The name of a fact; none of one that another provider tells, which may be of the same order. */
function nameOf(fact: PaymentFact): UntoldName | undefined {
  switch (fact.kind) {
    case 'paid':
      return isOfBankTransfer(fact.payment.id) ? `paid#${fact.order}` : undefined;
    case 'surplus':
      return `surplus#${fact.payment.id}`;
    case 'refund':
      return fact.refund.request === undefined
        ? undefined
        : `refund#${fact.refund.payment}#${fact.refund.request}`;
    default:
      return undefined;
  }
}

/** Notes a fact in the transaction that makes it so, until it has been applied. */
export function untold(name: UntoldName): Part {
  return { name, table: 'bank', put: { pk: partition, sk: name } };
}

/** The names of every fact that has not been applied. */
export async function untoldNames(db: Database): Promise<string[]> {
  const items = await queryItems(db, 'bank', {
    condition: 'pk = :pk',
    values: { ':pk': partition },
    strong: true,
  });
  return items.map(({ sk }) => String(sk));
}

/** Forgets a fact that has been applied. */
export async function forgetTold(db: Database, world: World, fact: PaymentFact): Promise<void> {
  const name = nameOf(fact);
  if (name !== undefined) await writeItem(db, world, { table: 'bank', delete: { pk: partition, sk: name } });
}
