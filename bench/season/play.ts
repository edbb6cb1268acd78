import { readKeys, readSettings } from '../../functions/settings.ts';
import type { Service } from '../../local/service.ts';
import { publish } from '../../shared/catalogue/publish.ts';
import { transferView } from '../../shared/contracts/changes.ts';
import { eventView, totalsView } from '../../shared/contracts/events.ts';
import {
  checkoutView,
  type EntryInput,
  type OrderInput,
  type OrderView,
  orderView,
} from '../../shared/contracts/orders.ts';
import { waiterView } from '../../shared/contracts/waiting.ts';
import { entryToken } from '../../shared/orders/entry-tokens.ts';
import { readOrder } from '../../shared/orders/order.ts';
import type { World } from '../../shared/platform/world.ts';
import { inParallel } from '../statistics.ts';
import { accepted, type SeasonApi, seasonApi } from './api.ts';
import { published, scaled, soldOutDistance } from './event.ts';
import type { Participant, Purchase, SeasonPlan } from './plan.ts';

/** A world whose time is set. */
export interface SeasonWorld extends World {
  readonly set: (instant: string) => void;
  readonly advance: (milliseconds: number) => void;
}

/** What was done, by what it is called. */
export type Tally = Record<string, number>;

const minute = 60_000;
/** Buyers at once, while it does not matter who comes first. */
const buyersAtOnce = 12;

/** Somebody on the waiting list. */
interface Waiter {
  readonly token: string;
  readonly participant: Participant;
  readonly contact: OrderInput['contact'];
  readonly key: string;
}

type Line = Extract<OrderView['lines'][number], { kind: 'entry' }>;

/** A paid order with what its buyer or staff still mean to do with it. */
interface Bought {
  readonly order: OrderView;
  readonly purchase: Purchase;
}

/**
 * Plays a season through the API, moment by moment: the clock is set, the jobs run, then people buy, wait, take what
 * is offered, hand over and get money back. Within a moment the clock goes on a second for each who must not be
 * overtaken, so that two plays of one plan end the same.
 */
export class Season {
  readonly #service: Service;
  readonly #world: SeasonWorld;
  readonly #plan: SeasonPlan;
  readonly #api: SeasonApi;
  readonly #path: string;
  readonly tally: Tally = {};
  #prices = new Map<string, number>();
  #comingBack: Purchase[] = [];
  #waiters: Waiter[] = [];
  /** To be changed at one of the next moments: staff and runners do not decide at once. */
  #bought: Bought[] = [];
  /** Who gives up a place for which others wait does so towards the end. */
  readonly #leaving: Bought[] = [];

  constructor(service: Service, world: SeasonWorld, plan: SeasonPlan) {
    this.#service = service;
    this.#world = world;
    this.#plan = plan;
    this.#api = seasonApi(service.url);
    this.#path = `/events/${plan.event.id}`;
  }

