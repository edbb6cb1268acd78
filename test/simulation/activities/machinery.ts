import type { DynamoDBRecord } from 'aws-lambda';
import Stripe from 'stripe';
import { type FunctionDefinition, functions } from '../../../infra/functions.ts';
import type { ToldEvent } from '../../../local/stripe/state.ts';
import type { SimulatedFunction } from '../processes.ts';
import { type Activity, type Scene, Violation } from '../scene.ts';
import { publicUrl, webhookSecret } from '../service.ts';

const minute = 60_000;

/** What is on its way from Stripe and the streams to the functions. */
export class Transit {
  /** Events that were delivered, and may come again. */
  readonly delivered: ToldEvent[] = [];
  /** Events whose webhooks never arrive: they are found only by asking Stripe. */
  readonly lost = new Set<string>();
  readonly seen = new Set<string>();
  readonly records = new Map<SimulatedFunction, DynamoDBRecord[]>();
}

/** Delivers an event's webhook; Stripe hears whether it was taken. */
export async function deliver(scene: Scene, transit: Transit, event: ToldEvent): Promise<void> {
  const { service, clock } = scene;
  const payload = JSON.stringify(event);
  const timestamp = Math.floor(clock.now() / 1000);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp });
  await service.processes.run(
    'stripe-webhook',
    `webhook ${event.type} ${event.id.slice(0, 12)}`,
    async ({ answer }) => {
      const response = await answer(
        new Request(`${publicUrl}/api/webhooks/stripe`, {
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
          body: payload,
        }),
      );
      return { status: response.status, text: await response.text() };
    },
    (outcome, job) => {
      if ('error' in outcome) throw outcome.error;
      const { status, text } = outcome.result;
      scene.note(`${job.number} answers ${status}`);
      if (status >= 300 && status !== 503 && !job.disturbed)
        throw new Violation(
          `The webhook ${event.type} was answered ${status} ${text}: nothing was done to it.`,
        );
      if (status >= 300 || scene.faults.happens('webhook: answer lost, so that it comes again', 0.05)) return;
      service.stripe.acknowledge(event.id);
      transit.delivered.push(event);
    },
  );
}

function webhook(transit: Transit): Activity {
  return {
    name: 'a webhook arrives',
    weight: 26,
    begin: async (scene) => {
      const { chance, faults, service } = scene;
      if (!service.processes.hasRoom('stripe-webhook')) return false;
      const undelivered = service.stripe.undelivered();
      for (const { id } of undelivered)
        if (!transit.seen.has(id)) {
          transit.seen.add(id);
          if (faults.happens('webhook: never delivered', 0.06)) transit.lost.add(id);
        }
      const again = chance.pick(transit.delivered.slice(-20));
      if (again && faults.happens('webhook: repeated', 0.08)) {
        await deliver(scene, transit, again);
        return true;
      }
      const due = undelivered.filter(({ id }) => !transit.lost.has(id));
      // Mostly the oldest; now and then one overtakes the others.
      const event =
        chance.happens(0.6) || !faults.allows('webhook: out of order') ? due[0] : chance.pick(due);
      if (!event) return false;
      if (event !== due[0]) faults.count('webhook: out of order');
      await deliver(scene, transit, event);
      return true;
    },
  };
}

/** Hands records of a stream to its function, as Lambda does: a batch that fails comes again. */
export async function handOver(
  scene: Scene,
  transit: Transit,
  name: SimulatedFunction,
  records: DynamoDBRecord[],
): Promise<void> {
  const { faults } = scene;
  if (name !== 'projector' && name !== 'availability' && name !== 'send-mail') return;
  // Until it succeeds, the batch stands first.
  const back = () => transit.records.set(name, [...records, ...(transit.records.get(name) ?? [])]);
  back();
  await scene.service.processes.run(
    name,
    `${name} ${records.length} records`,
    ({ handle }) => handle({ Records: records }),
    (outcome, job) => {
      scene.note(`${job.number} ${'error' in outcome ? 'failed' : 'done'}`);
      if ('error' in outcome) {
        if (!job.disturbed) throw outcome.error;
        return;
      }
      if (faults.happens('stream: batch repeated', 0.05)) return;
      const rest = transit.records.get(name) ?? [];
      transit.records.set(name, rest.slice(records.length));
    },
  );
}

