import { isCalledOff } from '../catalogue/call-off.ts';
import { type Fee, feeOf } from '../catalogue/fees.ts';
import type { PromoCode } from '../catalogue/promo-codes.ts';
import type { CatalogueDistance, CatalogueEvent } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import { ageOn } from '../catalogue/time.ts';
import type { EntryInput, OrderInput } from '../contracts/orders.ts';
import type { FieldError } from '../contracts/problems.ts';
import type { Entrant } from '../entries/entry.ts';
import { type AgeRule, normalPhone, runnerErrors, runnerLockId } from '../entries/runner.ts';
import { waiterId } from '../entries/waiter.ts';
import { Refusal } from '../platform/problem.ts';
import { codeErrors, covers } from './promo.ts';
import { type Keys, waiterOfToken } from './tokens.ts';

/** One entry of a checked order, with the distance it names, who takes the place, and the lock of a runner. */
export interface CheckedEntry {
  readonly input: EntryInput;
  readonly distance: CatalogueDistance;
  readonly entrant: Entrant;
  /** Absent for a team: its members are locked as they join. */
  readonly lock?: string;
  /** The waiter whose offer it takes. */
  readonly waiter?: string;
  /** The runner's age on race day. */
  readonly age?: number;
  /** The order's code, where it covers this entry. */
  readonly code?: PromoCode;
}

/** What an entry costs on a place of that price, for its runner's age and with its code. */
export function feeOfEntry(
  { distance, age, code }: Pick<CheckedEntry, 'distance' | 'age' | 'code'>,
  listPrice: number,
): Fee {
  return feeOf(listPrice, { age, agePrices: distance.agePrices, code });
}

/** What a request expects to pay, in minor units. */
export function totalOf({ entries, donations, feeCover }: OrderInput): number {
  return [
    ...entries.map(({ price }) => price),
    ...donations.map(({ amount }) => amount),
    ...(feeCover ? [feeCover] : []),
  ].reduce((sum, { amount }) => sum + amount, 0);
}

/** When a distance takes entries: its own window, or the event's. */
export function registrationWindow(
  event: CatalogueEvent,
  distance: CatalogueDistance,
): { opensAt: string; closesAt: string } {
  return {
    opensAt: distance.opensAt ?? event.registration.opensAt,
    closesAt: distance.closesAt ?? event.registration.closesAt,
  };
}

/**
 * What one payment can be at most: Stripe takes eight digits of minor units
 * (docs.stripe.com/api/payment_intents/object, `amount`).
 */
const largestTotal = 99_999_999;

/**
 * Checks an order against the event's rules, before anything is written.
 * @param code what the code of the request stands for; undefined when it has none or an unknown one.
 * @throws Refusal `validation_failed` with every field that is wrong, or `registration_not_open` and
 * `registration_closed` where the fields are right but the time is not.
 */
export function checkOrder(
  event: PublishedEvent,
  input: OrderInput,
  keys: Keys,
  now: Date,
  code?: PromoCode,
): CheckedEntry[] {
  const errors: FieldError[] = [];
  if (input.entries.length + input.donations.length === 0)
    errors.push({ field: 'entries', code: 'too_few', limit: 1 });
  const { entriesPerOrder } = event.limits;
  if (input.entries.length > entriesPerOrder)
    errors.push({ field: 'entries', code: 'too_many', limit: entriesPerOrder });
  const checked: CheckedEntry[] = [];
  for (const [index, entry] of input.entries.entries()) {
    const at = `entries.${index}`;
    const distance = event.distances.find(({ id }) => id === entry.distance);
    errors.push(...entryErrors(event, distance, entry, at));
    if (!distance) continue;
    const byCode = code && covers(code, distance) && { code };
    if (entry.team) {
      if (entry.offer !== undefined) errors.push({ field: `${at}.offer`, code: 'unknown_field' });
      checked.push({ input: entry, distance, entrant: { team: entry.team }, ...byCode });
    }
    if (!entry.runner) continue;
    const lock = runnerLockId(keys.runnerLock, event.id, entry.runner);
    if (checked.some((other) => other.lock === lock))
      errors.push({ field: `${at}.runner`, code: 'runner_twice' });
    const waiter = entry.offer === undefined ? undefined : waiterOfToken(keys, entry.offer);
    if (entry.offer !== undefined && waiter === undefined)
      errors.push({ field: `${at}.offer`, code: 'offer_unknown' });
    // The waiter's id derives from runner and distance, so an offer made for anybody else shows at once.
    else if (waiter !== undefined && waiter !== waiterId({ event: event.id, distance: distance.id }, lock))
      errors.push({ field: `${at}.runner`, code: 'offer_of_another' });
    checked.push({
      input: entry,
      distance,
      entrant: { runner: entry.runner },
      lock,
      ...(waiter !== undefined && { waiter }),
      age: ageOn(event.raceDay, entry.runner.birthDate),
      ...byCode,
    });
  }
  const distances = event.distances.filter(({ id }) => input.entries.some((entry) => entry.distance === id));
  errors.push(...codeErrors(input.code, code, distances, now), ...feeCoverErrors(event, input));
  errors.push(...donationErrors(event, input.donations));
  if (totalOf(input) > largestTotal && errors.length === 0)
    errors.push({
      field: input.donations.length > 0 ? 'donations' : 'entries',
      code: 'too_large',
      limit: largestTotal,
    });
  if (errors.length > 0) throw new Refusal('validation_failed', { errors });
  for (const [index, { distance }] of checked.entries())
    refuseOutsideWindow(event, distance, `entries.${index}`, now, code);
  return checked;
}

