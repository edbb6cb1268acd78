import type { PaymentMethod } from '../contracts/payers.ts';
import { type Gateway, GatewayUnavailable, type PaymentFact } from './gateway.ts';

/**
 * All payment providers as one: a payment page is made by the provider of its method, and whatever has an id goes to
 * the provider whose id it is.
 */
export function combineGateways(gateways: Readonly<Record<PaymentMethod, Gateway>>): Gateway {
  const all = Object.values(gateways);
  const ownerOf = (id: string): Gateway => {
    const owner = all.find((gateway) => gateway.owns(id));
    if (!owner) throw new Error('The id is of no payment provider.');
    return owner;
  };
  return {
    owns: (id) => all.some((gateway) => gateway.owns(id)),
    openCheckout: (request) => gateways[request.method].openCheckout(request),
    findCheckout: async (id) => ownerOf(id).findCheckout(id),
    closeCheckout: async (id) => ownerOf(id).closeCheckout(id),
    refund: async (request) => ownerOf(request.payment).refund(request),
    available: async (payment, currency) => ownerOf(payment).available(payment, currency),
    undelivered: (since) => undeliveredOf(all, since),
    delivered: async (fact) => {
      for (const gateway of all) await gateway.delivered(fact);
    },
  };
}

/** One provider that does not answer, or refuses to, does not keep the others from being heard. */
async function* undeliveredOf(all: readonly Gateway[], since: Date): AsyncGenerator<PaymentFact> {
  const failures: unknown[] = [];
  for (const gateway of all)
    try {
      yield* gateway.undelivered(since);
    } catch (error) {
      failures.push(error);
    }
  // What is more than an outage must be seen.
  const [failure = failures[0]] = failures.filter((error) => !(error instanceof GatewayUnavailable));
  if (failure !== undefined) throw failure;
}

const noAccess = 'This process has no access to the payment provider.';

/** A payment provider that this process may not reach: it never answers. */
export const closedGateway: Gateway = {
  owns: (id) => /^(?:cs|pi)_/.test(id),
  openCheckout: () => unanswered(),
  findCheckout: () => unanswered(),
  closeCheckout: () => unanswered(),
  refund: () => unanswered(),
  available: () => unanswered(),
  undelivered: () => {
    throw new GatewayUnavailable(noAccess);
  },
  delivered: async () => {},
};

async function unanswered(): Promise<never> {
  throw new GatewayUnavailable(noAccess);
}
