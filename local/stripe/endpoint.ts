import type Stripe from 'stripe';
import { z } from 'zod';
import type { Core } from './core.ts';
import { invalidParam, missing } from './errors.ts';
import { expand } from './expand.ts';
import type { FormFields } from './form.ts';
import { makeList } from './objects/list.ts';
import { list, type paging, readParams, text } from './params.ts';
import type { Table } from './table.ts';

/** The parameters of a call that takes none of its own. */
export const expandOnly = z.strictObject({ expand: list(text()).optional() });

/** One endpoint; `run` gets the id in the path, or '' where there is none. */
export type Endpoint = { path: RegExp; run: (core: Core, id: string, fields: FormFields) => unknown };

/** An endpoint whose parameters are read and whose answer is expanded; `:id` in the path is handed on. */
export function endpoint<Schema extends z.ZodType<{ expand?: string[] | undefined }>>(
  path: string,
  schema: Schema,
  run: (core: Core, id: string, params: z.output<Schema>) => unknown,
): Endpoint {
  return {
    path: new RegExp(`^${path.replace(':id', '([^/]+)')}$`),
    run(core, id, fields) {
      const params = readParams(schema, fields);
      return expand(core, run(core, id, params), params.expand);
    },
  };
}

/** The endpoint that answers one object by its id. */
export function one<T extends { id: string }>(
  path: string,
  kind: string,
  table: (core: Core) => Table<T>,
): Endpoint {
  return endpoint(`${path}/:id`, expandOnly, (core, id) => {
    const found = table(core).get(id);
    if (found === undefined) throw missing(kind, id);
    return found;
  });
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

type Paging = {
  created?: z.output<typeof paging.created>;
  limit?: number | undefined;
  starting_after?: string | undefined;
};

/** A page of those candidates (newest first, already beginning after `starting_after`) that match. */
export function page<T extends { created: number }>(
  candidates: Iterable<T>,
  params: Paging,
  path: string,
  matches: (item: T) => boolean = () => true,
): Stripe.ApiList<T> {
  const limit = params.limit ?? DEFAULT_LIMIT;
  if (limit > MAX_LIMIT) {
    throw invalidParam({ param: 'limit', message: `This value must be less than or equal to ${MAX_LIMIT}.` });
  }
  const { gt = -1, gte = 0, lt = Infinity, lte = Infinity } = params.created ?? {};
  const found: T[] = [];
  for (const item of candidates) {
    if (item.created < gte || item.created <= gt) break;
    if (item.created > lte || item.created >= lt || !matches(item)) continue;
    if (found.length === limit) return makeList(found, true, path);
    found.push(item);
  }
  return makeList(found, false, path);
}

/** All of a table, or those whose indexed field has a value, after the object that ends the page before. */
export function candidates<T>(
  table: Table<T>,
  after: string | undefined,
  filters: Record<string, string | undefined>,
) {
  if (after !== undefined && table.get(after) === undefined) throw missing('object', after, 'starting_after');
  const [index, value] = Object.entries(filters).find(([, wanted]) => wanted !== undefined) ?? [];
  if (index === undefined || value === undefined) return table.newestFirst(after);
  return table.by(index, value, after);
}
