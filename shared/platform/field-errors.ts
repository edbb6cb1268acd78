import type * as z from 'zod/mini';
import { type FieldCode, type FieldError, fieldCodes } from '../contracts/problems.ts';

type Issue = z.core.$ZodIssue;

const known: ReadonlySet<string> = new Set(fieldCodes);
const isFieldCode = (code: string): code is FieldCode => known.has(code);

/**
 * What is wrong with each field, from a failed parse of `input`: the first reason of each, and at most 50 fields, so
 * that an answer stays small.
 */
export function fieldErrors(issues: readonly Issue[], input: unknown): FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const error of issues.flatMap((issue) => errorsOf(issue, input)))
    if (!byField.has(error.field)) byField.set(error.field, error);
  return [...byField.values()].slice(0, 50);
}

function errorsOf(issue: Issue, input: unknown): FieldError[] {
  const field = issue.path.map(String).join('.');
  if (isFieldCode(issue.message)) return [{ field, code: issue.message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        field: [field, key].filter(Boolean).join('.').slice(0, 100),
        code: 'unknown_field',
      }));
    case 'invalid_type':
      return [{ field, code: valueAt(input, issue.path) === undefined ? 'required' : 'wrong_type' }];
    case 'too_small':
      return [smallOrLarge(field, issue.origin, 'small', Number(issue.minimum))];
    case 'too_big':
      return [smallOrLarge(field, issue.origin, 'large', Number(issue.maximum))];
    case 'invalid_value':
      return [{ field, code: valueAt(input, issue.path) === undefined ? 'required' : 'not_an_option' }];
    case 'invalid_format':
      return [{ field, code: 'format_invalid' }];
    default:
      return [{ field, code: 'wrong_type' }];
  }
}

function smallOrLarge(field: string, origin: string, which: 'small' | 'large', limit: number): FieldError {
  const codes = {
    string: { small: limit === 1 ? 'required' : 'too_short', large: 'too_long' },
    array: { small: 'too_few', large: 'too_many' },
    number: { small: 'too_small', large: 'too_large' },
  } as const;
  const kind = origin === 'string' || origin === 'array' ? origin : 'number';
  return { field, code: codes[kind][which], limit };
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.entries(value).find(([name]) => name === String(step))?.[1];
  }
  return value;
}
