import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { mostEntries, orderInput } from '../../shared/contracts/orders.ts';
import { fieldErrors } from '../../shared/platform/field-errors.ts';
import { sampleEntry, sampleOrder, sampleRunner } from '../support/sample.ts';

function errorsOf(schema: z.ZodMiniType, input: unknown): string[] {
  const { error } = schema.safeParse(input);
  return fieldErrors(error?.issues ?? [], input).map(({ field, code, limit }) =>
    [field, code, limit].filter((part) => part !== undefined).join(' '),
  );
}

const withRunner = (changes: object) => {
  const order = sampleOrder(1);
  return { ...order, entries: [{ ...sampleEntry(1), runner: { ...sampleRunner(1), ...changes } }] };
};

describe('what is wrong with an order', () => {
  it('is nothing for a good one', () => {
    expect(errorsOf(orderInput, sampleOrder(1))).toEqual([]);
  });

  it.each([
    [{ givenName: undefined }, 'givenName required'],
    [{ givenName: '' }, 'givenName required 1'],
    [{ givenName: '   ' }, 'givenName required 1'],
    [{ givenName: 7 }, 'givenName wrong_type'],
    [{ givenName: null }, 'givenName wrong_type'],
    [{ givenName: 'a'.repeat(61) }, 'givenName too_long 60'],
    [{ givenName: '<b>' }, 'givenName name_invalid'],
    [{ givenName: 'A\u202ebc' }, 'givenName text_not_allowed'],
    [{ birthDate: '2011-02-29' }, 'birthDate date_invalid'],
    [{ birthDate: 20110228 }, 'birthDate wrong_type'],
    [{ sex: 'other' }, 'sex not_an_option'],
    [{ sex: undefined }, 'sex required'],
    [{ country: 'XX' }, 'country country_unknown'],
    [{ email: 'me@' }, 'email email_invalid'],
    [{ phone: 'call me' }, 'phone phone_invalid'],
    [{ wheelchair: 'yes' }, 'wheelchair wrong_type'],
    [{ iin: '900101300123' }, 'iin unknown_field'],
    [{ emergencyContact: { name: 'Ерлан' } }, 'emergencyContact.phone required'],
    [{ emergencyContact: 'Ерлан' }, 'emergencyContact wrong_type'],
  ])('%j', (changes, expected) => {
    expect(errorsOf(orderInput, withRunner(changes))).toEqual([`entries.0.runner.${expected}`]);
  });

  it.each([
    [{}, ['contact required']],
    [[], ['wrong_type']],
    ['text', ['wrong_type']],
    [null, ['wrong_type']],
  ])('%j as a whole', (input, expected) => {
    expect(errorsOf(orderInput, input).map((error) => error.trim())).toEqual(expected);
  });

  it('counts entries and sums', () => {
    const entries = Array.from({ length: mostEntries + 1 }, (_, number) => sampleEntry(number));
    expect(errorsOf(orderInput, sampleOrder(1, { entries }))).toEqual([`entries too_many ${mostEntries}`]);
    const half = sampleEntry(1, { price: { amount: 0.5, currency: 'KZT' } });
    expect(errorsOf(orderInput, sampleOrder(1, { entries: [half] }))).toEqual([
      'entries.0.price.amount wrong_type',
    ]);
  });
});

describe('the rules in general', () => {
  it('name the limits of texts, lists and numbers apart', () => {
    const schema = z.object({
      text: z.string().check(z.minLength(3)),
      list: z.array(z.int()).check(z.minLength(2)),
      small: z.int().check(z.gte(10)),
      large: z.int().check(z.lte(10)),
    });
    expect(errorsOf(schema, { text: 'a', list: [1], small: 1, large: 11 })).toEqual([
      'text too_short 3',
      'list too_few 2',
      'small too_small 10',
      'large too_large 10',
    ]);
  });

  it('name at most fifty fields, and cut long unknown names', () => {
    const unknown = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, 1]));
    const found = errorsOf(z.strictObject({}), unknown);
    expect(found).toHaveLength(50);
    expect(found[0]).toBe('f0 unknown_field');
    expect(errorsOf(z.strictObject({}), { ['x'.repeat(5000)]: 1 })[0]).toHaveLength(
      100 + ' unknown_field'.length,
    );
  });
});
