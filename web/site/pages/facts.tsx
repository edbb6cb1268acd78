import type { ComponentChildren } from 'preact';
import type { Locale, Money } from '../../../shared/contracts/basics.ts';
import { Amount } from '../../parts/amount.tsx';

/** One thing that a receipt or an invoice states, in its `dl.receipt-facts`. */
export function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** One amount of a `dl.sums`, with what it is; `look` marks a total, and what goes to charity. */
export function Sum(props: {
  readonly label: ComponentChildren;
  readonly of: Money;
  readonly locale: Locale;
  readonly look?: 'total' | 'charity';
}) {
  return (
    <div class={props.look}>
      <dt>{props.label}</dt>
      <dd>
        <Amount of={props.of} locale={props.locale} />
      </dd>
    </div>
  );
}
