import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

let bytesOf: (count: number) => Uint8Array = randomBytes;

/** Draws the ids of this process's doubles from another source than chance, so that a run can be repeated exactly. */
export function drawIdsFrom(source: (count: number) => Uint8Array): void {
  bytesOf = source;
}

/** A random id in Stripe's shape: the prefix and letters and digits after it. */
export function newId(prefix: string, length = 24): string {
  let id = prefix;
  for (const byte of bytesOf(length)) id += ALPHABET[byte % ALPHABET.length];
  return id;
}
