import {
  formatDayOf,
  formatMoment,
  formatMoney,
  formatNumber,
  formatTime,
  isOn,
} from '../../../messages/format.ts';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import { Amount } from '../../parts/amount.tsx';
import { enterPage, inLocale, waitPage } from '../paths.ts';

interface Props {
  readonly locale: Locale;
  readonly t: Translate<KeyIn<'distance'>>;
  readonly event: string;
  readonly zone: string;
  readonly raceDay: string;
  readonly distances: readonly DistanceView[];
}

/** The distances of an event as cards: what each costs, how many places are left, and the way in. */
export function DistanceList({ distances, ...around }: Props) {
  return (
    <ul class="distances">
      {distances.map((distance) => (
        <DistanceCard key={distance.id} {...around} distance={distance} />
      ))}
    </ul>
  );
}

/** The time alone on race day, the day too on another. */
function startOf({ startsAt }: DistanceView, { zone, raceDay, locale }: Omit<Props, 'distances'>): string {
  return isOn(startsAt, raceDay, zone)
    ? formatTime(startsAt, zone, locale)
    : formatMoment(startsAt, zone, locale);
}

const badgeLook = {
  open: 'good',
  by_code: 'warn',
  not_open: 'warn',
  closed: '',
  sold_out: 'bad',
  later: '',
} as const;

function DistanceCard(props: Omit<Props, 'distances'> & { distance: DistanceView }) {
  const { locale, t, distance } = props;
  const name = distance.name[locale];
  return (
    <li class={`card distance ${distance.status}`}>
      <span class={`badge ${badgeLook[distance.status]}`}>{t(`distance.status.${distance.status}`)}</span>
      <h3>{name}</h3>
      {distance.note && <p class="soft">{distance.note[locale]}</p>}
      <dl class="facts">
        <div>
          <dt>{t('distance.start')}</dt>
          <dd>{startOf(distance, props)}</dd>
        </div>
        <div>
          <dt>{t('distance.age')}</dt>
          <dd class="figure">
            {distance.maxAge === undefined
              ? t('distance.ageFrom', { min: distance.minAge })
              : t('distance.ageRange', { min: distance.minAge, max: distance.maxAge })}
          </dd>
        </div>
      </dl>
      <Price {...props} />
      <Status {...props} />
      {(distance.status === 'open' || distance.status === 'by_code') && (
        <a
          class="button wide"
          href={inLocale(locale, enterPage(props.event, distance.id))}
          aria-label={t('distance.enterFor', { distance: name })}
        >
          {t(distance.status === 'open' ? 'distance.enter' : 'distance.enterByCode')}
        </a>
      )}
      {distance.status === 'sold_out' && distance.waitingList === 'open' && (
        <a class="button quiet wide" href={inLocale(locale, waitPage(props.event, distance.id))}>
          {t('distance.joinList', { count: distance.waiting })}
          <span class="visually-hidden">: {name}</span>
        </a>
      )}
    </li>
  );
}

function Price({
  locale,
  t,
  distance,
  zone,
}: {
  locale: Locale;
  t: Props['t'];
  distance: DistanceView;
  zone: string;
}) {
  const { price, nextPrice, charity } = distance;
  if (!price || distance.status === 'closed' || distance.status === 'sold_out') return null;
  return (
    <div class="price">
      <p class="price-now">
        <span class="visually-hidden">{t('distance.priceNow')}: </span>
        <strong>
          <Amount of={price} locale={locale} />
        </strong>
      </p>
      {charity.total && charity.total.amount > 0 && (
        <p class="price-share">{t('distance.toCharity', { amount: formatMoney(charity.total, locale) })}</p>
      )}
      {distance.agePrices.map(({ minAge, maxAge, price: forAge }) => (
        <p class="price-share" key={minAge ?? maxAge}>
          {ageWords(t, minAge, maxAge, formatMoney(forAge, locale))}
        </p>
      ))}
      {nextPrice && distance.status === 'open' && (
        <p class="price-next">
          {nextPrice.afterPlaces !== undefined && (
            <strong>{t('distance.leftAtPrice', { count: nextPrice.afterPlaces })}. </strong>
          )}
          {nextPrice.at !== undefined && <>{priceEnd(t, nextPrice.at, zone, locale)}. </>}
          {t('distance.priceThen', { price: formatMoney(nextPrice.price, locale) })}
        </p>
      )}
    </div>
  );
}

function ageWords(t: Props['t'], min: number | undefined, max: number | undefined, price: string): string {
  if (max === undefined) return t('distance.agePriceFrom', { min: min ?? 0, price });
  return min === undefined
    ? t('distance.agePriceTo', { max, price })
    : t('distance.agePriceRange', { min, max, price });
}

/** A price that ends at midnight is told by its last day: "until 1 February" could be read as one day more. */
function priceEnd(t: Props['t'], at: string, zone: string, locale: Locale): string {
  if (formatTime(at, zone, locale) !== '00:00')
    return t('distance.priceUntil', { time: formatMoment(at, zone, locale) });
  const lastMoment = new Date(Date.parse(at) - 1).toISOString();
  return t('distance.priceThrough', { date: formatDayOf(lastMoment, zone, locale) });
}

function Status({
  locale,
  t,
  distance,
  zone,
}: {
  locale: Locale;
  t: Props['t'];
  distance: DistanceView;
  zone: string;
}) {
  switch (distance.status) {
    case 'later':
      return <p class="places">{t('distance.opensLater')}</p>;
    case 'not_open':
      return (
        <p class="places">{t('distance.opensAt', { time: formatMoment(distance.opensAt, zone, locale) })}</p>
      );
    case 'closed':
      return (
        <p class="places">
          {t('distance.closedAt', { time: formatMoment(distance.closesAt, zone, locale) })}
        </p>
      );
    case 'sold_out':
      return (
        <div class="places">
          {distance.held > 0 && <p>{t('distance.held', { count: distance.held })}.</p>}
          {distance.offered > 0 && <p>{t('distance.offered', { count: distance.offered })}.</p>}
          {distance.nextReleaseAt && (
            <p>{t('distance.nextRelease', { time: formatTime(distance.nextReleaseAt, zone, locale) })}</p>
          )}
        </div>
      );
    case 'open':
    case 'by_code':
      return (
        <div class="places">
          {distance.status === 'by_code' && <p>{t('distance.byCode')}</p>}
          <p>
            <strong>
              {t('distance.left', { left: formatNumber(distance.left, locale), capacity: distance.capacity })}
            </strong>
          </p>
          <progress max={distance.capacity} value={distance.capacity - distance.left} aria-hidden="true" />
        </div>
      );
  }
}
