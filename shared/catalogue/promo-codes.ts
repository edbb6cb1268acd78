import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { instant, slug } from '../contracts/basics.ts';
import { commit, type Database, getItem, type Part, queryItems } from '../platform/database.ts';
import type { World } from '../platform/world.ts';

/** The most uses a code may have: counting them reads one item of each. */
const mostUses = 10_000;

/** A promo code or an access code as the catalogue file has it. */
export const promoCode = z.strictObject({
  /** In capitals; buyers may type it in any case. */
  code: z
    .string()
    .min(3)
    .max(32)
    .regex(/^[A-Z0-9]+(?:-[A-Z0-9]+)*$/, { error: 'must be capital letters, digits and single hyphens' }),
  /** What it takes off the price: basis points of it (10000 makes the entry free) or an amount. */
  off: z
    .union([
      z.strictObject({ percent: z.int().min(1).max(10_000) }),
      z.strictObject({ fixed: z.int().positive() }),
    ])
    .exactOptional(),
  /** The distances it is for; all when absent. */
  distances: z.array(slug).min(1).exactOptional(),
  /** Lets people into those of its distances that are entered by code only. */
  unlocks: z.literal(true).exactOptional(),
  opensAt: z.exactOptional(instant),
  closesAt: z.exactOptional(instant),
  /** How many entries it is good for. */
  uses: z.int().min(1).max(mostUses),
  /** How many of them one e-mail address may have. */
  perMail: z.int().min(1).max(100).exactOptional(),
});
export type PromoCode = z.infer<typeof promoCode>;

const prefix = 'code#';
const codeKey = (event: string, code: string) => ({ pk: `event#${event}`, sk: `${prefix}${code}` });
const storedCode = z.object({ definition: promoCode });

/** A code of an event, which may be a moment old. @param code in capitals. */
export async function readPromoCode(
  db: Database,
  event: string,
  code: string,
): Promise<PromoCode | undefined> {
  const item = await getItem(db, 'catalogue', codeKey(event, code));
  return item && storedCode.parse(item).definition;
}

/** Every code of an event, by name. */
export async function listPromoCodes(db: Database, event: string): Promise<PromoCode[]> {
  const items = await queryItems(db, 'catalogue', {
    condition: 'pk = :event AND begins_with(sk, :code)',
    values: { ':event': codeKey(event, '').pk, ':code': prefix },
  });
  return items.map((item) => storedCode.parse(item).definition);
}

/** Actions that one transaction takes (docs.aws.amazon.com/amazondynamodb: TransactWriteItems). */
const mostAtOnce = 100;

/**
 * Makes the codes of an event those of its file: repeating it after an interruption does the rest. What was used of
 * a code stays used, and orders keep the prices they were made with.
 * @returns how many codes were written and taken away.
 */
export async function publishPromoCodes(
  db: Database,
  world: World,
  event: string,
  codes: readonly PromoCode[],
): Promise<{ written: number; removed: number }> {
  const stored = new Map((await listPromoCodes(db, event)).map((found) => [found.code, found]));
  const changed = codes.filter((found) => !isDeepStrictEqual(found, stored.get(found.code)));
  const gone = [...stored.keys()].filter((code) => !codes.some((found) => found.code === code));
  const table = 'catalogue';
  const parts = [
    ...changed.map((definition): Part => {
      const name = `code:${definition.code}`;
      return { name, table, put: { ...codeKey(event, definition.code), definition } };
    }),
    ...gone.map((code): Part => ({ name: `code:${code}`, table, delete: codeKey(event, code) })),
  ];
  for (let from = 0; from < parts.length; from += mostAtOnce)
    await commit(db, world, parts.slice(from, from + mostAtOnce));
  return { written: changed.length, removed: gone.length };
}
