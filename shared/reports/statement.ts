import type { Catalogue } from '../catalogue/store.ts';
import { payoutsOf } from '../charity/payouts.ts';
import { eventFigures } from '../charity/raised.ts';
import type { Money } from '../contracts/basics.ts';
import { laterProject } from '../contracts/basics.ts';
import type { StatementView } from '../contracts/charity.ts';
import { charityAccount } from '../ledger/accounts.ts';
import { type Figures, rowNames } from '../ledger/effect.ts';
import { readTotals } from '../ledger/totals.ts';
import type { Source } from '../ledger/transaction.ts';
import type { Database } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { decimal, spreadsheet, text } from './spreadsheet.ts';

const dayPrefix = rowNames.day('');

/** What moves an account's balance, in the order of a statement. */
const movements = [
  'feeShare',
  'donation',
  'assignment',
  'refund',
  'payout',
] as const satisfies readonly Source[];

/**
 * The statement of a project: credits by source, what was taken back, payouts, and the balance after all of them and
 * after each day, from the projected ledger. `laterProject` gives that of what is for no project yet.
 * @returns undefined when there is no such event, or no such project in it.
 */
export async function statement(
  source: { readonly db: Database; readonly world: World; readonly catalogue: Catalogue },
  { event: id, project }: { readonly event: string; readonly project: string },
): Promise<StatementView | undefined> {
  const event = await source.catalogue.event(id);
  const name = event?.projects.find((known) => known.id === project)?.name;
  if (!event || (!name && project !== laterProject)) return undefined;
  const [totals, payouts] = await Promise.all([readTotals(source.db, id), payoutsOf(source, id)]);
  const { control, rows } = totals;
  const money = (amount: number): Money => ({ amount, currency: event.currency });
  const own = payouts.filter((payout) => payout.project === project);
  const reserved = own.reduce(
    (sum, { state, amount }) => sum + (state === 'approved' ? amount.amount : 0),
    0,
  );
  const all = moved(eventFigures(event, totals), project, money);
  let balance = 0;
  const days = [...rows]
    .filter(([row]) => row.startsWith(dayPrefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([row, figures]) => {
      const day = moved(figures, project, money);
      if (movements.every((movement) => day[movement].amount === 0)) return [];
      balance += sumOf(day);
      return [{ day: row.slice(dayPrefix.length), ...day, balance: money(balance) }];
    });
  return {
    event: { id, name: event.name, zone: event.zone, currency: event.currency },
    project,
    ...(name && { name }),
    ...(control.projectedAt && { asOf: control.projectedAt }),
    ...(control.proven && { proven: { at: control.proven.at, difference: control.proven.difference } }),
    totals: { ...all, balance: money(sumOf(all)), reserved: money(reserved) },
    days,
    payouts: own,
  };
}

type Moved = Record<(typeof movements)[number], Money>;

function moved(figures: Figures, project: string, money: (amount: number) => Money): Moved {
  const of = (source: Source) => money(figures[`${charityAccount(project)}:${source}`] ?? 0);
  return {
    feeShare: of('feeShare'),
    donation: of('donation'),
    assignment: of('assignment'),
    refund: of('refund'),
    payout: of('payout'),
  };
}

function sumOf(moved: Moved): number {
  return movements.reduce((sum, movement) => sum + moved[movement].amount, 0);
}

/** The statement as one table: a line for each day on which something moved, then one for the whole. */
export function statementCsv({ event, project, name, totals, days }: StatementView): string {
  const line = (key: string, moved: Moved & { readonly balance: Money }) => ({
    project,
    name_kk: text(name?.kk),
    name_ru: text(name?.ru),
    name_en: text(name?.en),
    day: key,
    fee_share: decimal(moved.feeShare),
    donation: decimal(moved.donation),
    assignment: decimal(moved.assignment),
    refund: decimal(moved.refund),
    payout: decimal(moved.payout),
    balance: decimal(moved.balance),
    currency: event.currency,
  });
  return spreadsheet([...days.map(({ day, ...moved }) => line(day, moved)), line('total', totals)]);
}