  /** @param progress told the share that is done, from 0 to 1. */
  async play(entries: number, progress: (share: number, at: string) => void): Promise<void> {
    const { event, moments } = this.#plan;
    const [first] = moments;
    this.#world.set(first?.at ?? event.registration.opensAt);
    await publish(this.#service.db, this.#world, event);
    const all = moments.reduce((count, { purchases }) => count + purchases.length, 0);
    let done = 0;
    for (const [index, { at, purchases }] of moments.entries()) {
      this.#world.set(at);
      await this.#jobs();
      const changing = this.#bought;
      this.#bought = [];
      const due = [...this.#comingBack, ...purchases];
      this.#comingBack = [];
      await this.#takeOffers();
      await this.#buyAll(due, index === moments.length - 1);
      for (const bought of changing) await this.#change(bought);
      await this.#service.settle();
      done += purchases.length;
      progress(done / all, at);
    }
    for (const bought of this.#leaving) await this.#change(bought);
    // The last offers are taken or run out, the last holds end, and the last refunds arrive.
    for (let round = 0; round < 4; round += 1) {
      this.#world.advance(30 * 60 * minute);
      await this.#jobs();
      await this.#takeOffers();
      for (const bought of this.#bought.splice(0)) await this.#change(bought);
      await this.#service.settle();
    }
    await this.#roundUp(scaled(published.raised, entries));
    // On race day the ledger is compared with the account at Stripe, which books its fees, and once more after that.
    for (const time of ['12:40', '13:40']) {
      this.#world.set(`${event.raceDay}T${time}:00.000Z`);
      await this.#service.run('housekeeping');
      await this.#service.settle();
    }
  }

  /** What runs each minute, at a minute of the hour in which it does not also count and prove everything. */
  async #jobs(): Promise<void> {
    const time = this.#world.now();
    time.setUTCMinutes(7, 0, 0);
    if (time > this.#world.now()) this.#world.set(time.toISOString());
    await this.#service.settle();
    await this.#service.run('housekeeping');
    await this.#service.settle();
  }

  async #buyAll(purchases: readonly Purchase[], isLast: boolean): Promise<void> {
    const { distances } = await this.#api.get(this.#path, eventView);
    this.#prices = new Map(
      distances.flatMap(({ id, price }) => (price ? [[id, price.amount] as const] : [])),
    );
    const wanted = purchases
      .flatMap(({ participants }) => participants)
      .filter(({ distance }) => distance === soldOutDistance).length;
    const left = distances.find(({ id }) => id === soldOutDistance)?.left ?? 0;
    // Who comes first decides only where places are short.
    const atOnce = left > wanted ? buyersAtOnce : 1;
    await inParallel(purchases.length, atOnce, async (index) => {
      const purchase = purchases[index];
      if (!purchase) return;
      if (atOnce === 1) this.#world.advance(1_000);
      await this.#buy(purchase, isLast);
    });
    await this.#service.settle();
  }

  async #buy(purchase: Purchase, isLast: boolean): Promise<void> {
    const answer = await this.#order(
      purchase,
      purchase.participants.map((wanted) => this.#entry(wanted)),
    );
    if ('problem' in answer) {
      if (answer.problem.code !== 'sold_out') throw new Error(JSON.stringify(answer.problem));
      this.#count('told that the distance is sold out');
      await this.#waitInstead(purchase, isLast);
      return;
    }
    const order = answer.value;
    if (purchase.payment === 'another day' && !isLast) {
      this.#count('orders left unpaid');
      await this.#toPaymentPage(order);
      this.#comingBack.push({ ...purchase, key: `${purchase.key}-again`, payment: 'at once' });
      return;
    }
    await this.#pay(order, purchase.payment === 'after a decline');
    for (const [index, { team }] of purchase.participants.entries())
      if (team)
        await this.#fillTeam(order, order.lines.filter((line) => line.kind === 'entry')[index], team.members);
    if (purchase.refunded === undefined && !purchase.handedTo) return;
    const leavesLate =
      purchase.refunded === 100 &&
      purchase.participants.every(({ distance }) => distance === soldOutDistance);
    (leavesLate ? this.#leaving : this.#bought).push({ order, purchase });
  }

  #order(
    { contact, donations, key }: Pick<Purchase, 'contact' | 'donations' | 'key'>,
    entries: EntryInput[],
  ) {
    return this.#api.post(`${this.#path}/orders`, orderView, { contact, entries, donations }, key);
  }

  #entry({ distance, project, runner, team }: Participant, offer?: string): EntryInput {
    const captain = team?.members[0];
    return {
      distance,
      price: { amount: this.#prices.get(distance) ?? 0, currency: this.#plan.event.currency },
      ...(project !== undefined && { project }),
      ...(runner && { runner }),
      ...(team &&
        captain && {
          team: {
            name: team.name,
            captain: {
              givenName: captain.givenName,
              ...(captain.familyName !== undefined && { familyName: captain.familyName }),
              email: captain.email,
              phone: captain.phone,
            },
          },
        }),
      consents: { rules: true, personalData: true },
      ...(offer !== undefined && { offer }),
    };
  }

  async #toPaymentPage({ token }: OrderView): Promise<string> {
    const { url = '' } = accepted(await this.#api.post(`/orders/${token}/checkout`, checkoutView));
    return new URL(url).pathname.split('/').at(-1) ?? '';
  }

  async #pay(order: OrderView, afterDecline: boolean): Promise<void> {
    const session = await this.#toPaymentPage(order);
    if (afterDecline) {
      this.#service.stripe?.pay(session, { card: '4000 0000 0000 0002' });
      this.#count('cards declined at first');
    }
    this.#service.stripe?.pay(session);
    this.#count('orders paid');
    if (order.lines.filter(({ kind }) => kind === 'entry').length > 1)
      this.#count('of them for more than one');
  }

