import { keyedDigest } from '../platform/ids.ts';
import { type Keys, sameText } from './tokens.ts';

/**
 * What a link about one entry opens: the page of a team; a member's own leave from it; the offer of an entry; the
 * entry itself, for the runner to whom it was handed.
 */
export type EntryLink = 'team' | 'member' | 'transfer' | 'entry';

/** What such a link names. */
export interface Linked {
  readonly order: string;
  readonly entry: string;
  /** The member's id, or the number of the transfer; a team has none. */
  readonly detail?: string;
}

const shape = /^(ord_[0-9a-z]{26})\.(ent_[0-9a-z]{26})(?:\.([0-9a-z_]{1,40}))?\.([0-9a-z]{26})$/;

const digestOf = (keys: Keys, link: EntryLink, { order, entry, detail = '' }: Linked): string =>
  keyedDigest(keys.orderToken, link, order, entry, detail);

/** The key in a link: ids and a keyed digest of them, 130 bits that nobody can guess. It opens nothing else. */
export function entryToken(keys: Keys, link: EntryLink, linked: Linked): string {
  const { order, entry, detail } = linked;
  return [order, entry, ...(detail === undefined ? [] : [detail]), digestOf(keys, link, linked)].join('.');
}

/** What a key of that kind names; undefined for anything that is not exactly such a key. */
export function linkedBy(keys: Keys, link: EntryLink, token: string): Linked | undefined {
  const [, order, entry, detail, digest] = shape.exec(token) ?? [];
  if (order === undefined || entry === undefined || digest === undefined) return undefined;
  const linked = { order, entry, ...(detail !== undefined && { detail }) };
  return sameText(digest, digestOf(keys, link, linked)) ? linked : undefined;
}
