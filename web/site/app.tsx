import { type Context, Hono } from 'hono';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { translate } from '../../messages/catalogue.ts';
import { formatDay } from '../../messages/format.ts';
import type { Locale } from '../../shared/contracts/basics.ts';
import type { DistanceView, EventView } from '../../shared/contracts/events.ts';
import type { SiteAssets } from './assets.ts';
import type { SiteData } from './data.ts';
import { Document, type DocumentProps } from './document.tsx';
import { defaultLocale, localeOf, preferredLocale } from './locale.ts';
import { changeableLines } from './order-changes/changeable.ts';
import { DonatePage } from './pages/donate.tsx';
import { EnterPage, isEnterable } from './pages/enter.tsx';
import { EventPage } from './pages/event.tsx';
import { HomePage } from './pages/home.tsx';
import { InvoicePage } from './pages/invoice.tsx';
import { MessagePage } from './pages/message.tsx';
import { OrderPage } from './pages/order.tsx';
import { OwnEntryPage } from './pages/own-entry.tsx';
import { ReceiptPage } from './pages/receipt.tsx';
import { TeamPage } from './pages/team.tsx';
import { TotalsPage } from './pages/totals.tsx';
import { TransferPage } from './pages/transfer.tsx';
import { canJoin, WaitPage } from './pages/wait.tsx';
import { canLeave, WaiterPage, waiterTitle } from './pages/waiter.tsx';
import {
  donatePage,
  enterPage,
  eventPage,
  inLocale,
  invoicePage,
  offerPage,
  orderPage,
  ownEntryPage,
  receiptPage,
  teamPage,
  totalsPage,
  transferPage,
  waiterPage,
  waitPage,
} from './paths.ts';

export interface SiteOptions {
  readonly assets: SiteAssets;
  /** The origin that visitors see, without a slash at the end: for canonical and alternate links. */
  readonly publicUrl: string;
  /** Told of every page that could not be rendered; the visitor gets an apology. */
  readonly onFailure: (error: unknown) => void;
}

/** Fresh for two seconds at the edge, and shown while a newer one is fetched: a rush asks the service seldom. */
const publicCache = 'public, max-age=0, s-maxage=2, stale-while-revalidate=30';
const noCache = 'no-store';

type Page = Omit<DocumentProps, 'locale' | 'assets' | 'publicUrl' | 'children'>;

const enterScript = ({ kind }: DistanceView) => (kind === 'team' ? 'team-form' : 'entry-form');

