import { formatMoney } from '../../../messages/format.ts';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import { type Locale, laterProject } from '../../../shared/contracts/basics.ts';
import { breakdownOf, feeCoverOf, type PricedLine } from '../../../shared/contracts/breakdown.ts';
import { Amount } from '../../parts/amount.tsx';
import { CheckField } from '../../parts/fields.tsx';
import { coverOf, type ExtrasData, type ExtrasDraft, extrasPaths, giftOf } from './extras.ts';
import { entryLine, type ShownFee } from './fee.ts';

/** An entry as the card shows it. */
export interface ShownEntry {
  readonly label: string;
  /** The project that was chosen; empty until then. */
  readonly project: string;
  /** Undefined while the distance has no price. */
  readonly fee: ShownFee | undefined;
}

interface Props {
  readonly t: Translate<KeyIn<'entry'>>;
  readonly locale: Locale;
  readonly data: ExtrasData;
  readonly entries: readonly ShownEntry[];
  readonly extras: ExtrasDraft;
  readonly onCoverFee: (coverFee: boolean) => void;
}

/** What the entries and the gift cost, without the cover of the payment; in minor units. */
export function sumOf({ entries, extras, data }: Pick<Props, 'entries' | 'extras' | 'data'>): number {
  const fees = entries.reduce((sum, { fee }) => sum + (fee?.price.amount ?? 0), 0);
  return fees + (giftOf(extras, data, '')?.amount.amount ?? 0);
}

/** What everything costs, what was taken off, and how many tenge go where, before anything is paid. */
export function BreakdownCard(props: Props) {
  const { t, locale, data, entries, extras, onCoverFee } = props;
  const { currency, feeCover } = data;
  const amount = (value: number) => <Amount of={{ amount: value, currency }} locale={locale} />;
  const text = (value: number) => formatMoney({ amount: value, currency }, locale);
  const sum = sumOf(props);
  const cover = coverOf(extras, data, sum);
  const gift = giftOf(extras, data, entries[0]?.project ?? '');
  const priced = entries.filter((entry): entry is ShownEntry & { fee: ShownFee } => entry.fee !== undefined);
  const isPlain =
    priced.length === 1 && !gift && cover === 0 && (priced[0]?.fee.reductions.length ?? 0) === 0;
  return (
    <section class="card breakdown" aria-labelledby="breakdown">
      <h2 id="breakdown">{t(isPlain ? 'entry.whereItGoes' : 'entry.toPay')}</h2>
      {!isPlain && (
        <dl class="sums priced" aria-live="polite">
          {priced.map(({ label, fee }, index) => (
            <div key={index}>
              <dt>
                {label}
                {fee.reductions.map(({ why, amount: off }) => (
                  <span class="soft" key={why}>
                    {t(`entry.reduced.${why}`, { amount: text(off) })}
                  </span>
                ))}
              </dt>
              <dd>
                {fee.listPrice && (
                  <s>
                    <span class="visually-hidden">{t('entry.insteadOf')} </span>
                    <Amount of={fee.listPrice} locale={locale} />
                  </s>
                )}
                {fee.price.amount === 0 ? t('entry.free') : <Amount of={fee.price} locale={locale} />}
              </dd>
            </div>
          ))}
          {gift && (
            <div>
              <dt>{t('entry.gift')}</dt>
              <dd>{amount(gift.amount.amount)}</dd>
            </div>
          )}
          {cover > 0 && (
            <div>
              <dt>{t('entry.feeCover')}</dt>
              <dd>{amount(cover)}</dd>
            </div>
          )}
          <div class="total">
            <dt>{t('entry.total')}</dt>
            <dd>{amount(sum + cover)}</dd>
          </div>
        </dl>
      )}
      {feeCover && sum > 0 && (
        <CheckField
          name={extrasPaths.coverFee}
          label={t('entry.coverFee', { amount: text(feeCoverOf(sum, feeCover)) })}
          hint={t('entry.coverFeeHint')}
          checked={extras.coverFee}
          onChecked={onCoverFee}
        />
      )}
      <WhereItGoes {...props} {...{ cover, isPlain }} />
    </section>
  );
}

function WhereItGoes(props: Props & { cover: number; isPlain: boolean }) {
  const { t, locale, data, entries, extras, cover, isPlain } = props;
  const { currency, projects } = data;
  const amount = (value: number) => <Amount of={{ amount: value, currency }} locale={locale} />;
  const fees = entries.flatMap(({ fee, project }) => (fee ? [entryLine(fee, project)] : []));
  const known = fees.filter((line) => line !== undefined);
  // With a price that the service named alone, the shares are not known yet.
  if (known.length < fees.length) return null;
  const gift = giftOf(extras, data, entries[0]?.project ?? '');
  const lines: PricedLine<string | undefined>[] = [
    ...known,
    ...(gift
      ? [{ kind: 'donation' as const, project: gift.project || undefined, amount: gift.amount.amount }]
      : []),
    ...(cover > 0 ? [{ kind: 'feeCover' as const, amount: cover }] : []),
  ];
  const { total, shares, organising, feeCover } = breakdownOf(lines);
  if (total === 0) return null;
  const shareLabel = (project: string | undefined): string => {
    if (project === undefined) return t('entry.shareUnchosen');
    if (project === laterProject) return t('entry.shareLater');
    const name = projects.find(({ id }) => id === project)?.name[locale] ?? project;
    return t('entry.shareOf', { project: name });
  };
  return (
    <>
      {!isPlain && <h3>{t('entry.whereItGoes')}</h3>}
      <dl class="sums" aria-live="polite">
        {shares.map(({ project, amount: share }) => (
          <div class="charity" key={project}>
            <dt>{shareLabel(project)}</dt>
            <dd>{amount(share)}</dd>
          </div>
        ))}
        {organising > 0 && (
          <div>
            <dt>{t('entry.rest')}</dt>
            <dd>{amount(organising)}</dd>
          </div>
        )}
        {feeCover > 0 && (
          <div>
            <dt>{t('entry.feeCover')}</dt>
            <dd>{amount(feeCover)}</dd>
          </div>
        )}
        {isPlain && (
          <div class="total">
            <dt>{t('entry.total')}</dt>
            <dd>{amount(total)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}
