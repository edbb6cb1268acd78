import { expect, test } from 'vitest';
import { clientNetwork } from '../../functions/client-address.ts';

const behind = (forwarded: string | undefined) => clientNetwork(forwarded, undefined, true);

test('behind CloudFront, the address is what CloudFront saw, not what the client claims', () => {
  expect(behind('198.51.100.7, 130.176.0.1')).toBe('198.51.100.7');
  expect(behind('10.0.0.1, 8.8.8.8, 198.51.100.7, 130.176.0.1')).toBe('198.51.100.7');
  expect(behind('130.176.0.1')).toBeUndefined();
  expect(behind(undefined)).toBeUndefined();
});

test('an IPv6 subscriber is one, whichever of their addresses they use', () => {
  const network = (address: string) => behind(`${address}, 130.176.0.1`);
  expect(network('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toBe('2001:db8:1:2');
  expect(network('2001:DB8:0001:2::1')).toBe('2001:db8:1:2');
  expect(network('2001:db8::5')).toBe('2001:db8:0:0');
  expect(network('::1')).toBe('0:0:0:0');
});
