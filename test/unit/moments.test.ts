import { expect, it } from 'vitest';
import { bySecond } from '../../shared/contracts/moments.ts';

it('a refund whose second alone is known follows the decision of the same second that it carries out', () => {
  const decided = { what: 'decided', at: '2027-02-01T08:00:05.250Z' };
  const refunded = { what: 'refunded', at: '2027-02-01T08:00:05.000Z' };
  const earlier = { what: 'paid', at: '2027-02-01T08:00:04.999Z' };
  expect([decided, refunded, earlier].sort(bySecond)).toEqual([earlier, decided, refunded]);
});
