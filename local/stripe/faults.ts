import { z } from 'zod';

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const count = z.coerce.number().int().min(1).optional();
const delay = z.coerce.number().int().min(0);
const types = z.array(z.string()).optional();
const path = z.string().refine(isPattern, 'not a regular expression').optional();

/** A disturbance of webhook deliveries: of events of these types (all when left out), for the next `count` events. */
const webhookFault = z.discriminatedUnion('kind', [
  /** Sends each event `copies` times at once (2). */
  z.strictObject({
    kind: z.literal('duplicate'),
    types,
    count,
    copies: z.coerce.number().int().min(2).optional(),
  }),
  /** Gathers `count` events (2) and then sends them one by one, last first. */
  z.strictObject({ kind: z.literal('reorder'), types, count }),
  /** Sends each event `ms` milliseconds late. */
  z.strictObject({ kind: z.literal('delay'), types, count, ms: delay }),
  /** Keeps each event until released. */
  z.strictObject({ kind: z.literal('hold'), types, count }),
  /** Never sends the event; it stays listed as undelivered. */
  z.strictObject({ kind: z.literal('drop'), types, count }),
]);

/** A disturbance of API calls: of those whose `METHOD /path` matches the pattern, for the next `count` calls. */
const apiFault = z.discriminatedUnion('kind', [
  /** Answers 429 without doing anything. */
  z.strictObject({ kind: z.literal('rate-limit'), path, count }),
  /** Answers 500 without doing anything; kept under the idempotency key, as Stripe does. */
  z.strictObject({ kind: z.literal('server-error'), path, count }),
  /** Does what was asked and then drops the connection. */
  z.strictObject({ kind: z.literal('lost-answer'), path, count }),
  /** Waits `ms` milliseconds before doing what was asked. */
  z.strictObject({ kind: z.literal('latency'), path, count, ms: delay }),
]);

export type WebhookFault = z.infer<typeof webhookFault>;
export type ApiFault = z.infer<typeof apiFault>;

/** The order as given in JSON. */
export const faultOrder = z.union([webhookFault, apiFault]);

/** The disturbances in force. */
export type FaultPlan = {
  /** Adds a fault; without `count` it stays until cleared. A pattern that is no regular expression throws. */
  add(fault: WebhookFault | ApiFault): void;
  list(): (WebhookFault | ApiFault)[];
  clear(): void;
  /** The fault that this event meets, if any; counts it as used. */
  forEvent(type: string): WebhookFault | null;
  /** The faults that this API call meets, each counted as used. */
  forCall(method: string, path: string): ApiFault[];
};

type Active<Fault> = { fault: Fault; left: number };

function isApiFault(fault: WebhookFault | ApiFault): fault is ApiFault {
  return ['latency', 'lost-answer', 'rate-limit', 'server-error'].includes(fault.kind);
}

/** A plan without faults. */
export function createFaultPlan(): FaultPlan {
  let webhooks: Active<WebhookFault>[] = [];
  let calls: (Active<ApiFault> & { pattern: RegExp | null })[] = [];

  return {
    add(fault) {
      const left = fault.count ?? (fault.kind === 'reorder' ? 2 : Number.POSITIVE_INFINITY);
      if (isApiFault(fault)) {
        const pattern = fault.path === undefined ? null : new RegExp(fault.path);
        calls.push({ fault, left, pattern });
      } else {
        webhooks.push({ fault, left });
      }
    },
    list: () => [...webhooks, ...calls].map(({ fault }) => fault),
    clear() {
      webhooks = [];
      calls = [];
    },
    forEvent(type) {
      const active = webhooks.find(({ fault }) => fault.types?.includes(type) ?? true);
      if (active === undefined) return null;
      active.left -= 1;
      if (active.left === 0) webhooks = webhooks.filter((other) => other !== active);
      return active.fault;
    },
    forCall(method, calledPath) {
      if (calls.length === 0) return [];
      const met = calls.filter(({ pattern }) => pattern?.test(`${method} ${calledPath}`) ?? true);
      for (const active of met) active.left -= 1;
      calls = calls.filter(({ left }) => left > 0);
      return met.map(({ fault }) => fault);
    },
  };
}
