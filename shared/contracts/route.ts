import * as z from 'zod/mini';
import { slug } from './basics.ts';
import type { ProblemCode } from './problems.ts';

/** Groups of the staff directory, from least to most trusted. */
export const roles = ['viewer', 'finance', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Which Lambda function serves a route; each is one trust boundary. */
export type ApiFunction = 'public-api' | 'staff-api' | 'stripe-webhook';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** With `{name}` for parameters, as API Gateway and OpenAPI write them. */
  readonly path: string;
  readonly function: ApiFunction;
  /** `public`, or the staff groups of which a caller must have one. */
  readonly access: 'public' | readonly Role[];
  readonly summary: string;
  readonly params?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniType;
  /** A JSON body that must not be parsed before its signature is checked is `raw`. */
  readonly rawBody?: true;
  readonly idempotent?: true;
  /** The largest body accepted, in bytes. */
  readonly largestBody?: number;
  readonly response: z.ZodMiniType | { readonly [mediaType: string]: 'text' };
  readonly status?: 200 | 201;
  /** Seconds that shared caches may keep the answer; without it the answer is `no-store`. */
  readonly cacheSeconds?: number;
  readonly problems: readonly ProblemCode[];
}

/** Whether a route answers with JSON of a schema (and not with text). */
export function hasSchema(response: Route['response']): response is z.ZodMiniType {
  return '_zod' in response;
}

export const eventParams = z.object({ event: slug });
export const distanceParams = z.object({ event: slug, distance: slug });
/** A token has at most 100 characters; a longer or malformed one is simply unknown. */
export const tokenParams = z.object({ token: z.string().check(z.maxLength(200)) });
