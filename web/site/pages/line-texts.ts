import { translate } from '../../../messages/catalogue.ts';
import type { Locale, Money } from '../../../shared/contracts/basics.ts';
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
    case 'donation': {
      const project = order.projects.find(({ id }) => id === line.project)?.name[locale] ?? line.project;
      return { name: t('order.donationTo', { project }), amount: line.amount };
    }
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
