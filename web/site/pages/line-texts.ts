import { translate } from '../../../messages/catalogue.ts';
import { type Locale, laterProject, type Money } from '../../../shared/contracts/basics.ts';
import type { OrderView } from '../../../shared/contracts/orders.ts';

type Line = OrderView['lines'][number];

/** What a line is called where there is one row for it: for whom or what, and of which distance. */
export function lineTexts(
  line: Line,
  order: OrderView,
  locale: Locale,
): { readonly name: string; readonly detail?: string; readonly amount: Money } {
  const t = translate(locale);
  switch (line.kind) {
    case 'entry':
      return { name: line.runnerName, detail: line.distanceName[locale], amount: line.price };
    case 'donation':
      return {
        name: t('order.donationTo', { project: projectName(locale, order, line.project) }),
        amount: line.amount,
      };
    case 'feeCover':
      return { name: t('order.feeCover'), amount: line.amount };
    case 'change':
    case 'transferFee':
      return {
        name: t(`order.${line.kind}`, { distance: line.distanceName[locale] }),
        amount: line.amount,
      };
  }
}

/** A project of an order by its name. */
export function projectName(locale: Locale, order: OrderView, id: string): string {
  if (id === laterProject) return translate(locale)('charity.later');
  return order.projects.find((project) => project.id === id)?.name[locale] ?? id;
}