  async #fillTeam(
    order: OrderView,
    line: Line | undefined,
    members: readonly NonNullable<Participant['runner']>[],
  ): Promise<void> {
    // Members join once the team is paid.
    await this.#service.settle();
    for (const [index, runner] of members.entries()) {
      const path = `/orders/${order.token}/teams/${line?.entry}/members`;
      const body = { runner, consents: { rules: true, personalData: true }, locale: 'kk' };
      accepted(await this.#api.post(path, orderView, body, `${order.id}-member-${index}`));
      this.#count('members of teams');
    }
  }

  /** Those for whom there is no place wait; the others of the group enter without them. */
  async #waitInstead(purchase: Purchase, isLast: boolean): Promise<void> {
    const without = purchase.participants.filter(({ distance }) => distance !== soldOutDistance);
    for (const [index, participant] of purchase.participants.entries()) {
      const { runner } = participant;
      if (participant.distance !== soldOutDistance || !runner) continue;
      const key = `${purchase.key}-waits-${index}`;
      // Each comes after the one before: who joins at the same moment is served in an order of chance.
      this.#world.advance(1_000);
      const path = `${this.#path}/distances/${soldOutDistance}/waiting`;
      const body = {
        runner: {
          givenName: runner.givenName,
          ...(runner.familyName !== undefined && { familyName: runner.familyName }),
          birthDate: runner.birthDate,
        },
        contact: { email: runner.email, locale: purchase.contact.locale },
      };
      let answer = await this.#api.post(path, waiterView, body, key);
      if ('problem' in answer) {
        // The list opens within a minute of the last place.
        this.#world.advance(minute);
        await this.#service.settle();
        await this.#service.run('housekeeping');
        answer = await this.#api.post(path, waiterView, body, key);
      }

      if ('problem' in answer) this.#count(`could not wait: ${answer.problem.code}`);
      else {
        this.#count('joined the waiting list');
        const contact = { ...purchase.contact, email: runner.email };
        this.#waiters.push({ token: answer.value.token, participant, contact, key: `${key}-offer` });
      }
    }
    if (without.length > 0)
      await this.#buy({ ...purchase, key: `${purchase.key}-others`, participants: without }, isLast);
  }

  /** Who is offered a place takes it, or lets the offer run out. */
  async #takeOffers(): Promise<void> {
    const { distances } = await this.#api.get(this.#path, eventView);
    if (!distances.some(({ offered }) => offered > 0)) return;
    for (const waiter of this.#waiters) {
      const { state, price } = await this.#api.get(`/waiting/${waiter.token}`, waiterView);
      if (state !== 'offered' || !price) continue;
      this.#count('places offered');
      if (!waiter.participant.takesOffer) continue;
      this.#prices.set(soldOutDistance, price.amount);
      const entry = this.#entry(waiter.participant, waiter.token);
      const answer = await this.#order({ ...waiter, donations: [] }, [entry]);
      if ('problem' in answer) {
        this.#count(`offers refused: ${answer.problem.code}`);
        continue;
      }
      await this.#pay(answer.value, false);
      this.#count('offers taken');
    }
    await this.#service.settle();
    const open: Waiter[] = [];
    for (const waiter of this.#waiters) {
      const { state } = await this.#api.get(`/waiting/${waiter.token}`, waiterView);
      if (state === 'waiting' || state === 'offered') open.push(waiter);
    }
    this.#waiters = open;
  }

  async #change({ order, purchase }: Bought): Promise<void> {
    if (purchase.handedTo) await this.#handOver(order, purchase, purchase.handedTo);
    if (purchase.refunded === undefined) return;
    const { payment, total } = (await readOrder(this.#service.db, order.id)) ?? {};
    if (!payment || total === undefined) throw new Error(`The order ${order.id} is not paid.`);
    const whole = purchase.refunded === 100;
    this.#service.stripe?.refund(
      payment.id,
      ...(whole ? [] : [Math.round((total * purchase.refunded) / 100)]),
    );
    this.#count(whole ? 'orders refunded' : 'orders refunded in part');
    await this.#service.settle();
  }

  async #handOver(
    order: OrderView,
    purchase: Purchase,
    runner: NonNullable<Purchase['handedTo']>,
  ): Promise<void> {
    const [line] = order.lines;
    if (line?.kind !== 'entry') return;
    const path = `/orders/${order.token}/entries/${line.entry}/transfer`;
    const to = { email: runner.email, locale: purchase.contact.locale };
    const asked = await this.#api.post(path, orderView, { to });
    if ('problem' in asked) {
      // After the cut-off.
      this.#count(`could not hand over: ${asked.problem.code}`);
      return;
    }
    // The link is in the mail to the new runner.
    const keys = await readKeys(readSettings(this.#service.environment));
    const token = entryToken(keys, 'transfer', { order: order.id, entry: line.entry, detail: '1' });
    const body = { runner, consents: { rules: true, personalData: true }, locale: to.locale };
    accepted(await this.#api.post(`/transfers/${token}`, transferView, body));
    accepted(await this.#api.post(`${path}/confirm`, orderView, { number: 1 }));
    this.#count('entries handed over');
  }

  /** At the close, partners of the race round up what was raised, each with no more than one payment can hold. */
  async #roundUp(target: number): Promise<void> {
    for (let gift = 0; ; gift += 1) {
      await this.#service.settle();
      const { raised } = await this.#api.get(`${this.#path}/totals`, totalsView);
      const left = target - raised.amount;
      if (left === 0) return;
      if (left < 0) throw new Error(`More was raised than the ${target} that were to be.`);
      const { smallest, largest } = this.#plan.event.donation;
      // What is left for the last gift must not be too small for one.
      const amount = left <= largest ? left : Math.min(largest, left - smallest);
      const project = this.#plan.event.projects[gift % this.#plan.event.projects.length]?.id ?? '';
      const request = {
        key: `season-partner-gift-${String(gift).padStart(4, '0')}`,
        contact: { email: `partner${gift}@example.com`, locale: 'ru' as const },
        donations: [
          {
            project,
            amount: { amount, currency: this.#plan.event.currency },
            name: 'Partners of the race',
          },
        ],
      };
      await this.#pay(accepted(await this.#order(request, [])), false);
      this.#count('gifts of partners');
    }
  }

  #count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1;
  }
}
