import { type PromoCode, readPromoCode } from '../catalogue/promo-codes.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { findUses, giveUseBack, type Pool, takeUse } from '../entries/code-uses.ts';
import type { Part } from '../platform/database.ts';
import { keyedDigest } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import type { CheckedEntry } from './check-order.ts';
import { mailbox } from './hold-limits.ts';
import type { EntryLine, OrderLine } from './lines.ts';
import { makeWay } from './make-way.ts';
import { entryLines, type Order } from './order.ts';
import type { OrderDesk } from './place-order.ts';

/** A use of a code for one entry. */
export type CodeUse = NonNullable<EntryLine['promo']>;

/**
 * A use of its code for each entry that the code covers, in their order; nothing is read where there is no code. When
 * the uses are held by unpaid orders of the same runners, those are looked at first.
 * @throws Refusal `validation_failed` when too few are left: `code_used_up` or `code_used_by_mail`.
 */
export async function chooseUses(
  desk: OrderDesk,
  event: CatalogueEvent,
  checked: readonly CheckedEntry[],
  email: string,
): Promise<CodeUse[]> {
  const covered = checked.filter(({ code }) => code !== undefined);
  const code = covered[0]?.code;
  if (!code) return [];
  const mail = keyedDigest(desk.keys.runnerLock, 'mail', event.id, mailbox(email));
  const choose = () => findUsesOf(desk, { event: event.id, code: code.code }, code, mail, covered.length);
  const found = await choose();
  if (typeof found !== 'string') return found;
  for (const [index, { lock }] of checked.entries()) await makeWay(desk, lock, `entries.${index}.runner`);
  const freed = await choose();
  if (typeof freed !== 'string') return freed;
  throw refused(freed);
}

/**
 * Refuses a code that has fewer uses left than are wanted.
 * @throws Refusal `validation_failed` with `code_used_up`.
 */
export async function refuseUsedUp(
  { db, world }: Pick<OrderDesk, 'db' | 'world'>,
  event: string,
  { code, uses }: PromoCode,
  count: number,
): Promise<void> {
  const found = await findUses(db, world.random, { event, code }, uses, count);
  if (found.length < count) throw refused('code_used_up');
}

const refused = (code: 'code_used_up' | 'code_used_by_mail') =>
  new Refusal('validation_failed', { errors: [{ field: 'code', code }] });

async function findUsesOf(
  { db, world }: Pick<OrderDesk, 'db' | 'world'>,
  pool: Pool & { mail?: never },
  { uses, perMail }: Pick<PromoCode, 'uses' | 'perMail'>,
  mail: string | undefined,
  count: number,
): Promise<CodeUse[] | 'code_used_up' | 'code_used_by_mail'> {
  const [numbers, ofMail] = await Promise.all([
    findUses(db, world.random, pool, uses, count),
    perMail === undefined || mail === undefined
      ? undefined
      : findUses(db, world.random, { ...pool, mail }, perMail, count),
  ]);
  if (numbers.length < count) return 'code_used_up';
  if (ofMail && ofMail.length < count) return 'code_used_by_mail';
  return numbers.map((use, index) => {
    const its = ofMail?.[index];
    return {
      code: pool.code,
      use,
      ...(mail !== undefined && its !== undefined && { ofMail: { mail, use: its } }),
    };
  });
}

/**
 * The lines of an order that has given its uses back with others in their place, at the price that was shown and paid.
 * @returns undefined when too few are left, or its code is no more.
 */
export async function withOtherUses(
  { db, world }: Pick<OrderDesk, 'db' | 'world'>,
  order: Order,
): Promise<OrderLine[] | undefined> {
  const covered = entryLines(order).flatMap(({ promo }) => promo ?? []);
  const [first] = covered;
  if (!first) return order.lines;
  const { event } = order;
  const code = await readPromoCode(db, event, first.code);
  if (!code) return undefined;
  const pool = { event, code: first.code };
  const found = await findUsesOf({ db, world }, pool, code, first.ofMail?.mail, covered.length);
  if (typeof found === 'string') return undefined;
  const others = found.values();
  return order.lines.map((line) => {
    if (line.kind !== 'entry' || !line.promo) return line;
    const { value } = others.next();
    return value ? { ...line, promo: value } : line;
  });
}

/** Takes the uses of an order's entries (parts `use`); refused when somebody else took one of them. */
export function takeUses(order: Order): Part[] {
  return usesOf(order).map(({ pool, use }) => takeUse(useName, pool, use, order.id));
}

/** Gives the uses of an order's entries back, in the transaction that ends it unpaid. */
export function giveUsesBack(order: Order): Part[] {
  return usesOf(order).map(({ pool, use }) => giveUseBack(useName, pool, use, order.id));
}

/** The name of every part that takes or gives back a use. */
export const useName = 'use';

function usesOf(order: Order): { pool: Pool; use: number }[] {
  return entryLines(order).flatMap(({ promo }) => {
    if (!promo) return [];
    const { code, use, ofMail } = promo;
    const pool = { event: order.event, code };
    return [{ pool, use }, ...(ofMail ? [{ pool: { ...pool, mail: ofMail.mail }, use: ofMail.use }] : [])];
  });
}
