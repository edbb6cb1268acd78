import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LocalText, Money } from '../../shared/contracts/basics.ts';
import { type ReportView, reportView } from '../../shared/contracts/reports.ts';
import { reportCsv } from '../../shared/reports/csv.ts';

const kzt = (amount: number): Money => ({ amount, currency: 'KZT' });
const inAll = (name: string): LocalText => ({ kk: name, ru: name, en: name });
const sumOf = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0);

interface Amounts {
  readonly feeShare: number;
  readonly donation: number;
  readonly refund: number;
  readonly received: number;
  readonly entries: number;
}
const nothing: Amounts = { feeShare: 0, donation: 0, refund: 0, received: 0, entries: 0 };

function figures({ feeShare, donation, refund }: Amounts) {
  return {
    feeShare: kzt(feeShare),
    donation: kzt(donation),
    assignment: kzt(0),
    refund: kzt(refund),
    total: kzt(feeShare + donation + refund),
  };
}

/** A report whose distances have these amounts, all of them on one day and for one project. */
function reportOf(distances: readonly Amounts[], name = 'Ең үлкен үміт'): ReportView {
  const all: Amounts = {
    feeShare: sumOf(distances.map(({ feeShare }) => feeShare)),
    donation: sumOf(distances.map(({ donation }) => donation)),
    refund: sumOf(distances.map(({ refund }) => refund)),
    received: sumOf(distances.map(({ received }) => received)),
    entries: sumOf(distances.map(({ entries }) => entries)),
  };
  return reportView.parse({
    event: { id: 'race', name: inAll(name), zone: 'Asia/Almaty', currency: 'KZT' },
    waiting: 0,
    totals: {
      ...figures(all),
      paidOut: kzt(0),
      received: kzt(all.received),
      entryFees: kzt(0),
      feeCover: kzt(0),
      losses: kzt(0),
    },
    projects: [{ project: 'school', name: inAll(name), ...figures(all), paidOut: kzt(0) }],
    distances: distances.map((amounts, index) => ({
      distance: `d${index}`,
      name: inAll(name),
      capacity: 100,
      held: 0,
      taken: 0,
      left: 100,
      reserved: 0,
      offered: 0,
      waiting: 0,
      overCapacity: 0,
      entriesConfirmed: amounts.entries,
      received: kzt(amounts.received),
      ...figures(amounts),
    })),
    incompleteTeams: [],
    codes: [],
    days: [
      { day: '2026-11-24', entriesConfirmed: all.entries, received: kzt(all.received), ...figures(all) },
    ],
  });
}

/** Reads CSV by RFC 4180, as strictly as it is written. */
function readCsv(csv: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end = ''] of csv
    .replace(/^\ufeff/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  const [header = [], ...body] = rows.slice(0, -1);
  return body.map((cells) => {
    expect(cells).toHaveLength(header.length);
    return Object.fromEntries(header.map((column, index) => [column, cells[index] ?? '']));
  });
}

test('is a table that Excel opens with Kazakh letters', () => {
  const amounts = { feeShare: 200_000, donation: 5, refund: -150_001, received: 2_000_005, entries: 1 };
  expect(reportCsv(reportOf([amounts]))).toBe(
    '\ufeffdimension,key,name_kk,name_ru,name_en,fee_share,donation,assignment,refund,total,paid_out,received,entries,currency\r\n' +
      'total,race,Ең үлкен үміт,Ең үлкен үміт,Ең үлкен үміт,2000.00,0.05,0.00,-1500.01,500.04,0.00,20000.05,1,KZT\r\n' +
      'project,school,Ең үлкен үміт,Ең үлкен үміт,Ең үлкен үміт,2000.00,0.05,0.00,-1500.01,500.04,0.00,,,KZT\r\n' +
      'distance,d0,Ең үлкен үміт,Ең үлкен үміт,Ең үлкен үміт,2000.00,0.05,0.00,-1500.01,500.04,,20000.05,1,KZT\r\n' +
      'day,2026-11-24,,,,2000.00,0.05,0.00,-1500.01,500.04,,20000.05,1,KZT\r\n',
  );
});

const amount = fc.maxSafeInteger().map((value) => Math.trunc(value / 1000));
const amounts: fc.Arbitrary<Amounts> = fc.record({
  feeShare: amount,
  donation: amount,
  refund: amount,
  received: amount,
  entries: fc.nat(100_000),
});

test('the lines of a dimension add up to the total, to the last tiyn, whatever the amounts', () => {
  const minor = (decimal: string | undefined) => BigInt(String(decimal).replace('.', ''));
  fc.assert(
    fc.property(fc.array(amounts, { minLength: 1, maxLength: 20 }), (distances) => {
      const rows = readCsv(reportCsv(reportOf(distances)));
      const [total] = rows.filter(({ dimension }) => dimension === 'total');
      const lines = rows.filter(({ dimension }) => dimension === 'distance');
      for (const column of ['fee_share', 'donation', 'refund', 'total', 'received']) {
        for (const row of rows) expect(row[column]).toMatch(/^(?:-?\d+\.\d\d)?$/);
        expect(lines.reduce((sum, row) => sum + minor(row[column]), 0n)).toBe(minor(total?.[column]));
      }
      expect(sumOf(lines.map(({ entries }) => Number(entries)))).toBe(Number(total?.entries));
    }),
  );
});

test('no text is taken for a formula, and none is changed otherwise', () => {
  const risky = fc.constantFrom('=', '+', '-', '', '\t', '\r', '\n', '＝', '＋', '－', '＠', '"', ',', '');
  fc.assert(
    fc.property(risky, fc.string({ unit: 'grapheme' }), (start, rest) => {
      const name = start + rest;
      const [total] = readCsv(reportCsv(reportOf([nothing], name)));
      const cell = total?.name_ru ?? '';
      expect(cell).not.toMatch(/^[=+\-\t\r\n＝＋－＠]./s);
      expect(cell.replace(/^'/, '')).toBe(name.replace(/^'/, ''));
    }),
  );
  const [row] = readCsv(reportCsv(reportOf([nothing], '=HYPERLINK("http://x","y")')));
  expect(row?.name_en).toBe(`'=HYPERLINK("http://x","y")`);
});
