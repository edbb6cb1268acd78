import { z } from 'zod';
import { type ApiError, invalidParam } from './errors.ts';
import type { FormFields } from './form.ts';

/** A refusal in Stripe's words, found while a parameter is read. */
function refuse(context: z.RefinementCtx, message: string, code?: string): never {
  context.addIssue({ code: 'custom', message, params: { code } });
  return z.NEVER;
}

/** Text that is not empty, of at most `max` characters. */
export const text = (max = 5000) =>
  z.string().transform((value, context) => {
    if (value === '') return refuse(context, 'You passed an empty string.', 'parameter_invalid_empty');
    if (value.length > max) return refuse(context, `Invalid string: must be at most ${max} characters`);
    return value;
  });

/** An integer of at least `min`. */
export const integer = (min: number) =>
  z.string().transform((value, context) => {
    if (!/^-?\d{1,15}$/.test(value)) {
      return refuse(context, `Invalid integer: ${value}`, 'parameter_invalid_integer');
    }
    if (Number(value) < min) {
      return refuse(
        context,
        `This value must be greater than or equal to ${min}.`,
        'parameter_invalid_integer',
      );
    }
    return Number(value);
  });

const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/** A currency's code, in lower case. */
export const currency = text().transform((value, context) => {
  const code = value.toLowerCase();
  return CURRENCIES.has(code) ? code : refuse(context, `Invalid currency: ${value}`);
});

/** An address with one at sign. */
export const email = text(512).refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), {
  message: 'Invalid email address',
  params: { code: 'email_invalid' },
});

/** `true` or `false`. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** An absolute web address. */
export const url = text().transform((value, context) => {
  if (!URL.canParse(value) || !/^https?:/.test(value))
    return refuse(context, 'Not a valid URL', 'url_invalid');
  return value;
});

/** A list, which the form encoding spells as fields named 0, 1, 2 …. */
export const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (typeof value === 'object' && value !== null ? Object.values(value) : value),
    z.array(item),
  );

const MAX_METADATA = 50;

/** Up to 50 pairs of a name (40 characters) and a value (500), as docs.stripe.com/api/metadata says. */
export const metadata = z
  .record(z.string().max(40), z.string().max(500))
  .refine(
    (pairs) => Object.keys(pairs).length <= MAX_METADATA,
    `Metadata can have at most ${MAX_METADATA} keys.`,
  );

const bound = integer(0).optional();
const bounds = z.strictObject({ gt: bound, gte: bound, lt: bound, lte: bound });

/** `created` of a list: one second, or bounds. */
const createdRange = z.union([
  integer(0).transform((at): z.output<typeof bounds> => ({ gte: at, lte: at })),
  bounds,
]);

/** What every list takes; `starting_after` is the id of the last object of the page before. */
export const paging = {
  created: createdRange.optional(),
  expand: list(text()).optional(),
  limit: integer(1).optional(),
  starting_after: text().optional(),
};

function paramName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  return `${first ?? ''}${rest.map((segment) => `[${segment}]`).join('')}`;
}

function toApiError(issue: z.core.$ZodIssue): ApiError {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => paramName([...issue.path, key]));
    const param = names[0] ?? '';
    const plural = names.length > 1 ? 's' : '';
    const message = `Received unknown parameter${plural}: ${names.join(', ')}`;
    return invalidParam({ code: 'parameter_unknown', param, message });
  }
  const param = paramName(issue.path);
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    return invalidParam({ code: 'parameter_missing', param, message: `Missing required param: ${param}.` });
  }
  if (issue.code === 'invalid_value') {
    const message = `Invalid ${param}: must be one of ${issue.values.join(', ')}`;
    return invalidParam({ param, message });
  }
  const code: unknown = issue.code === 'custom' ? issue.params?.code : undefined;
  return invalidParam({ ...(typeof code === 'string' ? { code } : {}), param, message: issue.message });
}

/** The parameters as the schema reads them. Throws an `ApiError` (400) that names the first one that does not fit. */
export function readParams<Schema extends z.ZodType>(schema: Schema, fields: FormFields): z.output<Schema> {
  const result = schema.safeParse(fields, { reportInput: true });
  if (result.success) return result.data;
  const unknown = result.error.issues.find((issue) => issue.code === 'unrecognized_keys');
  const issue = unknown ?? result.error.issues[0];
  throw issue === undefined ? invalidParam({ message: 'Invalid parameters.' }) : toApiError(issue);
}
