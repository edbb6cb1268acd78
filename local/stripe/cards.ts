import type { Decline } from './errors.ts';

/** What a test card does once it is submitted. */
export type CardOutcome =
  | { kind: 'pays'; disputed: boolean }
  | { kind: 'authenticates' }
  | { kind: 'declined'; decline: Decline };

/** A card as the payment page hands it on. */
export type Card = { number: string; expMonth: number; expYear: number };

const pays = { kind: 'pays', disputed: false } satisfies CardOutcome;

function declined(code: Decline['code'], message: string, declineCode?: string): CardOutcome {
  return {
    kind: 'declined',
    decline: { code, message, ...(declineCode === undefined ? {} : { declineCode }) },
  };
}

/** Stripe's test cards that the double knows (docs.stripe.com/testing). */
const TEST_CARDS: ReadonlyMap<string, CardOutcome> = new Map<string, CardOutcome>([
  ['4242424242424242', pays],
  ['5555555555554444', pays],
  ['4000002500003155', { kind: 'authenticates' }],
  ['4000000000000259', { ...pays, disputed: true }],
  ['4000000000007726', pays],
  ['4000000000000002', declined('card_declined', 'Your card was declined.', 'generic_decline')],
  ['4000000000009995', declined('card_declined', 'Your card has insufficient funds.', 'insufficient_funds')],
  ['4000000000000069', declined('expired_card', 'Your card has expired.', 'expired_card')],
]);

/** What happens to this card number; any number that is not a test card is declined, as in Stripe's test mode. */
export function cardOutcome(number: string): CardOutcome {
  return (
    TEST_CARDS.get(number) ??
    declined(
      'card_declined',
      'Your card was declined. Your request was in test mode, but used a non test card.',
      'test_mode_live_card',
    )
  );
}

/** Whether refunds to the card with these last digits stay pending until they are settled by hand. */
export function refundsStayPending(last4: string | null | undefined): boolean {
  return last4 === '7726';
}

/** The decline of a 3-D Secure step that the cardholder failed. */
export const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  message: 'We are unable to authenticate your payment method. Please choose a different one and try again.',
};

/** Luhn's check on a card number of 13 to 19 digits. */
export function isCardNumber(number: string): boolean {
  if (!/^\d{13,19}$/.test(number)) return false;
  let sum = 0;
  for (const [index, digit] of number.split('').reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** The network that a card number belongs to. */
export function cardBrand(number: string): string {
  return number.startsWith('5') ? 'mastercard' : 'visa';
}
