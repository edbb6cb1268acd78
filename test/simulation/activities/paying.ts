import type { KnownPage } from '../memory.ts';
import type { Activity, Scene } from '../scene.ts';

const cards = [
  { weight: 14, number: '4242424242424242' },
  { weight: 3, number: '4000000000000002' },
  { weight: 2, number: '4000002500003155' },
  // Its refunds stay pending until the bank settles them.
  { weight: 2, number: '4000000000007726' },
];

/** What Stripe refuses, since the page is no longer what the payer thinks, is no news to the service. */
export function attempt(scene: Scene, what: string, act: () => string): boolean {
  let result: string;
  try {
    result = act();
  } catch (error) {
    if (!(error instanceof Error) || error.constructor.name !== 'ApiError') throw error;
    result = 'refused';
  }
  scene.note(`${what}: ${result}`);
  return true;
}

const nameOf = (scene: Scene, page: KnownPage) => `page ${scene.memory.pages.indexOf(page)}`;

const pay: Activity = {
  name: 'pay on Stripe’s page',
  weight: 20,
  begin: (scene) => {
    const { chance, memory } = scene;
    // Mostly a page that is not paid yet; a page that is stays open in some other tab.
    const unpaid = memory.pages.filter(({ paid }) => paid === 'no');
    const page = chance.pick(chance.happens(0.95) ? unpaid.slice(-10) : memory.pages);
    const card = chance.weighted(cards);
    const byDebit = chance.happens(0.12);
    if (!page || !card) return false;
    return payPage(scene, page, byDebit ? 'debit' : card.number);
  },
};

/** Pays on a page of Stripe, by the card of that number or by bank debit. */
export function payPage(scene: Scene, page: KnownPage, by: string): boolean {
  const { stripe } = scene.service;
  return attempt(scene, `${nameOf(scene, page)} is paid`, () => {
    const result = stripe.pay(page.session, by === 'debit' ? { method: 'bank_debit' } : { card: by });
    const final = result.kind === 'authenticate' ? stripe.authenticate(page.session, true) : result;
    if (final.kind === 'paid') page.paid = 'yes';
    if (final.kind === 'processing') page.paid = 'processing';
    return final.kind;
  });
}

const settleDebit: Activity = {
  name: 'a bank debit arrives or fails',
  weight: 3,
  begin: (scene) => {
    const page = scene.chance.pick(scene.memory.pages.filter(({ paid }) => paid === 'processing'));
    const succeeds = scene.chance.happens(0.7);
    if (!page) return false;
    return settle(scene, page, succeeds);
  },
};

/** Lets the bank debit of a page arrive or fail. */
export function settle(scene: Scene, page: KnownPage, succeeds: boolean): boolean {
  return attempt(scene, `${nameOf(scene, page)} is settled`, () => {
    scene.service.stripe.settleBankDebit(page.session, succeeds);
    page.paid = succeeds ? 'yes' : 'no';
    return succeeds ? 'arrived' : 'failed';
  });
}

const abandon: Activity = {
  name: 'a payment page is closed at Stripe',
  weight: 2,
  begin: (scene) => {
    const page = scene.chance.pick(scene.memory.pages.filter(({ paid }) => paid === 'no').slice(-10));
    if (!page) return false;
    return attempt(scene, `${nameOf(scene, page)} is closed`, () => {
      scene.service.stripe.expire(page.session);
      return 'expired';
    });
  },
};

export const paying: readonly Activity[] = [pay, settleDebit, abandon];