/** What stands against gifts: projects that the event does not have, and amounts beyond its limits. */
export function donationErrors(
  event: CatalogueEvent,
  donations: readonly Pick<OrderInput['donations'][number], 'project' | 'amount'>[],
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, { project, amount }] of donations.entries()) {
    const at = `donations.${index}`;
    if (!event.projects.some(({ id }) => id === project))
      errors.push({ field: `${at}.project`, code: 'project_unknown' });
    if (amount.currency !== event.currency)
      errors.push({ field: `${at}.amount.currency`, code: 'currency_wrong', limit: event.currency });
    if (amount.amount < event.donation.smallest)
      errors.push({ field: `${at}.amount.amount`, code: 'too_small', limit: event.donation.smallest });
    if (amount.amount > event.donation.largest)
      errors.push({ field: `${at}.amount.amount`, code: 'too_large', limit: event.donation.largest });
  }
  return errors;
}

function feeCoverErrors(event: CatalogueEvent, { feeCover }: OrderInput): FieldError[] {
  if (feeCover === undefined) return [];
  if (!event.feeCover) return [{ field: 'feeCover', code: 'unknown_field' }];
  return feeCover.currency === event.currency
    ? []
    : [{ field: 'feeCover.currency', code: 'currency_wrong', limit: event.currency }];
}

function entryErrors(
  event: CatalogueEvent,
  distance: CatalogueDistance | undefined,
  entry: EntryInput,
  at: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (entry.price.currency !== event.currency)
    errors.push({ field: `${at}.price.currency`, code: 'currency_wrong', limit: event.currency });
  errors.push(...consentErrors(entry.consents, at));
  if (!distance) return [...errors, { field: `${at}.distance`, code: 'distance_unknown' }];
  errors.push(...entrantErrors(event, distance, entry, at));
  const { to } = distance.allocation;
  const field = `${at}.project`;
  if (to.chosenBy !== 'runner') {
    if (entry.project !== undefined) errors.push({ field, code: 'project_not_offered' });
  } else if (entry.project === undefined) {
    // A free entry has nothing to give to a project.
    if (entry.price.amount > 0) errors.push({ field, code: 'project_required' });
  } else if (!to.projects.includes(entry.project)) errors.push({ field, code: 'project_unknown' });
  return errors;
}

/** A runner on a distance of single runners, a team on one of teams, and not the other. */
function entrantErrors(
  event: CatalogueEvent,
  distance: CatalogueDistance,
  { runner, team }: EntryInput,
  at: string,
): FieldError[] {
  const [wanted, other] =
    distance.kind === 'team' ? (['team', 'runner'] as const) : (['runner', 'team'] as const);
  const given = { runner, team };
  const errors: FieldError[] = [];
  if (given[wanted] === undefined) errors.push({ field: `${at}.${wanted}`, code: 'required' });
  if (given[other] !== undefined) errors.push({ field: `${at}.${other}`, code: 'unknown_field' });
  if (runner) errors.push(...runnerErrors(runner, ageRule(event, distance), `${at}.runner`));
  if (team && normalPhone(team.captain.phone) === undefined)
    errors.push({ field: `${at}.team.captain.phone`, code: 'phone_invalid' });
  return errors;
}

/** Consents that were not given. */
export function consentErrors(given: EntryInput['consents'], at: string): FieldError[] {
  return (['rules', 'personalData'] as const)
    .filter((consent) => !given[consent])
    .map((consent) => ({
      field: [at, 'consents', consent].filter(Boolean).join('.'),
      code: 'consent_required',
    }));
}

/** The ages that a distance takes on race day. */
export function ageRule(
  { raceDay }: Pick<CatalogueEvent, 'raceDay'>,
  { minAge, maxAge }: CatalogueDistance,
): AgeRule {
  return { raceDay, minAge, ...(maxAge !== undefined && { maxAge }) };
}

/**
 * Refuses while a distance takes no entries.
 * @param code that of the request: it may unlock a distance.
 * @throws Refusal `event_called_off`, `registration_not_open` or `registration_closed`.
 */
export function refuseOutsideWindow(
  event: PublishedEvent,
  distance: CatalogueDistance,
  field: string,
  now: Date,
  code?: PromoCode,
): void {
  if (isCalledOff(event)) throw new Refusal('event_called_off', { distance: distance.id, field });
  const { opensAt, closesAt } = registrationWindow(event, distance);
  const isLocked = distance.entering === 'byCode' && !(code?.unlocks && covers(code, distance));
  if (isLocked || distance.entering === 'later' || now.getTime() < Date.parse(opensAt))
    throw new Refusal('registration_not_open', { distance: distance.id, field, opensAt });
  if (now.getTime() >= Date.parse(closesAt))
    throw new Refusal('registration_closed', { distance: distance.id, field });
}
