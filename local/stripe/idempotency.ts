import { createHash } from 'node:crypto';
import { ApiError } from './errors.ts';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
const MAX_KEY_LENGTH = 255;

/** An answer that a repeated request gets again. */
export type StoredAnswer = { status: number; body: string };

/** What is known under one key; `answer` is null while the first request is still being worked on. */
export type KeyRecord = { path: string; parameters: string; since: number; answer: StoredAnswer | null };

/** Idempotency keys as documented at docs.stripe.com/api/idempotent_requests. */
export type IdempotencyKeys = {
  /**
   * Claims the key for a request, or returns the answer of the first one.
   * Throws an `ApiError`: 400 for other parameters, 409 while the first request runs. `nowMs`: milliseconds.
   */
  begin(key: string, path: string, body: string, nowMs: number): StoredAnswer | null;
  /** Keeps the answer for 24 hours, or with null forgets the key: the request did not get as far as executing. */
  finish(key: string, answer: StoredAnswer | null): void;
  entries(): [string, KeyRecord][];
  restore(entries: [string, KeyRecord][]): void;
};

/** The parameters' digest, whatever the order in which they were sent. */
function digest(body: string): string {
  const sorted = body.split('&').sort().join('&');
  return createHash('sha1').update(sorted).digest('base64');
}

/** An empty set of keys. */
export function createIdempotencyKeys(): IdempotencyKeys {
  const records = new Map<string, KeyRecord>();

  function forgetOld(nowMs: number): void {
    for (const [key, record] of records) {
      if (nowMs - record.since < LIFETIME_MS) return;
      records.delete(key);
    }
  }

  return {
    begin(key, path, body, nowMs) {
      if (key.length > MAX_KEY_LENGTH) {
        throw new ApiError(400, false, {
          message: `Idempotency key is longer than ${MAX_KEY_LENGTH} characters.`,
        });
      }
      forgetOld(nowMs);
      const parameters = digest(body);
      const known = records.get(key);
      if (known === undefined) {
        records.set(key, { path, parameters, since: nowMs, answer: null });
        return null;
      }
      const advice = `Try using a key other than '${key}' if you meant to execute a different request.`;
      if (known.path !== path) {
        throw new ApiError(400, false, {
          type: 'idempotency_error',
          message: `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${known.path}'). ${advice}`,
        });
      }
      if (known.parameters !== parameters) {
        throw new ApiError(400, false, {
          type: 'idempotency_error',
          message: `Keys for idempotent requests can only be used with the same parameters they were first used with. ${advice}`,
        });
      }
      if (known.answer === null) {
        throw new ApiError(409, false, {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        });
      }
      return known.answer;
    },
    finish(key, answer) {
      const record = records.get(key);
      if (record === undefined) return;
      if (answer === null) records.delete(key);
      else records.set(key, { ...record, answer });
    },
    entries: () => [...records].filter(([, record]) => record.answer !== null),
    restore(entries) {
      for (const [key, record] of entries) records.set(key, record);
    },
  };
}
