import { applyFact } from './apply-fact.ts';
import { GatewayUnavailable } from './gateway.ts';
import type { Till } from './till.ts';

const day = 86_400_000;

/** How far back undelivered events are looked for: the provider itself repeats them for three days. */
const longestLook = 7 * day;

/**
 * Applies what the provider could not tell by webhook, the way the webhook would have: a day without webhooks delays
 * payments and loses none. What cannot be applied now is tried again at the next look.
 */
export async function applyUndelivered(till: Till): Promise<{ applied: number; failed: number }> {
  let applied = 0;
  let failed = 0;
  try {
    for await (const fact of till.gateway.undelivered(new Date(till.world.now().getTime() - longestLook)))
      try {
        await applyFact(till, fact);
        await till.gateway.delivered(fact);
        applied += 1;
      } catch (error) {
        failed += 1;
        till.log('an undelivered event could not be applied yet', {
          kind: fact.kind,
          why: error instanceof Error ? error.name : 'unknown',
        });
      }
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    till.log('undelivered events could not be listed', { applied });
  }
  return { applied, failed };
}
