import { formatMoment } from '../../../messages/format.ts';
import type { MessageKey } from '../../../messages/translate.ts';
import type { Money } from '../../../shared/contracts/basics.ts';
import { bySecond } from '../../../shared/contracts/moments.ts';
import type { StaffOrderView } from '../../../shared/contracts/staff-orders.ts';
import { Amount } from '../../parts/amount.tsx';
import { useLanguage } from '../language.tsx';
import { staffZone } from '../zone.ts';

interface Step {
  readonly at: string;
  readonly what: MessageKey;
  readonly amount: Money;
  readonly id: string;
  readonly note?: string | undefined;
}

/** What happened to an order's money, in order of time. */
function stepsOf({ payment, total, decisions, refunds, suspense, disputes }: StaffOrderView): Step[] {
  const steps: Step[] = [
    ...(payment
      ? [
          {
            at: payment.at,
            what: payment.unused ? ('console.story.unused' as const) : ('console.story.paid' as const),
            amount: total,
            id: payment.id,
          },
        ]
      : []),
    ...decisions.map((one) => ({
      at: one.at,
      what: one.leftTo === undefined ? ('console.story.decided' as const) : ('console.story.leftTo' as const),
      amount: one.amount,
      id: one.id,
      note: one.note,
    })),
    ...refunds.map((one) => ({
      at: one.at,
      what: one.sent
        ? ('console.story.refund.byBank' as const)
        : (`console.story.refund.${one.status}` as const),
      amount: one.amount,
      id: one.id,
      note: one.sent && `${one.sent.date} · ${one.sent.reference}`,
    })),
    ...suspense.map((one) => ({
      at: one.at,
      what: `console.story.suspense.${one.why}` as const,
      amount: one.amount,
      id: one.payment,
    })),
    ...disputes.map((one) => ({
      at: one.createdAt,
      what: `console.story.dispute.${one.status}` as const,
      amount: one.amount,
      id: one.id,
    })),
  ];
  return steps.sort(bySecond);
}

export function Story({ order }: { order: StaffOrderView }) {
  const { locale, t } = useLanguage();
  const steps = stepsOf(order);
  if (steps.length === 0) return null;
  return (
    <section class="card part" aria-labelledby="story">
      <h2 id="story">{t('console.story')}</h2>
      <ol class="story">
        {steps.map(({ at, what, amount, id, note }) => (
          <li key={id}>
            <p class="act">
              <strong>{t(what)}</strong>
              <Amount of={amount} locale={locale} />
            </p>
            <p class="soft">
              {formatMoment(at, staffZone, locale)} · <code>{id}</code>
            </p>
            {note !== undefined && <p>{note}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
