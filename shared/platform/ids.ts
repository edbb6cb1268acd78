import { createHash, createHmac } from 'node:crypto';
import type { World } from './world.ts';

// Crockford's base 32: sorts as the bytes do, without letters that are mistaken for digits.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Bytes as lower-case Crockford base 32, 5 bits a character, most significant first. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(pending >> bits) & 31];
    }
    pending &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(pending << (5 - bits)) & 31] : text;
}

/** A new identifier that sorts by time: prefix, 48 bits of milliseconds, 80 random bits. */
export function newId(prefix: string, world: World): string {
  const bytes = new Uint8Array(16);
  let milliseconds = world.now().getTime();
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = milliseconds % 256;
    milliseconds = Math.floor(milliseconds / 256);
  }
  bytes.set(world.bytes(10), 6);
  return `${prefix}_${base32(bytes)}`;
}

/** The same identifier for the same parts, every time; 130 bits, so no two sets of parts share one in practice. */
export function derivedId(prefix: string, ...parts: readonly string[]): string {
  return `${prefix}_${base32(createHash('sha256').update(JSON.stringify(parts)).digest()).slice(0, 26)}`;
}

/** A keyed digest of the parts: 26 characters, 130 bits. Without the key it can be neither made nor reversed. */
export function keyedDigest(key: string, ...parts: readonly string[]): string {
  return base32(createHmac('sha256', key).update(JSON.stringify(parts)).digest()).slice(0, 26);
}

/** A shard from 0 to `count - 1` that depends on the text alone. */
export function shardOf(text: string, count: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % count;
}
