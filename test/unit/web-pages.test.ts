import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleFunction } from '../../infra/bundle.ts';
import en from '../../messages/en.json' with { type: 'json' };
import kk from '../../messages/kk.json' with { type: 'json' };
import ru from '../../messages/ru.json' with { type: 'json' };
import type { EventRef } from '../../shared/contracts/basics.ts';
import { locales } from '../../shared/contracts/basics.ts';
import type { ReceiptView } from '../../shared/contracts/receipts.ts';
import { type WaiterView, waiterView } from '../../shared/contracts/waiting.ts';
import type { SiteAssets } from '../../web/site/assets.ts';
import type { SiteData } from '../../web/site/data.ts';
import { changedEntries, withChanges } from '../support/changed-entries.ts';
import { givenBack, sampleReceipt, unused } from '../support/receipts.ts';
import { siteFixture } from '../support/site-fixture.ts';

const { event, totals, orders, waiters } = siteFixture(new Date());
const { teamRace, team, offer, ownEntry } = changedEntries(event);
const closed = event.distances.map((distance) => ({ ...distance, status: 'closed' as const }));
const cancelledRace = {
  ...event,
  id: 'cancelled-race',
  calledOff: 'cancelled',
  distances: closed,
} as const;
const postponedRace = { ...event, id: 'postponed-race', calledOff: 'postponed', distances: closed } as const;
const withoutDay = <View extends { event: EventRef }>(view: View): View => ({
  ...view,
  event: { ...view.event, hasNoDay: true },
});
/** Those who wait, or did, where nothing is offered; of a race that is called off, or a distance that is closed. */
const waiterWithoutOffers = (token: string): WaiterView | undefined => {
  const [, state, noOffers] = /^(waiter-[a-z]+)-([a-z]+)$/.exec(token) ?? [];
  const waiter = waiters.get(state ?? '');
  if (!waiter) return undefined;
  const { position: _, ...view } = waiter;
  return waiterView.parse({
    ...view,
    token,
    noOffers,
    event: { ...view.event, ...(noOffers !== 'closed' && { id: `${noOffers}-race`, hasNoDay: true }) },
  });
};
const eventPath = `/events/${event.id}`;
const entry = { script: '/assets/script.js', shared: ['/assets/shared.js'] };
const assets: SiteAssets = {
  css: '/assets/site.css',
  entries: {
    'entry-form': entry,
    'donation-form': entry,
    'team-form': entry,
    'participant-form': entry,
    'order-changes': entry,
    order: entry,
    counters: entry,
    'waiting-form': entry,
    waiter: entry,
  },
};
const failures: unknown[] = [];
const gift = { kind: 'donation', project: 'city-trees', amount: 500_000 } as const;
const receipts = new Map<string, ReceiptView | 'unpaid'>([
  ['token-paid', sampleReceipt()],
  ['token-gift', sampleReceipt({ lines: [gift], total: 500_000 })],
  ['token-refunded', sampleReceipt({ state: 'refunded', ...unused }, givenBack(2_500_000))],
  ['token-off', withoutDay(sampleReceipt())],
  ['token-held', 'unpaid'],
]);
const data: SiteData = {
  listEvents: async () => [event, cancelledRace, postponedRace],
  getEvent: async (id) =>
    [event, cancelledRace, postponedRace].find((race) => race.id === id) ??
    (id === 'team-race' ? teamRace : undefined),
  getTotals: async () => totals,
  getOrder: async (token) => {
    if (token === 'fault') throw new Error('The table is not there.');
    return orders.get(token);
  },
  getReceipt: async (token) => receipts.get(token),
  getWaiter: async (token) => waiters.get(token) ?? waiterWithoutOffers(token),
  getTeam: async (token) =>
    token === team.token ? team : token === 'team-off' ? withoutDay({ ...team, token }) : undefined,
  getTransfer: async (token) => (token.startsWith('offer') ? { ...offer, token } : undefined),
  getEntry: async (token) => (token === ownEntry.token ? ownEntry : undefined),
};

const outdir = mkdtempSync(join(tmpdir(), 'startline-pages-'));
afterAll(() => rmSync(outdir, { recursive: true }));

