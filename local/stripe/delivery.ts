import { Agent, request } from 'node:http';
import Stripe from 'stripe';
import type { FaultPlan, WebhookFault } from './faults.ts';
import { type Delivery, type State, setDelivery, type ToldEvent } from './state.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waiting times between attempts: short at first, for a local run; Stripe retries for up to three days. */
const RETRY_AFTER = [1, 2, 5, 10, 30]
  .map((seconds) => seconds * SECOND)
  .concat(MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR);
const GIVE_UP_AFTER = 72 * HOUR;
const ANSWER_WITHIN = 30 * SECOND;
const MAX_SOCKETS = 128;

/** Sends events to the webhook endpoint. */
export type Deliverer = {
  setUrl(url: string | null): void;
  /** Takes charge of a new event. */
  announce: (event: ToldEvent) => void;
  /** Sends what is due by the double's clock. */
  sendDue(): void;
  /** Sends held events now: all, or those gathered by a reorder in turned order. */
  release(): void;
  /** Sends an event once more, whatever became of it. Answers false for an unknown id. */
  resend(id: string): boolean;
  /** Notes that an event was acknowledged. */
  acknowledge(id: string): void;
  /** Resolves when nothing is under way or due now. */
  settle(): Promise<void>;
  stop(): void;
};

type DelivererOptions = {
  state: State;
  nowMs: () => number;
  secret: string;
  /** The event types that the endpoint asked for; null means all. */
  enabledEvents: ReadonlySet<string> | null;
  faults: FaultPlan;
  changed: () => void;
  log: (line: string) => void;
};

function post(url: URL, agent: Agent, body: string, signature: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        timeout: ANSWER_WITHIN,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'stripe-signature': signature,
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
        answer.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A deliverer that picks up the state's undelivered events once it has a URL. */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const { state, nowMs, secret, enabledEvents, faults, changed, log } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const waiting = new Set<string>();
  const gathered: string[] = [];
  let url: URL | null = null;
  let underWay = 0;
  let settled: (() => void)[] = [];

  for (const id of state.undelivered) {
    const delivery = state.deliveries.get(id);
    if (delivery?.state === 'held') setDelivery(state, id, { ...delivery, state: 'due', at: 0 });
    if (delivery?.state === 'due' || delivery?.state === 'held') waiting.add(id);
  }

  function note(id: string, delivery: Delivery): void {
    setDelivery(state, id, delivery);
    if (delivery.state === 'due') waiting.add(id);
    else waiting.delete(id);
    changed();
  }

  const deliveryOf = (id: string): Delivery =>
    state.deliveries.get(id) ?? { state: 'due', attempts: 0, at: nowMs(), answer: null };

  async function attempt(event: ToldEvent, to: URL): Promise<{ ok: boolean; answer: string }> {
    const payload = JSON.stringify(event);
    const timestamp = Math.floor(nowMs() / SECOND);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    try {
      const status = await post(to, agent, payload, signature);
      return { ok: status >= 200 && status < 300, answer: String(status) };
    } catch (error) {
      return { ok: false, answer: error instanceof Error ? error.message : String(error) };
    }
  }

  async function send(id: string): Promise<void> {
    const event = state.events.get(id);
    if (event === undefined || url === null) return;
    waiting.delete(id);
    underWay += 1;
    const { ok, answer } = await attempt(event, url);
    underWay -= 1;
    const { attempts, state: before } = deliveryOf(id);
    if (ok) {
      state.events.put({ ...event, pending_webhooks: 0 });
      note(id, { state: 'delivered', attempts: attempts + 1, at: nowMs(), answer });
    } else if (before !== 'delivered') {
      const wait = RETRY_AFTER[Math.min(attempts, RETRY_AFTER.length - 1)] ?? HOUR;
      const givenUp = nowMs() + wait - event.created * SECOND > GIVE_UP_AFTER;
      log(
        `webhook ${event.type} ${id}: ${answer}${givenUp ? ', given up' : `, again in ${wait / SECOND} s`}`,
      );
      note(id, {
        state: givenUp ? 'failed' : 'due',
        attempts: attempts + 1,
        at: nowMs() + wait,
        answer,
      });
    }
    wakeSettled();
  }

  function wakeSettled(): void {
    if (settled.length === 0 || !isSettled()) return;
    const waiters = settled;
    settled = [];
    for (const wake of waiters) wake();
  }

  function isSettled(): boolean {
    return underWay === 0 && (url === null || ![...waiting].some((id) => deliveryOf(id).at <= nowMs()));
  }

  function start(id: string): void {
    void send(id);
  }

  async function sendTurned(ids: string[]): Promise<void> {
    underWay += 1;
    for (const id of ids.reverse()) await send(id);
    underWay -= 1;
    wakeSettled();
  }

  function disturb(event: ToldEvent, fault: WebhookFault): void {
    const { id } = event;
    const untouched = { attempts: 0, answer: null };
    switch (fault.kind) {
      case 'duplicate':
        note(id, { ...untouched, state: 'due', at: nowMs() });
        for (let copy = 0; copy < (fault.copies ?? 2); copy += 1) start(id);
        return;
      case 'reorder':
        note(id, { ...untouched, state: 'held', at: nowMs() });
        gathered.push(id);
        if (gathered.length >= (fault.count ?? 2)) void sendTurned(gathered.splice(0));
        return;
      case 'delay':
        note(id, { ...untouched, state: 'due', at: nowMs() + fault.ms });
        return;
      case 'hold':
        note(id, { ...untouched, state: 'held', at: nowMs() });
        return;
      case 'drop':
        note(id, { ...untouched, state: 'failed', at: nowMs(), answer: 'dropped on purpose' });
        return;
    }
  }

  function sendDue(): void {
    if (url === null) return;
    for (const id of waiting) if (deliveryOf(id).at <= nowMs()) start(id);
  }

  return {
    setUrl(next) {
      url = next === null ? null : new URL(next);
      sendDue();
    },
    announce(event) {
      if (enabledEvents?.has(event.type) === false) {
        state.events.put({ ...event, pending_webhooks: 0 });
        note(event.id, { state: 'delivered', attempts: 0, at: nowMs(), answer: null });
        return;
      }
      const fault = faults.forEvent(event.type);
      if (fault !== null) {
        disturb(event, fault);
        return;
      }
      note(event.id, { state: 'due', attempts: 0, at: nowMs(), answer: null });
      start(event.id);
    },
    sendDue,
    release() {
      const turned = gathered.splice(0);
      for (const id of state.undelivered) {
        const delivery = deliveryOf(id);
        if (delivery.state === 'held' && !turned.includes(id))
          note(id, { ...delivery, state: 'due', at: nowMs() });
      }
      sendDue();
      void sendTurned(turned);
    },
    resend(id) {
      if (state.events.get(id) === undefined) return false;
      note(id, { ...deliveryOf(id), state: 'due', at: nowMs() });
      start(id);
      return true;
    },
    acknowledge(id) {
      note(id, { ...deliveryOf(id), state: 'delivered', at: nowMs() });
    },
    settle: () => (isSettled() ? Promise.resolve() : new Promise((resolve) => settled.push(resolve))),
    stop() {
      url = null;
      agent.destroy();
      waiting.clear();
      wakeSettled();
    },
  };
}
