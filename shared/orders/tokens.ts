import { timingSafeEqual } from 'node:crypto';
import { keyedDigest } from '../platform/ids.ts';

/** Keys of the service, from its secrets. Losing one invalidates links, locks or tickets, not money. */
export interface Keys {
  /** Signs the tokens of order links. */
  readonly orderToken: string;
  /** Keys the digest of names in runner locks. */
  readonly runnerLock: string;
  /** Signs what QR codes say. */
  readonly ticket: string;
}

const shape = /^(ord_[0-9a-z]{26})\.([0-9a-z]{26})$/;
const waiterShape = /^(wai_[0-9a-z]{26})\.([0-9a-z]{26})$/;

/** The key to an order's own page: its id and a keyed digest of it, 130 bits that nobody can guess. */
export function orderToken(keys: Keys, order: string): string {
  return `${order}.${keyedDigest(keys.orderToken, 'order', order)}`;
}

/** The order a token opens; undefined for anything that is not exactly such a token. */
export function orderOfToken(keys: Keys, token: string): string | undefined {
  const [, order, digest] = shape.exec(token) ?? [];
  if (order === undefined || digest === undefined) return undefined;
  return sameText(digest, keyedDigest(keys.orderToken, 'order', order)) ? order : undefined;
}

/** The key to a waiter's own page, and to the place that is offered to them. */
export function waiterToken(keys: Keys, waiter: string): string {
  return `${waiter}.${keyedDigest(keys.orderToken, 'waiter', waiter)}`;
}

/** The waiter a token opens; undefined for anything that is not exactly such a token. */
export function waiterOfToken(keys: Keys, token: string): string | undefined {
  const [, waiter, digest] = waiterShape.exec(token) ?? [];
  if (waiter === undefined || digest === undefined) return undefined;
  return sameText(digest, keyedDigest(keys.orderToken, 'waiter', waiter)) ? waiter : undefined;
}

/**
 * What the QR code of a confirmed entry says: checkable by whoever has the ticket key, without a network.
 * @param version of the entry: a transfer makes the codes before it invalid.
 */
export function ticketOf(keys: Keys, event: string, entry: string, place: number, version: number): string {
  return `${entry}.${place}.${keyedDigest(keys.ticket, 'ticket', event, entry, String(place), String(version))}`;
}

/** Whether two texts are equal, in a time that tells nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
