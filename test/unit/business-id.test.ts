import { expect, it } from 'vitest';
import { isBusinessId, payer } from '../../shared/contracts/payers.ts';

// Made up, and computed by hand: in the first two the first weights decide, in the last two the other ones.
it.each(['270140000017', '270140000027', '270140000811', '270140000823'])('%s checks', (id) => {
  expect(isBusinessId(id)).toBe(true);
});

it.each([
  ['a wrong check digit', '270140000018'],
  ['a check digit of the first weights where the other ones decide', '270140000810'],
  ['a number that is never given out', '270140000800'],
  ['a digit missing', '27014000001'],
  ['a digit too many', '2701400000177'],
  ['a letter', '27014000001O'],
  ['digits of another script', '２７０１４００００００１７'],
  ['nothing', ''],
])('does not check with %s', (_, id) => {
  expect(isBusinessId(id)).toBe(false);
});

it('is taken as people write it', () => {
  const parsed = payer.parse({ company: ' ТОО «Құлан» ', businessId: '270140 000017' });
  expect(parsed).toEqual({ company: 'ТОО «Құлан»', businessId: '270140000017' });
});