/** The public site: every page in every language, rendered from `data`. */
export function createSite(data: SiteData, options: SiteOptions): Hono {
  const { assets, publicUrl, onFailure } = options;
  const app = new Hono();

  const respond = (
    c: Context,
    page: Page & { locale: Locale; status?: 404 | 500; cache?: string },
    body: VNode,
  ): Response => {
    const { status = 200, cache = publicCache, ...head } = page;
    const html = render(
      <Document {...head} assets={assets} publicUrl={publicUrl}>
        {body}
      </Document>,
    );
    c.header('cache-control', cache);
    if (page.hidden) c.header('x-robots-tag', 'noindex');
    return c.html(`<!doctype html>${html}`, status);
  };

  const notFound = (
    c: Context,
    locale: Locale,
    text: 'notFound.text' | 'notFound.order' | 'notFound.waiter' | 'notFound.link' = 'notFound.text',
  ) => {
    const t = translate(locale);
    const title = t('notFound.title');
    return respond(
      c,
      { locale, page: '', title, hidden: true, status: 404, cache: noCache },
      <MessagePage locale={locale} title={title} text={t(text)} />,
    );
  };

  /** A page of one event; an unknown event is an unknown page. */
  const aboutEvent =
    (show: (c: Context, locale: Locale, event: EventView) => Response | Promise<Response>) =>
    async (c: Context) => {
      const locale = localeOf(c.req.param('locale') ?? '') ?? defaultLocale;
      const event = await data.getEvent(c.req.param('event') ?? '');
      return event ? show(c, locale, event) : notFound(c, locale);
    };

  app.get('/', (c) => {
    // The answer depends on a header that caches do not look at.
    c.header('cache-control', noCache);
    return c.redirect(`/${preferredLocale(c.req.header('accept-language'))}`, 302);
  });

  app.get('/:locale{kk|ru|en}', async (c) => {
    const locale = localeOf(c.req.param('locale')) ?? defaultLocale;
    const t = translate(locale);
    return respond(
      c,
      { locale, page: '', title: t('site.name'), description: t('home.lead') },
      <HomePage locale={locale} events={await data.listEvents()} />,
    );
  });

  app.get(
    '/:locale{kk|ru|en}/events/:event',
    aboutEvent(async (c, locale, event) => {
      const totals = await data.getTotals(event.id);
      const name = event.name[locale];
      const description = translate(locale)('event.description', {
        name,
        place: event.place[locale],
        date: formatDay(event.raceDay, locale),
      });
      return respond(
        c,
        { locale, page: eventPage(event.id), title: name, description, script: 'counters' },
        <EventPage locale={locale} event={event} totals={totals} />,
      );
    }),
  );

  app.get(
    '/:locale{kk|ru|en}/events/:event/enter/:distance',
    aboutEvent(async (c, locale, event) => {
      const distance = event.distances.find(({ id }) => id === c.req.param('distance'));
      if (!distance) return notFound(c, locale);
      const title = `${distance.name[locale]} · ${translate(locale)('entry.titleFor', { event: event.name[locale] })}`;
      const token = c.req.query('offer');
      if (token !== undefined) {
        const waiter = await data.getWaiter(token);
        const isTheirs =
          waiter?.state === 'offered' && waiter.event.id === event.id && waiter.distance.id === distance.id;
        c.header('referrer-policy', 'no-referrer');
        return respond(
          c,
          {
            locale,
            page: offerPage(event.id, distance.id, token),
            title,
            hidden: true,
            cache: noCache,
            ...(isTheirs && { script: 'entry-form' as const }),
          },
          <EnterPage locale={locale} event={event} distance={distance} offer={isTheirs ? waiter : 'over'} />,
        );
      }
      return respond(
        c,
        {
          locale,
          page: enterPage(event.id, distance.id),
          title,
          ...(isEnterable(distance) && { script: enterScript(distance) }),
        },
        <EnterPage locale={locale} event={event} distance={distance} />,
      );
    }),
  );

  app.get(
    '/:locale{kk|ru|en}/events/:event/waiting/:distance',
    aboutEvent((c, locale, event) => {
      const distance = event.distances.find(({ id }) => id === c.req.param('distance'));
      if (!distance) return notFound(c, locale);
      const title = translate(locale)('waiting.titleFor', { distance: distance.name[locale] });
      return respond(
        c,
        {
          locale,
          page: waitPage(event.id, distance.id),
          title: `${title} · ${event.name[locale]}`,
          ...(canJoin(distance) && { script: 'waiting-form' as const }),
        },
        <WaitPage locale={locale} event={event} distance={distance} />,
      );
    }),
  );

  app.get(
    '/:locale{kk|ru|en}/events/:event/donate',
    aboutEvent((c, locale, event) => {
      const project = event.projects.find(({ id }) => id === c.req.query('project'))?.id;
      const title = translate(locale)('donate.titleFor', { event: event.name[locale] });
      return respond(
        c,
        { locale, page: donatePage(event.id, project), title, script: 'donation-form' },
        <DonatePage locale={locale} event={event} project={project} />,
      );
    }),
  );

  app.get(
    '/:locale{kk|ru|en}/events/:event/totals',
    aboutEvent(async (c, locale, event) => {
      const totals = await data.getTotals(event.id);
      if (!totals) return notFound(c, locale);
      const title = `${translate(locale)('totals.title')} · ${event.name[locale]}`;
      return respond(
        c,
        { locale, page: totalsPage(event.id), title },
        <TotalsPage locale={locale} event={event} totals={totals} />,
      );
    }),
  );

  app.get('/:locale{kk|ru|en}/orders/:token', async (c) => {
    const locale = localeOf(c.req.param('locale')) ?? defaultLocale;
    const order = await data.getOrder(c.req.param('token'));
    if (!order) return notFound(c, locale, 'notFound.order');
    const event = order.state === 'paid' ? await data.getEvent(order.event.id) : undefined;
    const changeable = event ? changeableLines(order, event, new Date()) : [];
    const returned = c.req.query('paid') ? 'paid' : c.req.query('cancelled') ? 'cancelled' : undefined;
    c.header('referrer-policy', 'no-referrer');
    return respond(
      c,
      {
        locale,
        page: orderPage(order.token),
        title: translate(locale)('order.title'),
        script: changeable.length > 0 ? 'order-changes' : 'order',
        hidden: true,
        cache: noCache,
      },
      <OrderPage {...{ locale, order, returned, changeable, projects: event?.projects ?? [] }} />,
    );
  });

  app.get('/:locale{kk|ru|en}/orders/:token/receipt', async (c) => {
    const locale = localeOf(c.req.param('locale')) ?? defaultLocale;
    const t = translate(locale);
    const token = c.req.param('token');
    const receipt = await data.getReceipt(token);
    if (!receipt) return notFound(c, locale, 'notFound.order');
    c.header('referrer-policy', 'no-referrer');
    const head = { locale, page: receiptPage(token), hidden: true, cache: noCache } as const;
    if (receipt === 'unpaid') {
      const title = t('receipt.none.title');
      const to = { href: inLocale(locale, orderPage(token)), label: t('receipt.toOrder') };
      return respond(
        c,
        { ...head, title, status: 404 },
        <MessagePage locale={locale} title={title} text={t('receipt.none.text')} to={to} />,
      );
    }
    return respond(
      c,
      { ...head, title: `${t('receipt.title')} ${receipt.number}` },
      <ReceiptPage locale={locale} receipt={receipt} now={new Date().toISOString()} />,
    );
  });

  app.get('/:locale{kk|ru|en}/orders/:token/invoice', async (c) => {
    const locale = localeOf(c.req.param('locale')) ?? defaultLocale;
    const order = await data.getOrder(c.req.param('token'));
    if (!order) return notFound(c, locale, 'notFound.order');
    c.header('referrer-policy', 'no-referrer');
    if (!order.invoice) return c.redirect(inLocale(locale, orderPage(order.token)), 302);
    return respond(
      c,
      {
        locale,
        page: invoicePage(order.token),
        title: translate(locale)('invoice.title'),
        hidden: true,
        cache: noCache,
      },
      <InvoicePage locale={locale} order={order} invoice={order.invoice} />,
    );
  });

  app.get('/:locale{kk|ru|en}/waiting/:token', async (c) => {
    const locale = localeOf(c.req.param('locale')) ?? defaultLocale;
    const waiter = await data.getWaiter(c.req.param('token'));
    if (!waiter) return notFound(c, locale, 'notFound.waiter');
    c.header('referrer-policy', 'no-referrer');
    return respond(
      c,
      {
        locale,
        page: waiterPage(waiter.token),
        title: waiterTitle(locale, waiter),
        hidden: true,
        cache: noCache,
        ...(canLeave(waiter) && { script: 'waiter' as const }),
      },
      <WaiterPage locale={locale} waiter={waiter} />,
    );
  });

  /** A page that only its key opens; `find` knows what the key is of. */
  const byKey =
    <Found,>(
      find: (token: string) => Promise<Found | undefined>,
      show: (c: Context, locale: Locale, found: Found) => { head: Omit<Page, 'hidden'>; body: VNode },
    ) =>
    async (c: Context): Promise<Response> => {
      const locale = localeOf(c.req.param('locale') ?? '') ?? defaultLocale;
      const found = await find(c.req.param('token') ?? '');
      if (found === undefined) return notFound(c, locale, 'notFound.link');
      const { head, body } = show(c, locale, found);
      c.header('referrer-policy', 'no-referrer');
      return respond(c, { ...head, locale, hidden: true, cache: noCache }, body);
    };

  app.get(
    '/:locale{kk|ru|en}/teams/:token',
    byKey(data.getTeam, (c, locale, team) => {
      const member = c.req.query('member');
      return {
        head: {
          page: teamPage(team.token, member),
          title: `${team.name} · ${team.event.name[locale]}`,
          ...((team.joinable || member !== undefined) && { script: 'participant-form' as const }),
        },
        body: <TeamPage locale={locale} team={team} member={member} />,
      };
    }),
  );

  app.get(
    '/:locale{kk|ru|en}/transfers/:token',
    byKey(data.getTransfer, (_, locale, transfer) => ({
      head: {
        page: transferPage(transfer.token),
        title: translate(locale)('transfer.title'),
        ...(transfer.state === 'asked' && { script: 'participant-form' as const }),
      },
      body: <TransferPage locale={locale} transfer={transfer} />,
    })),
  );

  app.get(
    '/:locale{kk|ru|en}/entries/:token',
    byKey(data.getEntry, (_, locale, entry) => ({
      head: { page: ownEntryPage(entry.token), title: translate(locale)('transfer.own') },
      body: <OwnEntryPage locale={locale} entry={entry} />,
    })),
  );

  const localeFor = (c: Context): Locale =>
    localeOf(c.req.path.split('/')[1] ?? '') ?? preferredLocale(c.req.header('accept-language'));

  app.notFound((c) => notFound(c, localeFor(c)));

  app.onError((error, c) => {
    onFailure(error);
    const locale = localeFor(c);
    const t = translate(locale);
    const title = t('failure.title');
    return respond(
      c,
      { locale, page: '', title, hidden: true, status: 500, cache: noCache },
      <MessagePage locale={locale} title={title} text={t('failure.text')} />,
    );
  });

  return app;
}
