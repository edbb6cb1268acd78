import * as z from 'zod';
import { instant, type LocalText, slug } from '../contracts/basics.ts';
import { mostEntries } from '../contracts/orders.ts';
import { giftsLine, largestCapacity } from '../contracts/reports.ts';
import { bankTransfer } from './bank-transfer.ts';
import { cancellationPolicy, checkCancellation } from './cancellation.ts';
import { checkAgePrices } from './reductions.ts';
import { dayIn } from './time.ts';

/**
 * The catalogue file of an event (`events/*.json`) and the same definition as the catalogue table holds it.
 * Amounts are minor units of the event's currency, moments are ISO 8601 in UTC, ages count on race day.
 * `events/README.md` says how a file is written.
 */

const words = (longest: number) => z.string().trim().min(1).max(longest);

const text = (longest: number) =>
  z.strictObject({
    kk: words(longest),
    ru: words(longest),
    en: words(longest),
  }) satisfies z.ZodType<LocalText>;

// Stripe takes at most eight digits: docs.stripe.com/api/payment_intents/object, `amount`.
const largestAmount = 99_999_999;
const amount = z.int().positive().max(largestAmount);

const age = z.int().min(0).max(120);
const place = z.int().min(1);

const zone = z.string().refine(isTimeZone, { error: 'is not an IANA time zone, such as Asia/Almaty' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const priceStep = z.strictObject({
  amount,
  /** From this moment on the step no longer applies. */
  until: z.exactOptional(instant),
  /** The step sells the places up to this number, inclusive. */
  upToPlace: place.exactOptional(),
});
/** One price of a distance. The price of place n at a moment is that of the first step which still applies to both. */
export type PriceStep = z.infer<typeof priceStep>;

const agePrice = z.strictObject({
  /** Inclusive, in full years on race day; open where absent. */
  minAge: age.exactOptional(),
  maxAge: age.exactOptional(),
  /** What is paid: basis points of the price of the place (5000 is half of it), or an amount that is less than it. */
  percent: z.int().min(1).max(9_999).exactOptional(),
  amount: amount.exactOptional(),
});
/** What an entry costs for runners of an age. */
export type AgePrice = z.infer<typeof agePrice>;

/**
 * Projects of an event. Giving a whole order back writes a guard for each of them, beside the places, locks and members
 * of ten entries: with 20 all of it fits one transaction (100 actions).
 */
const mostProjects = 20;

const allocationRule = z.strictObject({
  /** Raised by one whenever the rule changes: orders keep the version they were priced with. */
  version: z.int().positive(),
  /** What of the fee goes to charity: basis points of it (2500 is 25%), or a fixed amount. */
  part: z.union([z.strictObject({ percent: z.int().min(0).max(10_000) }), z.strictObject({ fixed: amount })]),
  to: z.discriminatedUnion('chosenBy', [
    z.strictObject({ chosenBy: z.literal('runner'), projects: z.array(slug).min(1) }),
    z.strictObject({
      chosenBy: z.literal('weights'),
      weights: z
        .record(slug, z.int().positive().max(1_000_000))
        .refine((weights) => Object.keys(weights).length > 0, { error: 'names no project' }),
    }),
    /** Nobody yet: staff assign it once the projects are known. */
    z.strictObject({ chosenBy: z.literal('later') }),
  ]),
});
/** Which part of a distance's fee goes to charity, and to which projects. */
export type AllocationRule = z.infer<typeof allocationRule>;

const teamRule = z.strictObject({
  /** How many members make a team complete, and how many it may have at most. */
  smallest: z.int().min(1).max(50),
  largest: z.int().min(1).max(50),
  /** At least so many of them women. */
  leastWomen: z.int().min(1).exactOptional(),
  /** Until when members may join and leave. */
  completeBy: instant,
});
/** What a team of a distance consists of. */
export type TeamRule = z.infer<typeof teamRule>;

const distance = z.strictObject({
  id: slug,
  name: text(80),
  note: text(300).exactOptional(),
  /** One runner a place, or one team a place. */
  kind: z.enum(['individual', 'team']),
  /** For distances of teams; needed before they can be entered. */
  team: teamRule.exactOptional(),
  /** The distance has exactly the places 1 to this number. */
  capacity: z.int().min(1).max(largestCapacity),
  startsAt: instant,
  /** Inclusive, in full years on race day. */
  minAge: age,
  maxAge: age.exactOptional(),
  /** Groups that are ranked apart, from the youngest; without them everyone is ranked together. */
  ageGroups: z
    .array(z.strictObject({ minAge: age, maxAge: age }))
    .min(1)
    .exactOptional(),
  /** In place of the event's own registration window. */
  opensAt: z.exactOptional(instant),
  closesAt: z.exactOptional(instant),
  /** `later`: shown, but not entered through the service yet; `byCode`: only with a code that unlocks it. */
  entering: z.enum(['open', 'later', 'byCode']),
  prices: z.array(priceStep).min(1),
  agePrices: z.array(agePrice).min(1).exactOptional(),
  allocation: allocationRule,
});
export type CatalogueDistance = z.infer<typeof distance>;

const project = z.strictObject({
  id: slug,
  name: text(80),
  summary: text(400),
  /** What the project hopes to raise. */
  goal: z.int().positive().exactOptional(),
});

const waitingListRules = z.strictObject({
  /** How long a place that comes free is offered to the first who waits. */
  offerHours: z.int().min(1).max(168).default(24),
  /** The same in the last `lateDays` before the distance closes, when there is less time to pass a place on. */
  lateOfferHours: z.int().min(1).max(168).default(6),
  lateDays: z.int().min(0).max(60).default(14),
});

const limits = z.strictObject({
  entriesPerOrder: z.int().min(1).max(mostEntries).default(mostEntries),
  /** Orders with entries that one e-mail address may have unpaid at a time. */
  unpaidHoldsPerMail: z.int().min(1).max(50).default(3),
  /** The same for one network address; not limited when absent, since a mobile network is one for thousands. */
  unpaidHoldsPerClient: z.int().min(1).max(200).exactOptional(),
  /** Runners whom one e-mail address may have on waiting lists at a time; as many as in an order when absent. */
  waitingPerMail: z.int().min(1).max(50).exactOptional(),
});

const definition = z.strictObject({
  id: slug,
  name: text(80),
  place: text(120),
  description: text(1000),
  organiser: text(120),
  /** The organiser as it is registered, for receipts. */
  legal: z
    .strictObject({
      name: text(200),
      /** Business identification number: twelve digits. */
      bin: z.string().regex(/^\d{12}$/),
      address: text(200),
    })
    .exactOptional(),
  /** The day on which ages count, in the event's zone. */
  raceDay: z.iso.date(),
  zone,
  currency: z.string().regex(/^[A-Z]{3}$/),
  rulesUrl: z.url({ protocol: /^https$/ }).exactOptional(),
  registration: z.strictObject({ opensAt: instant, closesAt: instant }),
  /** Until when an entry may be handed to somebody else; 14 days before `raceDay` when absent. */
  transferUntil: z.exactOptional(instant),
  /** What handing an entry over costs; nothing when absent. */
  transferFee: z.exactOptional(z.int().min(1).max(99_999_999)),
  /** What runners get back who cancel; when absent, they cannot. */
  cancellation: cancellationPolicy.exactOptional(),
  /**
   * How long an order keeps its places unpaid. Stripe's payment page lives 30 minutes to 24 hours
   * (docs.stripe.com/payments/checkout/managing-limited-inventory); the shortest leaves time to reach it.
   */
  holdMinutes: z.int().min(35).max(1440),
  waitingList: waitingListRules.prefault({}),
  limits: limits.prefault({}),
  bankTransfer: bankTransfer.exactOptional(),
  donation: z.strictObject({ smallest: amount, largest: amount, suggested: z.array(amount) }),
  /** Lets buyers cover what the payment costs: basis points of the sum, and an amount. */
  feeCover: z
    .strictObject({ percent: z.int().min(0).max(2_000), fixed: z.int().min(0).max(1_000_000) })
    .exactOptional(),
  projects: z.array(project).min(1).max(mostProjects),
  distances: z.array(distance).min(1),
});
export type CatalogueEvent = z.infer<typeof definition>;

export type Path = readonly (string | number)[];
export type Report = (path: Path, message: string) => void;

/** A catalogue event. What one member alone can get wrong is checked first, then how the members fit together. */
export const catalogueEvent = definition.pipe(
  z.custom<CatalogueEvent>().superRefine((event, context) => {
    checkEvent(event, (path, message) => context.addIssue({ code: 'custom', path: [...path], message }));
  }),
);

function checkEvent(event: CatalogueEvent, report: Report): void {
  checkUnique(
    event.projects.map(({ id }) => id),
    (index) => report(['projects', index, 'id'], 'is used twice'),
  );
  checkUnique(
    event.distances.map(({ id }) => id),
    (index) => report(['distances', index, 'id'], 'is used twice'),
  );
  checkWindow(event.registration, ['registration', 'closesAt'], report);
  checkDonation(event.donation, (path, message) => report(['donation', ...path], message));
  if (event.cancellation)
    checkCancellation(event.cancellation, (path, message) => report(['cancellation', ...path], message));
  const projects = new Set(event.projects.map(({ id }) => id));
  for (const [index, member] of event.distances.entries()) {
    const inDistance: Report = (path, message) => report(['distances', index, ...path], message);
    if (member.id === giftsLine) inDistance(['id'], 'is the name under which reports list gifts');
    checkTimes(event, member, inDistance);
    checkAges(member, inDistance);
    checkTeam(member, inDistance);
    checkPrices(member, inDistance);
    checkAgePrices(event, member, inDistance);
    checkAllocation(member, projects, inDistance);
  }
}

function checkUnique(names: readonly string[], report: (index: number) => void): void {
  for (const [index, name] of names.entries()) if (names.indexOf(name) < index) report(index);
}

function checkWindow(window: { opensAt: string; closesAt: string }, path: Path, report: Report): void {
  if (Date.parse(window.closesAt) <= Date.parse(window.opensAt)) report(path, 'must be after opensAt');
}

function checkDonation({ smallest, largest, suggested }: CatalogueEvent['donation'], report: Report): void {
  if (largest < smallest) report(['largest'], 'must not be below smallest');
  for (const [index, value] of suggested.entries()) {
    if (value < smallest || value > largest)
      report(['suggested', index], 'must be between smallest and largest');
    if (value <= (suggested[index - 1] ?? 0)) report(['suggested', index], 'must be above the one before');
  }
}

/** Days between race day and a distance's own start: children often run the day before. */
const mostDaysApart = 3;
const dayMilliseconds = 24 * 60 * 60 * 1000;

function checkTimes(event: CatalogueEvent, member: CatalogueDistance, report: Report): void {
  const startDay = dayIn(event.zone, new Date(member.startsAt));
  if (Math.abs(Date.parse(startDay) - Date.parse(event.raceDay)) > mostDaysApart * dayMilliseconds)
    report(['startsAt'], `is on ${startDay} in ${event.zone}, more than ${mostDaysApart} days from raceDay`);
  if (member.opensAt !== undefined || member.closesAt !== undefined) {
    const path = [member.closesAt === undefined ? 'opensAt' : 'closesAt'];
    const window = { ...event.registration, ...member };
    if (Date.parse(window.closesAt) <= Date.parse(window.opensAt))
      report(path, `the distance would close (${window.closesAt}) before it opens (${window.opensAt})`);
  }
}

function checkAges({ minAge, maxAge, ageGroups = [] }: CatalogueDistance, report: Report): void {
  if (maxAge !== undefined && maxAge < minAge) report(['maxAge'], 'must not be below minAge');
  for (const [index, group] of ageGroups.entries()) {
    const path = ['ageGroups', index];
    if (group.maxAge < group.minAge) report([...path, 'maxAge'], 'must not be below minAge');
    if (group.minAge < minAge) report([...path, 'minAge'], "must not be below the distance's minAge");
    if (maxAge !== undefined && group.maxAge > maxAge)
      report([...path, 'maxAge'], "must not be above the distance's maxAge");
    const before = ageGroups[index - 1];
    if (before && group.minAge <= before.maxAge)
      report([...path, 'minAge'], 'must be above the maxAge of the group before');
  }
}

function checkTeam({ kind, team, entering, startsAt }: CatalogueDistance, report: Report): void {
  if (kind === 'individual' && team) report(['team'], 'belongs to distances of teams only');
  if (kind === 'team' && !team && entering === 'open')
    report(['team'], 'is needed before teams can be entered');
  if (!team) return;
  if (team.largest < team.smallest) report(['team', 'largest'], 'must not be below smallest');
  if (team.leastWomen !== undefined && team.leastWomen > team.smallest)
    report(['team', 'leastWomen'], 'must not be above smallest');
  if (Date.parse(team.completeBy) > Date.parse(startsAt))
    report(['team', 'completeBy'], 'must not be after startsAt');
}

function checkPrices({ prices, capacity }: CatalogueDistance, report: Report): void {
  for (const [index, { amount: price, until, upToPlace }] of prices.entries()) {
    const inStep = (member: keyof PriceStep, message: string) => report(['prices', index, member], message);
    const isLast = index === prices.length - 1;
    if (isLast && until !== undefined) inStep('until', 'the last price must have no end');
    if (isLast && upToPlace !== undefined)
      inStep('upToPlace', 'the last price must cover the remaining places');
    if (!isLast && until === undefined && upToPlace === undefined)
      inStep('amount', 'needs until or upToPlace, or no later price is ever reached');
    if (upToPlace !== undefined && upToPlace >= capacity) inStep('upToPlace', 'must be below capacity');
    const earlier = prices.slice(0, index);
    if (earlier.some((step) => step.amount > price)) inStep('amount', 'must not be below an earlier price');
    if (
      until !== undefined &&
      earlier.some((step) => step.until && Date.parse(step.until) >= Date.parse(until))
    )
      inStep('until', 'must be after the earlier ones');
    if (upToPlace !== undefined && earlier.some((step) => step.upToPlace && step.upToPlace >= upToPlace))
      inStep('upToPlace', 'must be above the earlier ones');
  }
}

function checkAllocation(
  { allocation: { part, to }, prices }: CatalogueDistance,
  projects: ReadonlySet<string>,
  report: Report,
): void {
  const lowest = Math.min(...prices.map((step) => step.amount));
  if ('fixed' in part && part.fixed > lowest)
    report(['allocation', 'part', 'fixed'], `must not be above the lowest price, ${lowest}`);
  const unknown = (id: string) => `${id} is not one of the event's projects`;
  if (to.chosenBy === 'weights') {
    for (const id of Object.keys(to.weights))
      if (!projects.has(id)) report(['allocation', 'to', 'weights', id], unknown(id));
    return;
  }
  if (to.chosenBy === 'later') return;
  for (const [index, id] of to.projects.entries())
    if (!projects.has(id)) report(['allocation', 'to', 'projects', index], unknown(id));
  checkUnique(to.projects, (index) => report(['allocation', 'to', 'projects', index], 'is named twice'));
}
