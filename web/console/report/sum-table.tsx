import type { ComponentChildren } from 'preact';
import { formatMoney, formatNumber } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import { useLanguage } from '../language.tsx';
import { Check } from './proof.tsx';

/** A column of figures; without a figure a cell stays empty. */
export interface Column<Row> {
  readonly label: string;
  readonly value: (row: Row) => number | undefined;
  /** What the figures count: minor units of this currency, or things. */
  readonly currency?: string;
  /** What the column must add up to. */
  readonly total?: number;
}

export interface SumTableProps<Row> {
  readonly id: string;
  readonly title: string;
  readonly head: string;
  readonly rows: readonly { readonly key: string; readonly name: string; readonly row: Row }[];
  readonly columns: readonly Column<Row>[];
  readonly children?: ComponentChildren;
}

/** A table whose last line adds up its columns, and that says whether the sums are the event's totals. */
export function SumTable<Row>({ id, title, head, rows, columns, children }: SumTableProps<Row>) {
  const { locale, t } = useLanguage();
  const summed = columns.map((column) => ({
    ...column,
    sum: rows.reduce((sum, { row }) => sum + (column.value(row) ?? 0), 0),
  }));
  const differing = summed.filter(({ sum, total }) => total !== undefined && sum !== total);
  return (
    <div class="card part">
      <div class="part-head">
        <h2 id={id}>{title}</h2>
        {differing.length === 0 && (
          <p class="badge good">
            <Check /> {t('console.sumsAgree')}
          </p>
        )}
      </div>
      {differing.length > 0 && (
        <p class="notice bad" role="alert">
          {t('console.sumsDiffer', { columns: differing.map(({ label }) => label).join(', ') })}
        </p>
      )}
      {children}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section class="table-frame" tabIndex={0} aria-labelledby={id}>
        <table class="sums">
          <thead>
            <tr>
              <th scope="col">{head}</th>
              {columns.map(({ label }) => (
                <th key={label} scope="col" class="amount">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, name, row }) => (
              <tr key={key}>
                <th scope="row">{name}</th>
                {columns.map((column) => (
                  <td key={column.label} class="amount">
                    {figure(column.value(row), column.currency, locale)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('totals.sum')}</th>
              {summed.map(({ label, sum, currency }) => (
                <td key={label} class="amount">
                  {figure(sum, currency, locale)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
    </div>
  );
}

function figure(value: number | undefined, currency: string | undefined, locale: Locale): string {
  if (value === undefined) return '–';
  return currency === undefined
    ? formatNumber(value, locale)
    : formatMoney({ amount: value, currency }, locale);
}
