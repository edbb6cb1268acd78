import { useEffect, useState } from 'preact/hooks';
import { formatMoney, formatTime } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { OrderView } from '../../../shared/contracts/orders.ts';
import { call } from '../api.ts';
import type { IslandProps } from '../island.tsx';
import { forget } from '../memory.ts';
import { orderApi } from '../paths.ts';
import { startCheckout } from '../submit.ts';
import { ByInvoice } from './by-invoice.tsx';
import { pollSeconds, secondsLeft } from './timing.ts';
import { TransferAwaited } from './transfer.tsx';

export const waitingGroups = ['order', 'invoice', 'field'] as const;

/** States from which an order moves on by itself. */
export const waitingStates: ReadonlySet<OrderView['state']> = new Set(['held', 'paying', 'pending']);

export interface WaitingData {
  readonly order: Pick<
    OrderView,
    'token' | 'state' | 'heldUntil' | 'total' | 'bankTransferUntil' | 'invoice'
  >;
  readonly event: string;
  readonly zone: string;
  /** Donations hold no place. */
  readonly hasPlaces: boolean;
  /** What the payment page said on the way back. */
  readonly returned: 'paid' | 'cancelled' | undefined;
}

/** After so long, "a few seconds" is no longer true. */
const longConfirmation = 45;

/** An order that is not decided yet: how long its places are held, the way to pay, and what comes of it. */
export function Waiting({ locale, t, data }: IslandProps<WaitingData, (typeof waitingGroups)[number]>) {
  const { event, hasPlaces, returned } = data;
  const [order, setOrder] = useState(data.order);
  const [waited, setWaited] = useState(0);
  const [isOffline, setOffline] = useState(false);
  const { token } = order;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const opened = Date.now();
    const look = async (): Promise<void> => {
      const elapsed = (Date.now() - opened) / 1000;
      if (!document.hidden) {
        const answer = await call<'getOrder'>(orderApi(token));
        if (isOver) return;
        setOffline(answer.is === 'unanswered');
        setWaited(elapsed);
        if (answer.is === 'value') {
          if (answer.value.state === 'paid') forget(event);
          // The server draws what has been decided: codes, amounts, what next.
          if (!waitingStates.has(answer.value.state)) location.replace(location.pathname);
          else setOrder(answer.value);
        }
      }
      timer = setTimeout(() => void look(), pollSeconds(elapsed, returned === 'paid') * 1000);
    };
    timer = setTimeout(() => void look(), 1000);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [token, event, returned]);

  return (
    <div class="waiting">
      {order.state === 'pending' ? (
        <p role="status">{t(hasPlaces ? 'order.pending.text' : 'order.pending.textDonation')}</p>
      ) : returned === 'paid' ? (
        <div role="status">
          <p class="confirming">
            <strong>{t('order.confirming')}</strong>
          </p>
          <p>{t(waited > longConfirmation ? 'order.confirmingLong' : 'order.confirmingText')}</p>
        </div>
      ) : (
        <Payable {...{ locale, t, order, data }} />
      )}
      <p class="soft" role="status">
        {isOffline && t('order.network')}
      </p>
    </div>
  );
}

/** An order that can be paid now: by the way that was chosen, or by the other one. */
function Payable(props: { locale: Locale; t: OrderText; order: WaitingData['order']; data: WaitingData }) {
  const { locale, t, order } = props;
  const { zone, hasPlaces, returned } = props.data;
  const { token, heldUntil, total, invoice, bankTransferUntil } = order;
  if (invoice)
    return (
      <>
        <TransferAwaited {...{ t, locale, token, total, invoice, zone }} />
        {invoice.received.amount === 0 && (
          <details>
            <summary>{t('invoice.byCard')}</summary>
            <p class="soft">{t('invoice.byCardHint')}</p>
            <PayButton locale={locale} t={t} order={order} />
          </details>
        )}
      </>
    );
  return (
    <>
      {returned === 'cancelled' && (
        <p class="notice">{t(hasPlaces ? 'order.held.cancelled' : 'order.held.cancelledDonation')}</p>
      )}
      <p>{t(hasPlaces ? 'order.held.text' : 'order.held.textDonation')}</p>
      {hasPlaces && heldUntil !== undefined && (
        <>
          <p>{t('order.held.until', { time: formatTime(heldUntil, zone, locale) })}</p>
          <Countdown t={t} until={heldUntil} />
        </>
      )}
      <PayButton locale={locale} t={t} order={order} />
      {bankTransferUntil !== undefined && (
        <ByInvoice {...{ t, locale, token, zone }} until={bankTransferUntil} />
      )}
    </>
  );
}

type OrderText = IslandProps<WaitingData, (typeof waitingGroups)[number]>['t'];

/** Minutes before the end from which everybody is warned, each minute; screen readers are told once before. */
const warned = 5;
const toldBefore = 10;

function Countdown({ t, until }: { t: OrderText; until: string }) {
  // Unknown until the browser's clock is asked: the server's rendering may be old.
  const [left, setLeft] = useState<number | undefined>(undefined);
  useEffect(() => {
    const tick = (): void => setLeft(secondsLeft(until, Date.now()));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [until]);
  if (left === undefined) return null;
  const minutes = Math.ceil(left / 60);
  return (
    <>
      <p class="countdown" aria-hidden="true">
        <span>{t('order.held.left')}</span>
        <strong class="figure">
          {Math.floor(left / 60)}:{String(left % 60).padStart(2, '0')}
        </strong>
      </p>
      <p
        class={minutes <= warned ? `notice ${left === 0 ? 'bad ' : ''}countdown-warning` : 'visually-hidden'}
        role="status"
      >
        {left === 0
          ? t('order.held.over')
          : minutes <= toldBefore &&
            t('order.held.minutesLeft', { count: minutes <= warned ? minutes : toldBefore })}
      </p>
    </>
  );
}

function PayButton({ locale, t, order }: { locale: Locale; t: OrderText; order: WaitingData['order'] }) {
  const [state, setState] = useState<'ready' | 'preparing' | 'failed'>('ready');
  const label = t('order.pay', { total: formatMoney(order.total, locale) });
  const pay = async (): Promise<void> => {
    if (state === 'preparing') return;
    setState('preparing');
    const outcome = await startCheckout(order.token);
    if (outcome.is === 'pay') location.assign(outcome.url);
    else if (outcome.is === 'order') location.replace(location.pathname);
    else setState('failed');
  };
  return (
    <>
      <button type="button" class="button wide" onClick={pay} aria-disabled={state === 'preparing'}>
        {label}
      </button>
      <p class="progress-line" role="status">
        {state === 'preparing' && t('order.preparing')}
        {state === 'failed' && t('order.payFailed')}
      </p>
    </>
  );
}
