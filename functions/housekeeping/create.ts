import type { ScheduledEvent } from 'aws-lambda';
import { ProofImpossible, verify } from '../../shared/ledger/verify.ts';
import { tendCallOffs } from '../../shared/orders/tend-call-offs.ts';
import { tendWaitingLists } from '../../shared/orders/tend-waiting-lists.ts';
import { applyUndelivered } from '../../shared/payments/apply-undelivered.ts';
import { tendInvoices } from '../../shared/payments/bank-transfer/tend.ts';
import type { ProviderBooks } from '../../shared/payments/books.ts';
import { GatewayUnavailable } from '../../shared/payments/gateway.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { reconcile } from '../../shared/payments/reconciliation/reconcile.ts';
import { stripeBooks } from '../../shared/payments/stripe/books.ts';
import { sweepHolds } from '../../shared/payments/sweep.ts';
import type { Till } from '../../shared/payments/till.ts';
import { type Log, openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { type Environment, readKeys, readSettings, readStripeSecret } from '../settings.ts';
import { connectStripe, openShop, openTill } from '../wiring.ts';

/** Minutes between full recounts of the places, and between proofs of the totals. */
const fullEvery = 60;
const proveEvery = 15;
/** Minutes between looks for events that Stripe could not deliver. */
const catchUpEvery = 5;
/** Minutes between comparisons with the account at Stripe, and at which of them: not when all places are recounted. */
const reconcileEvery = 60;
const reconcileAt = 40;

/**
 * The Lambda handler that runs each minute: it ends holds that are over, pays refunds that are due and tends the
 * waiting lists; now and then it applies what Stripe could not deliver, recounts all places, compares the ledger with the
 * account at Stripe and proves the totals.
 */
export async function createHousekeeping(environment: Environment, world: World = realWorld) {
  const settings = readSettings(environment);
  const [keys, secret] = await Promise.all([readKeys(settings), readStripeSecret(settings)]);
  const log = openLog('housekeeping');
  const till = openTill(openShop(settings, world), settings, secret, keys, log);
  const books = stripeBooks(connectStripe(settings, secret));
  return async (event: Pick<ScheduledEvent, 'time'>): Promise<void> => {
    const minute = Math.floor(Date.parse(event.time) / 60_000);
    const jobs = [
      ...everyMinute(till, { full: minute % fullEvery === 0, catchUp: minute % catchUpEvery === 0 }),
      ...(minute % reconcileEvery === reconcileAt
        ? [uncounted(() => compareWithStripe(till, books, log))]
        : []),
      ...(minute % proveEvery === 0 ? [uncounted(() => prove(till, log))] : []),
    ];
    const counts: Record<string, number> = {};
    const failures: unknown[] = [];
    // One job that fails does not keep the others from being done; the run fails in the end.
    for (const job of jobs)
      try {
        for (const [name, count] of Object.entries(await job())) counts[name] = (counts[name] ?? 0) + count;
      } catch (error) {
        failures.push(error);
      }
    if (Object.values(counts).some((count) => count > 0)) log.info('housekeeping', counts);
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'More than one job of housekeeping failed.');
  };
}

/** Does a part of the work, and says how much of what it did. */
type Job = () => Promise<Readonly<Record<string, number>>>;

function uncounted(work: () => Promise<void>): Job {
  return async () => {
    await work();
    return {};
  };
}

function everyMinute(till: Till, { full, catchUp }: { full: boolean; catchUp: boolean }): Job[] {
  return [
    async () => {
      const { ended, failed } = await sweepHolds(till, { full });
      return { ended, notEnded: failed };
    },
    ...(catchUp
      ? [
          async () => {
            const { applied, failed } = await applyUndelivered(till);
            return { caughtUp: applied, notCaughtUp: failed };
          },
        ]
      : []),
    async () => {
      const { asked, ended } = await tendCallOffs(till);
      return { askedOfCallOff: asked, endedByCallOff: ended };
    },
    async () => {
      const { paid, failed, waiting } = await payDueRefunds(till);
      return { refunds: paid, refundsFailed: failed, refundsWaiting: waiting };
    },
    async () => {
      const { ended, failed, reminded } = await tendInvoices(till);
      return { ended, notEnded: failed, reminded };
    },
    async () => {
      const { offered, lapsed, withdrawn, opened, closed } = await tendWaitingLists(till);
      return {
        placesOffered: offered,
        offersLapsed: lapsed,
        offersWithdrawn: withdrawn,
        listsOpened: opened,
        listsClosed: closed,
      };
    },
  ];
}

async function compareWithStripe(till: Till, books: ProviderBooks, log: Log): Promise<void> {
  try {
    const { result, movements, repaired, booked } = await reconcile(till, books);
    const { difference, differences } = result;
    const facts = { movements, repaired, booked, difference, differences: differences.length };
    if (difference === 0) log.info('the ledger agrees with the account at Stripe', facts);
    else log.warn('the ledger differs from the account at Stripe', facts);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    log.info('the comparison with Stripe is put off', { why: error.message });
  }
}

async function prove({ db, world }: Till, log: Log): Promise<void> {
  try {
    const { transactions, difference, unbalanced } = await verify(db, world);
    const facts = { transactions, difference, unbalanced: unbalanced.length };
    if (difference !== 0 || unbalanced.length > 0)
      log.error('the totals differ from the ledger', undefined, facts);
    else log.info('the totals are proven', facts);
  } catch (error) {
    if (!(error instanceof ProofImpossible)) throw error;
    log.info('the proof is put off', { why: error.message });
  }
}
