import type { WriteStream } from 'node:tty';
import { formatMoney } from '../../messages/format.ts';
import { table } from '../metrics.ts';
import type { PlayedSeason } from './run.ts';

const width = 40;

/** A bar on a terminal; elsewhere a line for each tenth. */
export function progressBar(stream: WriteStream): {
  show: (share: number, what: string) => void;
  end: () => void;
} {
  let tenths = -1;
  return {
    show: (share, what) => {
      const full = Math.floor(share * width);
      const line = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.floor(share * 100)).padStart(3)}%  ${what.slice(0, 10)}`;
      if (stream.isTTY) stream.write(`\r${line}`);
      else if (Math.floor(share * 10) > tenths) stream.write(`${line}\n`);
      tenths = Math.max(tenths, Math.floor(share * 10));
    },
    end: () => {
      if (stream.isTTY) stream.write('\n');
    },
  };
}

/** What a season came to, for people. */
export function describeSeason({ tally, proof, report, digest }: PlayedSeason, seconds: number): string {
  const money = (amount: { amount: number; currency: string }) => formatMoney(amount, 'en');
  const { totals } = report;
  const parts = [
    table(
      ['what people did', ''],
      Object.entries(tally).map(([what, count]) => [what, String(count)]),
    ),
    table(
      ['distance', 'places', 'entries', 'received', 'for charity'],
      report.distances.map(({ name, capacity, entriesConfirmed, received, total }) => [
        name.en,
        String(capacity),
        String(entriesConfirmed),
        money(received),
        money(total),
      ]),
    ),
    table(
      ['project', 'of fees', 'donations', 'taken back', 'together'],
      report.projects.map(({ name, project, feeShare, donation, refund, total }) => [
        name?.en ?? project,
        money(feeShare),
        money(donation),
        money(refund),
        money(total),
      ]),
    ),
    `Raised: ${money(totals.total)}. Received: ${money(totals.received)}, of it entry fees ${money(totals.entryFees)}.`,
    proof.asked
      .map(({ what, wrong }) =>
        wrong.length === 0
          ? `proven  ${what}`
          : `WRONG   ${what}:\n${wrong
              .slice(0, 20)
              .map((line) => `          ${line}`)
              .join('\n')}`,
      )
      .join('\n'),
    `${proof.orders} orders, ${proof.transactions} ledger transactions, in ${Math.round(seconds)} s; report ${digest}`,
  ];
  return parts.join('\n\n');
}
