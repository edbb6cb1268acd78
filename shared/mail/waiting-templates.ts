import { translate } from '../../messages/catalogue.ts';
import { formatMoment } from '../../messages/format.ts';
import type { MessageKey } from '../../messages/translate.ts';
import type { Locale } from '../contracts/basics.ts';
import type { WaiterView } from '../contracts/waiting.ts';
import type { WaitingMailKind } from './outbox.ts';
import { eventAndDay, type MailContent } from './templates.ts';

const wording = {
  waiting_joined: {
    subject: 'mail.subject.waitingJoined',
    title: 'waiting.state.waiting',
    text: 'mail.text.waitingJoined',
    link: 'mail.waiting.open',
  },
  waiting_offer: {
    subject: 'mail.subject.waitingOffer',
    title: 'waiting.state.offered',
    text: 'mail.text.waitingOffer',
    link: 'waiting.take',
  },
  waiting_lapsed: {
    subject: 'mail.subject.waitingLapsed',
    title: 'waiting.state.lapsed',
    text: 'mail.text.waitingLapsed',
    link: 'mail.waiting.open',
  },
} as const satisfies Record<WaitingMailKind, Record<'subject' | 'title' | 'text' | 'link', MessageKey>>;

/**
 * What a mail of a kind says to somebody on a waiting list, as things stand now.
 * @param publicUrl the site's address, without a slash at the end.
 */
export function waitingMailContent(
  kind: WaitingMailKind,
  waiter: WaiterView,
  locale: Locale,
  publicUrl: string,
): MailContent {
  const t = translate(locale);
  const words = wording[kind];
  const { event, distance, offerUntil, enterUrl, noOffers } = waiter;
  const isLast = kind === 'waiting_lapsed' && noOffers !== undefined;
  const params = {
    event: event.name[locale],
    distance: distance.name[locale],
    name: [waiter.givenName, waiter.familyName].filter(Boolean).join(' '),
    time: offerUntil === undefined ? '' : formatMoment(offerUntil, event.zone, locale),
  };
  return {
    locale,
    subject: t(words.subject, params),
    event: eventAndDay(event, locale),
    title: t(words.title),
    paragraphs: isLast
      ? [t('mail.text.waitingLapsedLast', params), t(`waiting.noOffers.${noOffers}`)]
      : [t(words.text, params)],
    link: {
      label: t(words.link),
      url: enterUrl ?? `${publicUrl}/${locale}/waiting/${waiter.token}`,
      note: t('waiting.keepLink'),
    },
    footer: [t('mail.waiting.why')],
  };
}
