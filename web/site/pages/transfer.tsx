import { translate } from '../../../messages/catalogue.ts';
import { formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { TransferView } from '../../../shared/contracts/changes.ts';
import { IslandFrame } from '../island-frame.tsx';
import { Participant, participantGroups } from '../participant-form/participant-form.tsx';
import { countriesIn } from './countries.ts';
import { EntryHead } from './entry-head.tsx';

/** An offered entry: what it is, and the form by which it is accepted. */
export function TransferPage({ locale, transfer }: { locale: Locale; transfer: TransferView }) {
  const t = translate(locale);
  const { event, state, from: name = '' } = transfer;
  return (
    <div class="wrap section narrow order" data-state={state}>
      <EntryHead {...{ locale, event }} {...transfer} title={t('transfer.title')} />
      {state === 'asked' ? (
        <>
          <p>
            {t('transfer.lead', { name })}{' '}
            {t('transfer.until', { time: formatMoment(transfer.until, event.zone, locale) })}
          </p>
          <noscript>
            <p class="notice">{t('entry.noscript')}</p>
          </noscript>
          <IslandFrame
            component={Participant}
            groups={participantGroups}
            locale={locale}
            data={{
              purpose: 'accept',
              token: transfer.token,
              raceDay: event.raceDay,
              zone: event.zone,
              minAge: transfer.minAge,
              maxAge: transfer.maxAge,
              rulesUrl: transfer.rulesUrl,
              countries: countriesIn(locale),
            }}
          />
        </>
      ) : (
        <p class="notice">{t(`transfer.${state}`, { name })}</p>
      )}
    </div>
  );
}
