import { expect, it } from 'vitest';
import { type Gateway, GatewayUnavailable, type PaymentFact } from '../../shared/payments/gateway.ts';
import { closedGateway, combineGateways } from '../../shared/payments/gateways.ts';

const fact: PaymentFact = { kind: 'ignored', type: 'statement', why: 'not ours' };
const telling: Gateway = {
  ...closedGateway,
  async *undelivered() {
    yield fact;
  },
};

it.each([
  ['does not answer', new GatewayUnavailable('Nobody is there.')],
  ['refuses our key', new TypeError('Invalid API key.')],
])('a provider that %s keeps no other from being heard, and is reported', async (_, error) => {
  const failing: Gateway = {
    ...closedGateway,
    undelivered: () => {
      throw error;
    },
  };
  const heard: PaymentFact[] = [];
  const hear = async () => {
    const gateway = combineGateways({ card: failing, bank_transfer: telling });
    for await (const one of gateway.undelivered(new Date(0))) heard.push(one);
  };
  await expect(hear()).rejects.toBe(error);
  expect(heard).toEqual([fact]);
});
