import { useCallback, useMemo, useState } from 'preact/hooks';
import { Route, Router, useLocation } from 'preact-iso/router';
import type { Client } from '../../shared/contracts/client.ts';
import { Header } from './header.tsx';
import { useLanguage } from './language.tsx';
import { AssignmentsPage } from './pages/assignments.tsx';
import { AuditPage } from './pages/audit.tsx';
import { BankTransfersPage } from './pages/bank-transfers.tsx';
import { CallOffPage } from './pages/call-off.tsx';
import { CallbackPage } from './pages/callback.tsx';
import { EventsPage } from './pages/events.tsx';
import { MattersPage } from './pages/matters.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { OrderPage } from './pages/order.tsx';
import { OrdersPage } from './pages/orders.tsx';
import { PayoutsPage } from './pages/payouts.tsx';
import { ReportPage } from './pages/report.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { StatementPage } from './pages/statement.tsx';
import { ServiceContext } from './service.tsx';
import type { Session } from './session/session.ts';

/** The console: whoever is not signed in sees the sign-in page instead of the page asked for. */
export function App({ client, session }: { readonly client: Client; readonly session: Session }) {
  const { t } = useLanguage();
  const { path, url } = useLocation();
  const [access, setAccess] = useState<'open' | 'closed' | 'ended'>(session.isOpen() ? 'open' : 'closed');
  const onSessionEnd = useCallback(() => {
    session.end();
    setAccess('ended');
  }, [session]);
  const onSignedIn = useCallback(() => setAccess('open'), []);
  const service = useMemo(() => ({ client, session, onSessionEnd }), [client, session, onSessionEnd]);

  const page = () => {
    if (path === '/console/callback') return <CallbackPage onSignedIn={onSignedIn} />;
    if (access !== 'open')
      return <SignInPage returnTo={url} notice={access === 'ended' ? 'sessionEnded' : undefined} />;
    return (
      <Router>
        <Route path="/console" component={EventsPage} />
        <Route path="/console/matters" component={MattersPage} />
        <Route path="/console/bank-transfers" component={BankTransfersPage} />
        <Route path="/console/orders" component={OrdersPage} />
        <Route path="/console/orders/:order" component={OrderPage} />
        <Route path="/console/audit" component={AuditPage} />
        <Route path="/console/events/:event" component={ReportPage} />
        <Route path="/console/events/:event/assignments" component={AssignmentsPage} />
        <Route path="/console/events/:event/payouts" component={PayoutsPage} />
        <Route path="/console/events/:event/call-off" component={CallOffPage} />
        <Route path="/console/events/:event/projects/:project" component={StatementPage} />
        <Route default component={NotFoundPage} />
      </Router>
    );
  };
  return (
    <ServiceContext.Provider value={service}>
      <a class="skip" href="#content">
        {t('site.skip')}
      </a>
      <Header isSignedIn={access === 'open'} />
      <main id="content" class="wrap">
        {page()}
      </main>
    </ServiceContext.Provider>
  );
}
