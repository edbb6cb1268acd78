import { setTimeout as wait } from 'node:timers/promises';
import { callApi } from './api.ts';
import type { Core } from './core.ts';
import { ApiError } from './errors.ts';
import type { ApiFault, FaultPlan } from './faults.ts';
import { decodeForm } from './form.ts';
import type { StoredAnswer } from './idempotency.ts';

/** An answer's body. */
export const toBody = (answer: unknown): string => JSON.stringify(answer);

/** The answer that tells of a refusal. */
export const toAnswer = (error: ApiError): StoredAnswer => ({
  status: error.status,
  body: toBody(error.body),
});

const RATE_LIMITED = new ApiError(429, false, {
  code: 'rate_limit',
  message:
    'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
});

/** What Stripe says when it fails itself. */
export const SERVER_ERROR = new ApiError(500, true, {
  type: 'api_error',
  message: 'Something went wrong on Stripe’s end.',
});

/** An answer, and whether it is one that was given before. */
type ApiAnswer = StoredAnswer & { replayed: boolean };

/** A call as it came: the path, the encoded parameters and the idempotency key. */
type ApiCall = { method: string; path: string; sent: string; key: string | null; requestId: string };

/** Does what a call asks; an answer that its idempotency key already has is given again. */
async function executeOnce(core: Core, met: readonly ApiFault[], call: ApiCall): Promise<ApiAnswer> {
  const { keys } = core.state;
  const key = call.method === 'POST' ? call.key : null;
  const known = key === null ? null : keys.begin(key, call.path, call.sent, core.nowMs());
  if (known !== null) return { ...known, replayed: true };
  for (const fault of met) if (fault.kind === 'latency') await wait(fault.ms);

  let kept: StoredAnswer | null = null;
  core.request = { id: call.requestId, idempotency_key: key };
  try {
    if (met.some(({ kind }) => kind === 'server-error')) throw SERVER_ERROR;
    kept = { status: 200, body: toBody(callApi(core, call.method, call.path, decodeForm(call.sent))) };
    return { ...kept, replayed: false };
  } catch (error) {
    if (error instanceof ApiError && error.executed) kept = toAnswer(error);
    throw error;
  } finally {
    core.request = null;
    if (key !== null) keys.finish(key, kept);
  }
}

/**
 * Executes a call of Stripe's API under the faults in force and its idempotency key: null when the answer is to be
 * lost. Throws an `ApiError` for a refusal.
 */
export async function executeApiCall(
  core: Core,
  faults: FaultPlan,
  call: ApiCall,
): Promise<ApiAnswer | null> {
  const met = faults.forCall(call.method, call.path);
  if (met.some(({ kind }) => kind === 'rate-limit')) throw RATE_LIMITED;
  const answer = await executeOnce(core, met, call);
  return met.some(({ kind }) => kind === 'lost-answer') ? null : answer;
}
