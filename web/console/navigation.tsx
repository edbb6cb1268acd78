import { useLocation } from 'preact-iso/router';
import type { MessageKey } from '../../messages/translate.ts';
import { useLanguage } from './language.tsx';

type Place = readonly [path: string, label: MessageKey];

/** The pages that belong to no single race. */
export function MainNavigation() {
  return (
    <Navigation
      label="console.navigation"
      places={[
        ['/console/', 'console.events'],
        ['/console/matters', 'console.matters'],
        ['/console/bank-transfers', 'transfers.title'],
        ['/console/orders', 'console.orders'],
        ['/console/audit', 'console.audit'],
      ]}
    />
  );
}

/** The pages of one race. */
export function EventNavigation({ event }: { event: string }) {
  const base = `/console/events/${event}`;
  return (
    <Navigation
      label="console.eventNavigation"
      places={[
        [base, 'console.report'],
        [`${base}/assignments`, 'console.assignments'],
        [`${base}/payouts`, 'console.payouts'],
        [`${base}/call-off`, 'console.callOff'],
      ]}
    />
  );
}

function Navigation({ label, places }: { label: MessageKey; places: readonly Place[] }) {
  const { t } = useLanguage();
  const { path } = useLocation();
  const trimmed = (address: string) => address.replace(/\/$/, '');
  return (
    <nav class="places" aria-label={t(label)}>
      {places.map(([address, text]) => (
        <a
          key={address}
          href={address}
          aria-current={trimmed(path) === trimmed(address) ? 'page' : undefined}
        >
          {t(text)}
        </a>
      ))}
    </nav>
  );
}
