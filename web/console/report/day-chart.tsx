import { formatDayOf, formatMoney } from '../../../messages/format.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { useLanguage } from '../language.tsx';
import { everyDay } from './every-day.ts';

/** In units of the drawing, which is stretched to the width there is. */
const height = 120;
const step = 10;
const gap = 2;
/** The first days of a race do not fill it. */
const fewest = 14;

/** What charity was credited each day, as bars; below the line where more was returned. The table has the figures. */
export function DayChart({ report: { days, event } }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  const bars = everyDay(days);
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return null;
  const most = bars.reduce((best, one) => (one.amount > best.amount ? one : best), first);
  const highest = Math.max(0, most.amount);
  const lowest = Math.min(0, ...bars.map(({ amount }) => amount));
  const scale = height / Math.max(1, highest - lowest);
  const width = Math.max(fewest, bars.length) * step;
  const money = (amount: number) => formatMoney({ amount, currency: event.currency }, locale);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map(({ day, amount }, index) => (
          <rect
            key={day}
            x={index * step + gap / 2}
            width={step - gap}
            y={(highest - Math.max(0, amount)) * scale}
            height={Math.abs(amount) * scale}
            class={amount < 0 ? 'returned' : undefined}
          >
            <title>{`${formatDayOf(day, 'UTC', locale)}: ${money(amount)}`}</title>
          </rect>
        ))}
        <line x2={width} y1={highest * scale} y2={highest * scale} />
      </svg>
      <figcaption class="soft">
        {t('console.chart', {
          first: formatDayOf(first.day, 'UTC', locale),
          last: formatDayOf(last.day, 'UTC', locale),
          most: formatDayOf(most.day, 'UTC', locale),
          amount: money(most.amount),
        })}
      </figcaption>
    </figure>
  );
}
