import { useRef, useState } from 'preact/hooks';
import type { Locale } from '../../shared/contracts/basics.ts';
import type { OrderInput } from '../../shared/contracts/orders.ts';
import { type Attempt, type FormName, remember } from './memory.ts';
import { inLocale, orderPage } from './paths.ts';
import { newKey, type Progress, type Submitted, submitOrder } from './submit.ts';

/** What is left for the form to tell: the visitor stays on the page. */
export type Refused = Exclude<Submitted, { is: 'pay' | 'order' | 'over' }>;

/**
 * Sends a form's order and leaves for the payment page, or for the order's own page. The same body goes out under the
 * same key, in this page and after a reload, so that it never becomes two orders.
 */
export function useSubmit(form: FormName, event: string, locale: Locale) {
  const attempt = useRef<Attempt | undefined>(undefined);
  const [progress, setProgress] = useState<Progress | undefined>(undefined);

  const send = async (order: OrderInput, draft: unknown): Promise<Refused | undefined> => {
    const body = JSON.stringify(order);
    const isRepeat = attempt.current?.body === body;
    const used = isRepeat && attempt.current ? attempt.current : { key: newKey(), body };
    attempt.current = used;
    remember(form, event, draft, used);
    const outcome = await submitOrder(event, order, used.key, setProgress);
    if (outcome.is === 'over') {
      attempt.current = undefined;
      // Only an order made earlier can be over; a new key makes a new order.
      return isRepeat ? send(order, draft) : { is: 'unanswered' };
    }
    if (outcome.is === 'pay') location.assign(outcome.url);
    else if (outcome.is === 'order') location.assign(inLocale(locale, orderPage(outcome.token)));
    else {
      setProgress(undefined);
      return outcome;
    }
    return undefined;
  };

  return { attempt, progress, send };
}
