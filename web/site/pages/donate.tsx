import { translate } from '../../../messages/catalogue.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import { DonationForm, donationFormGroups } from '../donation-form/donation-form.tsx';
import { IslandFrame } from '../island-frame.tsx';
import { BackToEvent } from './back-to-event.tsx';

/** Giving to a project without running. */
export function DonatePage(props: { locale: Locale; event: EventView; project: string | undefined }) {
  const { locale, event, project } = props;
  const t = translate(locale);
  const { id, zone, currency, projects, donation } = event;
  return (
    <div class="wrap section narrow">
      <BackToEvent locale={locale} event={event} />
      <h1>{t('donate.title')}</h1>
      <p class="lead">{t('donate.lead')}</p>
      <noscript>
        <p class="notice">{t('donate.noscript')}</p>
      </noscript>
      <IslandFrame
        component={DonationForm}
        groups={donationFormGroups}
        locale={locale}
        data={{
          event: id,
          zone,
          currency,
          projects,
          donation,
          project: projects.find((known) => known.id === project)?.id ?? '',
        }}
      />
    </div>
  );
}
