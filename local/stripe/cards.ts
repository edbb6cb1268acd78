import type { Decline } from './errors.ts';

/** What a test card does once it is submitted. */
export type CardOutcome =
  /** `followedBy` is what the bank does right after the payment. */
  | { kind: 'pays'; followedBy: 'dispute' | 'inquiry' | 'warning' | null }
  | { kind: 'authenticates' }
  | { kind: 'declined'; decline: Decline };

/** A card as the payment page hands it on. */
export type Card = { number: string; expMonth: number; expYear: number };

const pays = { kind: 'pays', followedBy: null } satisfies CardOutcome;

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
  ['4000000000000259', { ...pays, followedBy: 'dispute' }],
  ['4000000000001976', { ...pays, followedBy: 'inquiry' }],
  ['4000000000005423', { ...pays, followedBy: 'warning' }],
  ['4000000000007726', pays],
  ['4000000000005126', pays],
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

/** Stripe's ready-made payment methods for these cards (docs.stripe.com/testing). */
const TEST_METHODS: Readonly<Record<string, string>> = {
  pm_card_visa: '4242424242424242',
  pm_card_mastercard: '5555555555554444',
  pm_card_chargeDeclined: '4000000000000002',
  pm_card_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_createDispute: '4000000000000259',
  pm_card_createDisputeInquiry: '4000000000001976',
  pm_card_createIssuerFraudRecord: '4000000000005423',
  pm_card_pendingRefund: '4000000000007726',
  pm_card_refundFail: '4000000000005126',
};

/** The card behind a ready-made payment method. */
export function testMethodCard(id: string): string | undefined {
  return TEST_METHODS[id];
}

/**
 * How refunds to the card with these last digits go: at once, pending until they are settled by hand, or at once and
 * then sent back by the bank.
 */
export function refundsOf(last4: string | null | undefined): 'pend' | 'return' | 'succeed' {
  if (last4 === '7726') return 'pend';
  return last4 === '5126' ? 'return' : 'succeed';
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