/** Reads what a stream has to tell into what is on its way. */
export async function readStreams(scene: Scene, transit: Transit): Promise<void> {
  for (const { name, stream } of scene.service.streams) {
    const { stream: rule }: FunctionDefinition = functions[name];
    const read = await stream.read();
    const wanted = rule?.onlyInserts ? read.filter(({ eventName }) => eventName === 'INSERT') : read;
    transit.records.set(name, [...(transit.records.get(name) ?? []), ...wanted]);
    // Whoever is offered an entry has its key from the mail.
    for (const { dynamodb } of wanted) {
      const [, key] = /^\/transfers\/(.+)$/.exec(dynamodb?.NewImage?.page?.S ?? '') ?? [];
      if (key !== undefined) scene.memory.offers.push(key);
    }
  }
}

function streamed(transit: Transit): Activity {
  return {
    name: 'a stream delivers',
    weight: 24,
    begin: async (scene) => {
      const { chance, faults, service } = scene;
      await readStreams(scene, transit);
      const ready = [...transit.records].filter(
        ([name, records]) =>
          records.length > 0 &&
          // One batch of a shard at a time.
          !service.gate.inFlight.some(
            (job) => job.name.startsWith(`${name} `) && job.name.endsWith('records'),
          ),
      );
      const [name, records] = chance.pick(ready) ?? [];
      if (!name || !records || !service.processes.hasRoom(name)) return false;
      const count = chance.happens(0.6) ? records.length : chance.between(1, records.length);
      const batch = records.slice(0, Math.min(count, 25));
      if (faults.happens('stream: records lost', 0.03)) {
        transit.records.set(name, records.slice(batch.length));
        scene.note(`${name} loses ${batch.length} records`);
        return true;
      }
      await handOver(scene, transit, name, batch);
      return true;
    },
  };
}

/** Runs a function as its schedule does. */
export async function runScheduled(
  scene: Scene,
  name: 'housekeeping' | 'projector' | 'send-mail',
  time = scene.clock.now(),
): Promise<void> {
  await scene.service.processes.run(
    name,
    `${name} by schedule`,
    ({ handle }) => handle({ time: new Date(time).toISOString() }),
    (outcome, job) => {
      scene.note(`${job.number} ${'error' in outcome ? 'failed' : 'done'}`);
      if ('error' in outcome && !job.disturbed) throw outcome.error;
    },
  );
}

/** The next moment whose minute of the hour is 40, or else a multiple of so many. */
export function nextMinute(now: number, at: number): number {
  const hour = 60 * minute;
  if (at === 40) return Math.ceil((now - 40 * minute) / hour) * hour + 40 * minute;
  return Math.ceil(now / (at * minute)) * at * minute;
}

function scheduled(name: 'housekeeping' | 'projector' | 'send-mail', weight: number): Activity {
  return {
    name: `${name} runs by schedule`,
    weight,
    begin: async (scene) => {
      if (!scene.service.processes.hasRoom(name)) return false;
      // Of what housekeeping does only now and then, all has its turn.
      const at = scene.chance.pick([1, 5, 15, 40, 40, 60]) ?? 1;
      await runScheduled(scene, name, nextMinute(scene.clock.now(), at));
      return true;
    },
  };
}

const time: Activity = {
  name: 'time passes',
  weight: 8,
  begin: (scene) => {
    const { chance, clock } = scene;
    const jump = chance.weighted([
      { weight: 12, least: 1_000, most: 30_000 },
      { weight: 6, least: minute, most: 10 * minute },
      { weight: 3, least: 35 * minute, most: 45 * minute },
      { weight: 1, least: 150 * minute, most: 200 * minute },
      { weight: 1, least: 23 * 60 * minute, most: 26 * 60 * minute },
    ]);
    const passed = jump ? chance.between(jump.least, jump.most) : 0;
    clock.advance(passed);
    scene.service.stripe.advance(0);
    scene.note(`${Math.round(passed / 1000)} s pass`);
    return true;
  },
};

const deploy: Activity = {
  name: 'a new version replaces idle processes',
  weight: 1,
  begin: (scene) => {
    scene.service.processes.replace();
    scene.note('idle processes are replaced');
    return true;
  },
};

export const machinery = (transit: Transit): readonly Activity[] => [
  webhook(transit),
  streamed(transit),
  scheduled('housekeeping', 7),
  scheduled('projector', 1),
  scheduled('send-mail', 2),
  time,
  deploy,
];
