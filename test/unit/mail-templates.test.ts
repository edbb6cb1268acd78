import { describe, expect, test } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import { type Locale, locales } from '../../shared/contracts/basics.ts';
import type { OrderView } from '../../shared/contracts/orders.ts';
import { htmlOf } from '../../shared/mail/html.ts';
import { type MailKind, mailKinds, waitingMailKinds } from '../../shared/mail/outbox.ts';
import { mailContent } from '../../shared/mail/templates.ts';
import { textOf } from '../../shared/mail/text.ts';
import { waitingMailContent } from '../../shared/mail/waiting-templates.ts';
import { paidGift, paidOrder } from '../support/paid-order.ts';
import { siteFixture } from '../support/site-fixture.ts';

const publicUrl = 'https://run.example.org';

const contentOf = (kind: MailKind, order: OrderView, locale: Locale = 'en') =>
  mailContent({ kind, ...firstEntry(order) }, order, locale, publicUrl);
const firstEntry = ({ lines }: OrderView) => {
  const line = lines.find((found) => found.kind === 'entry');
  return line?.kind === 'entry' ? { entry: line.entry } : {};
};
/** Spaces that do not break become plain ones. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

test.each([
  ['refund', en['callOff.unansweredRefund']],
  ['carryOver', en['callOff.unansweredCarryOver']],
] as const)('that an event is called off is said with what no answer means: %s', (unanswered, words) => {
  const order = paidOrder();
  const calledOff = { kind: 'postponed', answerBy: '2027-09-10T08:00:00.000Z', unanswered } as const;
  const event = { ...order.event, calledOff, hasNoDay: true } as const;
  const content = contentOf('event_called_off', { ...order, event });
  expect(content.event).toBe(order.event.name.en);
  expect(content.paragraphs).toHaveLength(2);
  expect(content.paragraphs[1]).toBe(words);
});

describe('the confirmation of an order', () => {
  test('names every runner with distance, bib and start in the time of the race', () => {
    const lines = contentOf('order_paid', paidOrder()).receipt?.lines;
    expect(lines?.map(({ name, details }) => [name, ...details])).toEqual([
      ['Әлия Нұрланқызы', 'Half marathon, 21.1 km', 'Bib number: 101', 'Start 26 September 2027, 08:00'],
      ['Ерлан Сағынтаев', 'Marathon, 42.195 km', 'Bib number: 102', 'Start 26 September 2027, 07:00'],
      ['Donation: Trees for the city', 'Anonymous', 'Қала жасыл болсын!'],
    ]);
    expect(lines?.map(({ code }) => code?.ticket)).toEqual([
      'ent_00000000000000000000000001.101.0123456789abcdefghjkmnpqrs',
      'ent_00000000000000000000000002.102.0123456789abcdefghjkmnpqrs',
      undefined,
    ]);
  });

  test('says what was paid and what each project gets of it', () => {
    const text = plain(textOf(contentOf('order_paid', paidOrder(), 'ru')));
    expect(text).toContain('Ваш платёж 40 000 ₸ получен, 2 места за вами.');
    expect(text).toContain('Әлия Нұрланқызы: 20 000 ₸');
    expect(text).toContain('Итого: 40 000 ₸');
    expect(text).toContain('- Реабилитация детей: 5 000 ₸\n- Деревья города: 8 750 ₸');
    expect(text).toContain('Всего на благотворительность: 13 750 ₸.');
  });

  test('leads to the page of the order in its language', () => {
    const url = 'https://run.example.org/kk/orders/ord_0123456789abcdefghjkmnpqrs.t0ken56789abcdefghjkmnpqrs';
    const content = contentOf('order_paid', paidOrder(), 'kk');
    expect(content.link.url).toBe(url);
    expect(textOf(content)).toContain(url);
  });

  test('speaks of one place in the singular', () => {
    const order = paidOrder();
    const one = contentOf('order_paid', paidOrder({ lines: order.lines.slice(0, 1) }));
    expect(one.paragraphs[0]).toContain('your place is confirmed');
    expect(one.receipt?.notes).toContain('The start is attached as a calendar file.');
  });
});

describe('the confirmation of a gift', () => {
  test('is a receipt of the amount and the project, with the name of the donor', () => {
    const content = contentOf('order_paid', paidGift());
    expect(content.subject).toBe('Receipt for your donation: Almaty Marathon 2027');
    expect(content.receipt?.lines).toEqual([
      { name: 'Donation: Trees for the city', details: ['Ерлан С.'], amount: '₸5,000' },
    ]);
    expect(content.receipt?.total.amount).toBe('₸5,000');
  });

  test('does not say again what the lines say, and speaks of no start', () => {
    const content = contentOf('order_paid', paidGift());
    expect(content.receipt?.charity).toBeUndefined();
    expect(content.receipt?.notes).toEqual(['Paid 24 November 2026, 11:05']);
  });
});

describe('other mails', () => {
  test.each(['order_link', 'order_expired', 'payment_failed', 'payment_refunded'] as const)(
    '%s shows neither runners nor money',
    (kind) => {
      const text = textOf(contentOf(kind, paidOrder({ state: 'expired' })));
      expect(text).not.toContain('Әлия');
      expect(text).not.toContain('₸');
    },
  );

  test('an expired gift speaks of no place', () => {
    expect(textOf(contentOf('order_expired', paidOrder({ state: 'expired' })))).toContain('place');
    expect(textOf(contentOf('order_expired', paidGift({ state: 'expired' })))).not.toContain('place');
  });

  test('a refund tells a second payment, which leaves the order paid, from a place that was gone', () => {
    expect(textOf(contentOf('payment_refunded', paidOrder()))).toContain('paid twice');
    expect(textOf(contentOf('payment_refunded', paidOrder({ state: 'refunded' })))).toContain(
      'no place was left',
    );
    expect(textOf(contentOf('refund_decided', paidOrder()))).toContain('second payment');
    expect(textOf(contentOf('refund_decided', paidOrder({ state: 'refund_due' })))).toContain(
      'no place was left',
    );
  });
});

describe('mails about money that goes back', () => {
  const money = (amount: number) => ({ amount: amount * 100, currency: 'KZT' });
  const share = (project: string, amount: number) => ({ project, amount: money(amount) });
  const common = { at: '2026-11-25T08:00:00.000Z', cancelled: [] as string[], ofOrder: true };
  const order = paidOrder({
    kept: money(27_000),
    returns: [
      {
        ...common,
        id: 'rfd_1',
        what: 'decided',
        amount: money(10_000),
        cancelled: ['ent_00000000000000000000000002'],
        shares: [share('city-trees', 2_500)],
      },
      { ...common, id: 'rfd_2', what: 'decided', amount: money(3_000), shares: [] },
      { ...common, id: 're_1', what: 'given_back', amount: money(10_000), shares: [] },
      { ...common, id: 're_2', what: 'came_back', amount: money(3_000), shares: [] },
      { ...common, id: 'rfd_3', what: 'left', amount: money(5_000), project: 'city-trees', shares: [] },
      {
        ...common,
        id: 'rfd_4',
        what: 'decided',
        amount: money(0),
        cancelled: ['ent_00000000000000000000000001'],
        shares: [],
      },
      { ...common, id: 're_3', what: 'given_back', amount: money(40_000), shares: [], ofOrder: false },
      { ...common, id: 'bnr_1', what: 'given_back', amount: money(2_000), shares: [], byBank: true },
    ],
  });
  const said = (kind: MailKind, refund: string, locale: Locale = 'en') =>
    plain(textOf(mailContent({ kind, refund }, order, locale, publicUrl)));

  test('each names its own amount, whatever else goes back', () => {
    expect(said('refund_decided', 'rfd_1')).toContain('We are returning ₸10,000 to the card');
    expect(said('refund_decided', 'rfd_2')).toContain('We are returning ₸3,000 to the card');
    expect(said('payment_refunded', 're_1')).toContain('₸10,000 went back to the card');
    expect(said('refund_failed', 're_2')).toContain('We gave back ₸3,000, but your bank returned it');
  });

  test('say which entry ended, what the projects give back, and what stays paid', () => {
    const text = said('refund_decided', 'rfd_1');
    expect(text).toContain('Cancelled entry: Ерлан Сағынтаев.');
    expect(text).toContain('The projects give back their part of it: Trees for the city — ₸2,500.');
    expect(text).toContain('Of your payment, ₸27,000 stays paid.');
    expect(text).toContain(`${publicUrl}/en/orders/${order.token}/receipt`);
  });

  test('thank for money that is left to a project, and tell a cancellation without money', () => {
    expect(said('refund_decided', 'rfd_3')).toContain('You left ₸5,000 to “Trees for the city”');
    const text = said('refund_decided', 'rfd_4');
    expect(text).toContain('No money is given back for it.');
    expect(text).not.toContain('on its way');
  });

  test('say where money went that the card could not take back', () => {
    expect(said('payment_refunded', 'bnr_1')).toContain(
      '₸2,000 could not go back to your card, so we sent it by bank transfer',
    );
  });

  test('tell a second payment from the order’s own', () => {
    expect(said('payment_refunded', 're_3')).toContain('paid twice');
  });

  test.each(locales)('fill all their blanks in %s', (locale) => {
    for (const [kind, refund] of [
      ['refund_decided', 'rfd_1'],
      ['refund_decided', 'rfd_3'],
      ['refund_decided', 'rfd_4'],
      ['payment_refunded', 're_1'],
      ['payment_refunded', 'bnr_1'],
      ['refund_failed', 're_2'],
    ] as const)
      expect(said(kind, refund, locale)).not.toMatch(/[{}]|undefined|null|NaN/);
  });
});

describe('every mail in every language', () => {
  const mails = locales.flatMap((locale) =>
    mailKinds.flatMap((kind) => [
      [locale, kind, 'entries', paidOrder()] as const,
      [locale, kind, 'gift', paidGift()] as const,
    ]),
  );

  test.each(mails)('%s %s of %s fills all its blanks and names the race', async (locale, kind, _, order) => {
    const content = contentOf(kind, order, locale);
    const html = await htmlOf(content);
    const said = `${content.subject}\n${textOf(content)}\n${html.replace(/<style>.*<\/style>/s, '')}`;
    expect(said).not.toMatch(/[{}]|undefined|null|NaN|\[object/);
    expect(content.subject).toContain(order.event.name[locale]);
    expect(textOf(content)).toContain(order.event.name[locale]);
    expect(html).toContain(`<html lang="${locale}">`);
  });

  test.each(mailKinds)('%s differs from language to language', (kind) => {
    const texts = locales.map((locale) => contentOf(kind, paidOrder(), locale).paragraphs[0]);
    expect(new Set(texts).size).toBe(locales.length);
  });
});

describe('mails to people who wait', () => {
  const { waiters } = siteFixture(new Date('2027-06-01T06:00:00.000Z'));
  const about = {
    waiting_joined: 'waiter-waiting',
    waiting_offer: 'waiter-offered',
    waiting_lapsed: 'waiter-lapsed',
  } as const;
  const content = (kind: keyof typeof about, locale: Locale) => {
    const waiter = waiters.get(about[kind]);
    if (!waiter) throw new Error('the fixture has changed');
    return waitingMailContent(kind, waiter, locale, publicUrl);
  };

  test.each(locales.flatMap((locale) => waitingMailKinds.map((kind) => [locale, kind] as const)))(
    '%s %s fills all its blanks, names runner, race and distance, and leads to their page',
    async (locale, kind) => {
      const mail = content(kind, locale);
      const said = `${mail.subject}\n${textOf(mail)}\n${(await htmlOf(mail)).replace(/<style>.*<\/style>/s, '')}`;
      expect(said).not.toMatch(/[{}]|undefined|null|NaN|\[object/);
      expect(textOf(mail)).toContain('Айгерім Сүлейменова');
      expect(mail.link.url).toMatch(/(?:\/waiting\/|offer=)waiter-/);
    },
  );

  test('the offer says until when, in the time of the race, and leads to the form', () => {
    const mail = content('waiting_offer', 'en');
    expect(mail.paragraphs[0]).toContain('2 June 2027, 10:20');
    expect(mail.link.url).toContain('/enter/10-km?offer=waiter-offered');
  });

  test('that an offer has ended invites nobody to come again where nothing is offered any more', () => {
    const waiter = waiters.get('waiter-lapsed');
    if (!waiter) throw new Error('The fixture has changed.');
    for (const noOffers of ['cancelled', 'postponed', 'closed'] as const)
      expect(
        waitingMailContent('waiting_lapsed', { ...waiter, noOffers }, 'en', publicUrl).paragraphs,
      ).toEqual([expect.not.stringContaining('again'), en[`waiting.noOffers.${noOffers}`]]);
  });

  test.each(waitingMailKinds)('%s differs from language to language', (kind) => {
    expect(new Set(locales.map((locale) => content(kind, locale).paragraphs[0])).size).toBe(3);
  });
});

test('HTML takes nothing from an order as markup', async () => {
  const attack = `<img src=x onerror="alert(1)">'&amp;`;
  const [line] = paidOrder().lines;
  if (line?.kind !== 'entry') throw new Error('the sample begins with an entry');
  const html = await htmlOf(
    contentOf('order_paid', paidOrder({ lines: [{ ...line, runnerName: attack }, ...paidGift().lines] })),
  );
  expect(html).not.toContain('<img src=x');
  expect(html).not.toContain(`alt="QR code of <`);
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;amp;');
});
