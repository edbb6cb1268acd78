import { z } from 'zod';
import { balanceEndpoints } from './api-balance.ts';
import { checkoutEndpoints } from './api-checkout.ts';
import { paymentEndpoints } from './api-payments.ts';
import type { Core } from './core.ts';
import { candidates, endpoint, one, page } from './endpoint.ts';
import { ApiError } from './errors.ts';
import type { FormFields } from './form.ts';
import { flag, list, paging, text } from './params.ts';

const eventList = z.strictObject({
  ...paging,
  delivery_success: flag.optional(),
  type: text().optional(),
  types: list(text()).optional(),
});

/** `charge.*` and the like match every type that begins so. */
function typeMatches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

function listEvents(core: Core, params: z.output<typeof eventList>): unknown {
  const { events, undelivered } = core.state;
  const wanted = params.types ?? (params.type === undefined ? null : [params.type]);
  return page(
    candidates(events, params.starting_after, {}),
    params,
    '/v1/events',
    (event) =>
      (params.delivery_success === undefined || params.delivery_success !== undelivered.has(event.id)) &&
      (wanted === null || wanted.some((pattern) => typeMatches(pattern, event.type))),
  );
}

const ENDPOINTS = {
  GET: [
    ...checkoutEndpoints.GET,
    ...paymentEndpoints.GET,
    ...balanceEndpoints.GET,
    one('/v1/events', 'event', (core) => core.state.events),
    endpoint('/v1/events', eventList, (core, _, params) => listEvents(core, params)),
  ],
  POST: [...checkoutEndpoints.POST, ...paymentEndpoints.POST, ...balanceEndpoints.POST],
};

/**
 * Executes one call of Stripe's API and returns the answer's body as an object.
 * Throws an `ApiError`, 404 for an endpoint that the double does not have.
 */
export function callApi(core: Core, method: string, path: string, fields: FormFields): unknown {
  const endpoints = method === 'GET' || method === 'POST' ? ENDPOINTS[method] : [];
  for (const { path: pattern, run } of endpoints) {
    const match = pattern.exec(path);
    if (match !== null) return run(core, match[1] ?? '', fields);
  }
  throw new ApiError(404, false, { message: `Unrecognized request URL (${method}: ${path}).` });
}