let site: Hono;
beforeAll(async () => {
  const { file } = await bundleFunction('site', { outdir, entry: 'web/site/app.tsx' });
  const { createSite } = await import(pathToFileURL(file).href);
  site = createSite(data, {
    assets,
    publicUrl: 'https://startline.example',
    onFailure: (error: unknown) => failures.push(error),
  });
});

async function open(path: string, headers: Record<string, string> = {}) {
  const response = await site.request(path, { headers });
  return { response, html: await response.text() };
}

test('the address without a language leads to the one that the browser likes', async () => {
  const { response } = await open('/', { 'accept-language': 'kk-KZ,ru;q=0.8' });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/kk');
  expect(response.headers.get('cache-control')).toBe('no-store');
});

const pages = [
  '',
  eventPath,
  `${eventPath}/enter/marathon`,
  `${eventPath}/waiting/10-km`,
  `${eventPath}/donate`,
  `${eventPath}/totals`,
];

describe.each(locales)('in %s', (locale) => {
  test.each(pages)('page "%s" names its language, itself and its translations', async (page) => {
    const { response, html } = await open(`/${locale}${page}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe(
      'public, max-age=0, s-maxage=2, stale-while-revalidate=30',
    );
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).toContain(`<link rel="canonical" href="https://startline.example/${locale}${page}"/>`);
    for (const other of locales)
      expect(html).toContain(`hreflang="${other}" href="https://startline.example/${other}${page}"/>`);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).not.toMatch(/ style="|undefined|\[object |NaN/);
  });

  test.each([...orders.keys()])('order %s is shown to its holder only', async (token) => {
    const { response, html } = await open(`/${locale}/orders/${token}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-robots-tag')).toBe('noindex');
    expect(html).toContain('<meta name="robots" content="noindex"/>');
    expect(html).not.toContain('rel="canonical"');
    expect(html).not.toMatch(/ style="|undefined|\[object |NaN/);
  });
});

describe('a race that is called off', () => {
  const day = `<time dateTime="${event.raceDay}">`;

  test('offers no distance, and one that is postponed names no day', async () => {
    const { html } = await open('/en/events/cancelled-race');
    expect(html).toContain('The race is cancelled');
    expect(html).not.toContain('id="distances"');
    expect(html).not.toContain('#distances');
    expect(html.toLowerCase()).toContain(day.toLowerCase());
    const postponed = await open('/en/events/postponed-race');
    expect(postponed.html).toContain('The race is postponed');
    expect(postponed.html.toLowerCase()).not.toContain(day.toLowerCase());
  });

  test('is marked in the list of races', async () => {
    const { html } = await open('/en');
    expect(html.match(/The race is (cancelled|postponed)/g)).toHaveLength(2);
    expect(html.toLowerCase().split(day.toLowerCase())).toHaveLength(3);
  });
});

describe('the waiting list', () => {
  test('is offered where a distance is sold out, with how many wait', async () => {
    const { html } = await open(`/en${eventPath}`);
    expect(html).toContain(`href="/en${eventPath}/waiting/10-km"`);
    expect(html).toContain('Join the waiting list (7 waiting)');
    expect(html.match(/\/waiting\//g)).toHaveLength(1);
  });

  test('has a form only where one can join', async () => {
    expect((await open(`/ru${eventPath}/waiting/10-km`)).html).toContain('<form');
    const { html } = await open(`/ru${eventPath}/waiting/marathon`);
    expect(html).not.toContain('<form');
    expect(html).toContain('Лист ожидания этой дистанции закрыт');
  });

  test.each(locales.flatMap((locale) => [...waiters.keys()].map((token) => [locale, token] as const)))(
    'in %s shows %s to its holder only, with what to do next',
    async (locale, token) => {
      const { response, html } = await open(`/${locale}/waiting/${token}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(html).toContain('<meta name="robots" content="noindex"/>');
      expect(html).toContain('Айгерім Сүлейменова');
      expect(html).not.toMatch(/ style="|undefined|\[object |NaN/);
      const canLeave = token === 'waiter-waiting' || token === 'waiter-offered';
      expect(html.includes('<button')).toBe(canLeave);
      expect(html.includes('?offer=waiter-offered')).toBe(token === 'waiter-offered');
      expect(html.includes('/orders/token-held')).toBe(token === 'waiter-accepted');
    },
  );

  test('leads into the form of a sold out distance, for one runner at the price of the place', async () => {
    const { response, html } = await open(`/en${eventPath}/enter/10-km?offer=waiter-offered`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(html).toContain('<form');
    expect(html).toContain('value="Айгерім"');
    expect(html).toContain('A place is offered to Айгерім Сүлейменова until');
    expect(html).toContain('Hold the place and pay ₸20,000');
    expect(html).not.toMatch(/<button type="button"[^>]*>\+/);
  });

  test.each([
    `/en${eventPath}/enter/10-km?offer=waiter-lapsed`,
    `/en${eventPath}/enter/10-km?offer=none`,
    `/en${eventPath}/enter/marathon?offer=waiter-offered`,
  ])('%s is no offer', async (path) => {
    const { html } = await open(path);
    expect(html).toContain('This offer of a place has ended or was used.');
    expect(html).not.toContain('<form');
  });

  test.each(
    Object.entries({ kk, ru, en }).flatMap(([locale, words]) =>
      (['cancelled', 'postponed', 'closed'] as const).map((noOffers) => [locale, noOffers, words] as const),
    ),
  )('in %s says that nothing is offered: %s', async (locale, noOffers, words) => {
    const heading = noOffers === 'closed' ? words['waiting.closed'] : words[`callOff.${noOffers}`];
    const page = await open(`/${locale}/waiting/waiter-waiting-${noOffers}`);
    // What is written, without the texts that the script may need.
    const html = page.html.replace(/<script type="application\/json".*?<\/script>/s, '');
    expect(html).toContain(`<h1>${heading}</h1>`);
    expect(html).toContain(words[`waiting.noOffers.${noOffers}`]);
    for (const untrue of [words['waiting.waitingText'], words['waiting.position'], words['waiting.take']])
      expect(html).not.toContain(untrue);
    const isKept = noOffers === 'postponed';
    expect(html.includes(words['waiting.keptInQueue'])).toBe(isKept);
    expect(html.includes('<button')).toBe(isKept);
    for (const state of ['lapsed', 'left'] as const) {
      const { html: after } = await open(`/${locale}/waiting/waiter-${state}-${noOffers}`);
      expect(after).toContain(`<h1>${words[`waiting.state.${state}`]}</h1>`);
      expect(after).toContain(words[`waiting.noOffers.${noOffers}`]);
      expect(after).not.toContain(words['waiting.again']);
    }
  });

  test('leads to no form when the race is called off', async () => {
    for (const race of [cancelledRace, postponedRace])
      for (const path of [
        `enter/10-km?offer=waiter-waiting-${race.calledOff}`,
        'enter/10-km',
        'waiting/10-km',
      ]) {
        const { html } = await open(`/en/events/${race.id}/${path}`);
        expect(html).toContain(en['problem.event_called_off']);
        expect(html).not.toContain('<form');
      }
  });

  test('of nobody is not found', async () => {
    expect((await open('/kk/waiting/none')).response.status).toBe(404);
  });
});

test('what belongs to a race without a day names none: receipts and the pages of an entry', async () => {
  const pages = [
    ['/en/orders/token-paid/receipt', '/en/orders/token-off/receipt', '26 September 2027'],
    ['/en/teams/team-token', '/en/teams/team-off', 'Start 2'],
  ] as const;
  for (const [before, off, day] of pages) {
    expect((await open(before)).html).toContain(day);
    expect((await open(off)).html).not.toContain(day);
  }
});

describe('the receipt of an order', () => {
  test.each(locales.flatMap((locale) => [...receipts.keys()].map((token) => [locale, token] as const)))(
    'in %s of %s is for its holder only, and needs no script',
    async (locale, token) => {
      const { response, html } = await open(`/${locale}/orders/${token}/receipt`);
      expect(response.status).toBe(token === 'token-held' ? 404 : 200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(html).toContain('<meta name="robots" content="noindex"/>');
      expect(html).not.toMatch(/<script| style="|undefined|\[object |NaN/);
      expect(html.match(/<h1/g)).toHaveLength(1);
    },
  );

  test('says who received the money, what for, and what goes to which project', async () => {
    const { html } = await open('/ru/orders/token-paid/receipt');
    expect(html).toContain('БИН 999999999999');
    expect(html).toContain('aliya@example.com');
    expect(html).toContain('Стартовый взнос: Полумарафон');
    expect(html).toContain('Пожертвование: Деревья города');
    expect(html.replaceAll(/[\u00a0\u202f]/g, ' ')).toContain('25 000 ₸');
    expect(html).toContain('pi_1 paid');
  });

  test('of gifts alone is a donation receipt', async () => {
    expect((await open('/en/orders/token-gift/receipt')).html).toContain('<h1>Donation receipt</h1>');
    expect((await open('/en/orders/token-paid/receipt')).html).toContain('<h1>Receipt</h1>');
  });

  test('says what was given back, and leaves projects out that got nothing', async () => {
    const { html } = await open('/en/orders/token-refunded/receipt');
    expect(html).toContain('Given back: 25 November 2026');
    expect(html).not.toContain('Of it for charity');
  });

  test('of an unpaid order is not there yet, and leads to the order', async () => {
    const { html } = await open('/kk/orders/token-held/receipt');
    expect(html).toContain('Түбіртек әлі жоқ');
    expect(html).toContain('href="/kk/orders/token-held"');
  });

  test('of an unknown order is unknown', async () => {
    const { response, html } = await open('/en/orders/none/receipt');
    expect(response.status).toBe(404);
    expect(html).toContain('This page does not exist');
  });

  test('is linked from an order that has one', async () => {
    expect((await open('/en/orders/token-paid')).html).toContain('/en/orders/token-paid/receipt');
    expect((await open('/en/orders/token-held')).html).not.toContain('/receipt');
  });
});

test('only a paid order shows its codes, one for each runner', async () => {
  expect((await open('/ru/orders/token-paid')).html.match(/class="qr-code"/g)).toHaveLength(2);
  for (const token of ['token-held', 'token-pending', 'token-expired', 'token-refunded'])
    expect((await open(`/ru/orders/${token}`)).html).not.toContain('qr-code');
});

test('who comes back from paying is not told to pay', async () => {
  const { html } = await open('/en/orders/token-paying?paid=1');
  expect(html).toContain('Confirming your payment');
  expect(html).not.toContain('Waiting for payment</h1>');
  expect(html).not.toContain('class="button wide"');
  expect((await open('/en/orders/token-paying')).html).toContain('Waiting for payment</h1>');
});

test('the language switch keeps the page and the project of a donation', async () => {
  const { html } = await open(`/ru${eventPath}/donate?project=hearing-aids`);
  expect(html).toContain(`href="/kk${eventPath}/donate?project=hearing-aids"`);
  expect(html).toMatch(/value="hearing-aids"[^>]* checked|checked[^>]* value="hearing-aids"/);
});

test('a distance that is not open has no form, and says why', async () => {
  const soldOut = await open(`/en${eventPath}/enter/10-km`);
  expect(soldOut.html).toContain('One may come free at');
  expect(soldOut.html).not.toContain('<form');
  const later = await open(`/en${eventPath}/enter/ekiden`);
  expect(later.html).toContain('will be announced later');
  expect(later.html).not.toContain('<form');
});

test.each(['/en/events/none', '/en/nothing', '/en/orders/none', `/en${eventPath}/enter/none`])(
  '%s is not found, in the page’s language, and not kept',
  async (path) => {
    const { response, html } = await open(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(html).toContain('This page does not exist');
  },
);

test('a fault is told to the log, not to the visitor', async () => {
  const { response, html } = await open('/kk/orders/fault');
  expect(response.status).toBe(500);
  expect(html).toContain('Бірдеңе дұрыс болмады');
  expect(html).not.toContain('table');
  expect(failures).toEqual([new Error('The table is not there.')]);
});

test('what people wrote cannot become markup, in the text or in the data of a script', async () => {
  const held = orders.get('token-held');
  const wicked = '</script><script>alert(1)</script>';
  const token = `x${wicked}`;
  if (held) orders.set(token, { ...held, token, event: { ...held.event, id: wicked } });
  const { html } = await open(`/en/orders/${encodeURIComponent(token)}`);
  expect(html).toContain('\\u003c/script>');
  expect(html).not.toContain(wicked);
  orders.delete(token);
});

describe('pages of teams and of entries that change', () => {
  test('a relay is entered by its team: name, captain, and what makes it complete', async () => {
    const { html } = await open('/en/events/team-race/enter/ekiden');
    expect(html).toContain('id="entries.0.team.name"');
    expect(html).toContain('id="entries.0.team.captain.phone"');
    expect(html).toContain('6 members');
    expect(html).not.toContain('runner.birthDate');
  });

  test.each(locales)(
    'the team’s page in %s shows members and the form to join, told to nobody',
    async (locale) => {
      const { response, html } = await open(`/${locale}/teams/team-token`);
      expect(html).toContain('Әлия Н.');
      expect(html).toContain('id="runner.birthDate"');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('x-robots-tag')).toBe('noindex');
    },
  );

  test('a member’s own link shows the way out in place of the form', async () => {
    const { html } = await open('/en/teams/team-token?member=member-token');
    expect(html).toContain('Leave the team');
    expect(html).not.toContain('runner.birthDate');
  });

  test('an offer has a form while it is open', async () => {
    const { html } = await open('/en/transfers/offer');
    expect(html).toContain('Айгерім С. offers you this entry');
    expect(html).toContain('id="consents.rules"');
    offer.state = 'cancelled';
    const closed = await open('/en/transfers/offer');
    expect(closed.html).toContain('no longer open');
    expect(closed.html).not.toContain('<form');
    offer.state = 'asked';
  });

  test('an entry that was handed over has its code on a page of its own', async () => {
    const { html } = await open('/kk/entries/entry-token');
    expect(html).toContain('Ерлан Сағынтаев');
    expect(html).toContain('1042');
    expect(html).toContain('<svg');
  });

  test('a paid order offers what may be done with its entries', async () => {
    const paid = orders.get('token-paid');
    if (!paid) throw new Error('The sample has changed.');
    orders.set('token-changes', { ...withChanges(paid, team), token: 'token-changes' });
    const { html } = await open('/en/orders/token-changes');
    expect(html).toContain('Ерлан Сағынтаев (friend@example.com) accepts the entry');
    expect(html).toContain('Hand the entry to Ерлан Сағынтаев');
    expect(html).toContain('Take Әлия Нұрланқызы off the team');
    expect(html).toContain('/en/teams/team-token');
    orders.delete('token-changes');
  });

  test('a change that waits to be paid is in sight, and its own order leads back to the entry', async () => {
    const paid = orders.get('token-paid');
    if (!paid) throw new Error('The sample has changed.');
    const distanceName = { kk: 'Марафон', ru: 'Марафон', en: 'Marathon' };
    const change = { distance: 'marathon', distanceName, amount: { amount: 500_000, currency: 'KZT' } };
    const pending = { ...change, kind: 'change', token: 'token-change' } as const;
    const lines = paid.lines.map((line) => (line.kind === 'entry' ? { ...line, pending } : line));
    orders.set('token-pending', { ...paid, lines, token: 'token-pending' });
    const { html } = await open('/en/orders/token-pending');
    expect(html).toContain('The change to Marathon is made as soon as');
    expect(html).toContain('href="/en/orders/token-change"');
    const own = [{ ...change, kind: 'change', of: 'token-pending' } as const];
    for (const state of ['held', 'paid', 'expired'] as const) {
      orders.set('token-change', { ...paid, state, lines: own, token: 'token-change' });
      for (const locale of locales) {
        const page = await open(`/${locale}/orders/token-change`);
        expect(page.response.status).toBe(200);
        expect(page.html).toContain(`href="/${locale}/orders/token-pending"`);
      }
    }
    orders.delete('token-pending');
    orders.delete('token-change');
  });

  test.each(['teams', 'transfers', 'entries'])('a wrong key of %s opens nothing', async (kind) => {
    const { response, html } = await open(`/ru/${kind}/none`);
    expect(response.status).toBe(404);
    expect(html).toContain('больше не действует');
  });
});
