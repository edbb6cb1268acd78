import * as z from 'zod';
import { runner } from '../contracts/orders.ts';
import type { Item, Part } from '../platform/database.ts';

const memberItem = z.object({
  sk: z.string(),
  runner,
  /** The runner's lock, given back when the member leaves. */
  lock: z.string(),
  /** Who put the member on the team. */
  by: z.enum(['self', 'captain']),
  consentedAt: z.string(),
  /** A digest of the request, so that one Idempotency-Key cannot stand for two members. */
  fingerprint: z.string(),
});

/** One member of a relay team. */
export type Member = Omit<z.infer<typeof memberItem>, 'sk'> & {
  /** `mem_…`, derived from the request's Idempotency-Key. */
  readonly id: string;
  readonly entry: string;
};

const memberKey = (order: string, entry: string, member: string) => ({
  pk: order,
  sk: `${entry}#${member}`,
});

const isMemberKey = (sk: unknown): boolean => typeof sk === 'string' && /^ent_[^#]+#mem_[^#]+$/.test(sk);

/** Whether an item beside an order is a member of a team. */
export function isMember({ sk, left }: Item): boolean {
  return isMemberKey(sk) && left === undefined;
}

/** The id of a member of a team that an item says has left; undefined for all other items. */
export function formerMember({ sk, left }: Item): string | undefined {
  return isMemberKey(sk) && left === true ? z.string().parse(sk).split('#')[1] : undefined;
}

/** A member as the table holds it. */
export function parseMember(item: Item): Member {
  const { sk, ...content } = memberItem.parse(item);
  const [entry = '', id = ''] = sk.split('#');
  return { id, entry, ...content };
}

/** Writes a new member; refused when the same request wrote one. */
export function newMember(order: string, { id, entry, ...content }: Member): Part {
  return {
    name: 'member',
    table: 'orders',
    put: { ...memberKey(order, entry, id), ...content },
    condition: 'attribute_not_exists(pk)',
  };
}

/**
 * Takes a member off the team, with everything stored about them; refused when they are not on it. What stays is that
 * the request which put them there was carried out: repeated late, it must not do so again.
 */
export function removeMember(order: string, { entry, id }: Pick<Member, 'entry' | 'id'>): Part {
  return {
    name: 'member',
    table: 'orders',
    put: { ...memberKey(order, entry, id), left: true },
    condition: 'attribute_exists(pk) AND attribute_not_exists(#left)',
    names: { '#left': 'left' },
  };
}
