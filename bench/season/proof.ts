import { createHash } from 'node:crypto';
import { readKeys, readSettings, readStripeSecret } from '../../functions/settings.ts';
import type { Service } from '../../local/service.ts';
import { mintToken } from '../../local/staff/mint-token.ts';
import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import { type ReportView, reportView } from '../../shared/contracts/reports.ts';
import { openStripe } from '../../shared/payments/stripe/sdk.ts';
import type { World } from '../../shared/platform/world.ts';
import {
  booksAreRight,
  linesAreRight,
  paymentsAreRight,
  refundsAreDone,
  stripeAgrees,
} from '../../test/simulation/invariants/money.ts';
import { placesAreRight, runnersAreRight } from '../../test/simulation/invariants/places.ts';
import { readState } from '../../test/simulation/invariants/state.ts';
import { waitingListsAreRight } from '../../test/simulation/invariants/waiting.ts';

/** What was asked of the data of a season, and what is wrong with it. */
export interface Proof {
  readonly asked: readonly { readonly what: string; readonly wrong: readonly string[] }[];
  readonly orders: number;
  readonly transactions: number;
}

/** Proves what must hold when a season is over: the rules of the simulation, over everything that the tables hold. */
export async function proveSeason(
  service: Service,
  world: World,
  event: CatalogueEvent,
  raised: number,
): Promise<Proof> {
  const settings = readSettings(service.environment);
  const [keys, { secretKey }] = await Promise.all([readKeys(settings), readStripeSecret(settings)]);
  if (!service.stripe) throw new Error('A season is played with the double of Stripe.');
  const { db } = service;
  const stripe = openStripe({ secretKey, base: service.stripe.url });
  // The mails are asked for at the outbox's own items: reading thousands of messages again proves no more.
  const state = await readState({ db, world, stripeSdk: stripe, outbox: { messages: async () => [] } }, [
    event,
  ]);
  const report = await readReport(service, world, event.id);
  return {
    orders: state.orders.size,
    transactions: state.ledger.length,
    asked: [
      {
        what: 'every place has one owner, every paid entry its place',
        wrong: [...placesAreRight(state, false)],
      },
      { what: 'a runner has one live entry, and just that a lock', wrong: [...runnersAreRight(state, keys)] },
      { what: 'who waits is in the queue, who is offered has it', wrong: [...waitingListsAreRight(state)] },
      {
        what: 'every transaction sums to zero, the totals are the ledger',
        wrong: await Array.fromAsync(booksAreRight(state, db, world)),
      },
      { what: 'the lines of every order are what is booked of it', wrong: [...linesAreRight(state)] },
      {
        what: 'every payment is booked and gave something, or goes back',
        wrong: [...paymentsAreRight(state)],
      },
      { what: 'the ledger has what Stripe holds', wrong: await Array.fromAsync(stripeAgrees(state, db)) },
      { what: 'nothing that is owed back still is', wrong: [...refundsAreDone(state)] },
      {
        what: 'every mail has gone out',
        wrong: state.outbox
          .filter(({ outcome }) => outcome === undefined)
          .map(({ sk }) => `the mail ${sk} is still due`),
      },
      {
        what: 'the report adds up, and has what was to be raised',
        wrong: [...reportIsRight(report, raised)],
      },
    ],
  };
}

/** The lines of the report by distance, project and day say the same as its totals. */
function* reportIsRight(report: ReportView, raised: number): Generator<string> {
  const { total } = report.totals;
  if (total.amount !== raised) yield `raised are ${total.amount} and not ${raised}`;
  for (const [name, lines] of Object.entries({
    distances: report.distances,
    projects: report.projects,
    days: report.days,
  })) {
    const sum = lines.reduce((amount, line) => amount + line.total.amount, 0);
    if (sum !== total.amount) yield `the ${name} sum up to ${sum}, the total is ${total.amount}`;
  }
  for (const { distance, taken, entriesConfirmed, capacity } of report.distances) {
    if (taken !== entriesConfirmed) yield `${distance}: ${taken} places taken by ${entriesConfirmed} entries`;
    if (taken > capacity) yield `${distance}: ${taken} places taken of ${capacity}`;
  }
}

/** The report as staff see it. */
export async function readReport(service: Service, world: World, event: string): Promise<ReportView> {
  const token = await mintToken(service.signIn.keys, {
    issuer: service.signIn.issuer,
    groups: ['viewer'],
    now: world.now(),
  });
  const answer = await fetch(`${service.url}/api/staff/events/${event}/report`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`The report was answered ${answer.status}: ${await answer.text()}`);
  return reportView.parse(await answer.json());
}

/** A digest of what a report says, without when it was made: the same for two plays of one plan. */
export function digestOf({ asOf: _asOf, proven: _proven, ...content }: ReportView): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
