import { formatMoney } from '../../../messages/format.ts';
import type { Translate } from '../../../messages/translate.ts';
import type { BankPaymentView } from '../../../shared/contracts/bank-transfers.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';

/** How a bank payment stands, in words. */
export function stateText(t: Translate, locale: Locale, { state, order, excess }: BankPaymentView): string {
  if (state === 'part' && order) {
    if (order.state !== 'held' && order.state !== 'paying') return t('transfers.state.partOver');
    const { received, total } = order;
    return t('transfers.state.part', {
      received: formatMoney(received, locale),
      total: formatMoney(total, locale),
    });
  }
  if (state === 'applied' && (order?.state === 'refund_due' || order?.state === 'refunded'))
    return t('transfers.state.late');
  if (state === 'applied' && excess)
    return t('transfers.state.excess', { excess: formatMoney(excess, locale) });
  return t(`transfers.state.${state === 'part' ? 'unclear' : state}`);
}
