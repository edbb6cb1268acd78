import { describe, expect, it } from 'vitest';
import { decodeForm } from '../../../local/stripe/form.ts';

describe('decoding Stripe’s form encoding', () => {
  it('builds nested fields and lists', () => {
    const encoded =
      'mode=payment&line_items[0][price_data][unit_amount]=100&line_items[1][quantity]=2&expand[]=a&expand[]=b';
    expect(decodeForm(encoded)).toEqual({
      mode: 'payment',
      line_items: { '0': { price_data: { unit_amount: '100' } }, '1': { quantity: '2' } },
      expand: { '0': 'a', '1': 'b' },
    });
  });

  it('reads encoded names and values', () => {
    expect(decodeForm('metadata%5Border%20no%5D=%D0%90+%26')).toEqual({ metadata: { 'order no': 'А &' } });
  });

  it('reaches no prototype', () => {
    decodeForm('__proto__[polluted]=1&a[__proto__][polluted]=1&constructor[prototype][polluted]=1');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
