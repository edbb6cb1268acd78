import type { DynamoDBStreamEvent } from 'aws-lambda';
import { createHousekeeping } from '../../functions/housekeeping/create.ts';
import { createAvailability } from '../../functions/projector/create-availability.ts';
import { createProjector } from '../../functions/projector/create-projector.ts';
import { createPublicApi } from '../../functions/public-api/create.ts';
import { createSendMailFunction } from '../../functions/send-mail/create.ts';
import type { Environment } from '../../functions/settings.ts';
import { createStaffApi } from '../../functions/staff-api/create.ts';
import { createStripeWebhook } from '../../functions/stripe-webhook/create.ts';
import { createGateway, type HttpFunction } from '../../local/gateway.ts';
import type { World } from '../../shared/platform/world.ts';
import type { Chance } from './chance.ts';
import type { Gate, Job } from './gate.ts';

/** What starts a function: a request through the gateway, or the event of a stream or schedule. */
interface Handlers {
  readonly answer: (request: Request) => Promise<Response>;
  readonly handle: (event: DynamoDBStreamEvent | { readonly time: string }) => Promise<unknown>;
}

type Create = (environment: Environment, world: World) => Promise<Handlers>;

/** The functions that take part. `site` only reads, by the same loaders as the public API. */
const creators = {
  'public-api': async (environment, world) => behindGateway(await createPublicApi(environment, world)),
  'staff-api': async (environment, world) => behindGateway(await createStaffApi(environment, world)),
  'stripe-webhook': async (environment, world) =>
    behindGateway(await createStripeWebhook(environment, world)),
  projector: async (environment, world) => triggered(createProjector(environment, world)),
  availability: async (environment, world) => {
    const handler = createAvailability(environment, world);
    return triggered(async (event) => ('Records' in event ? handler(event) : undefined));
  },
  'send-mail': async (environment, world) => triggered(await createSendMailFunction(environment, world)),
  housekeeping: async (environment, world) => {
    const handler = await createHousekeeping(environment, world);
    return triggered(async (event) => ('time' in event ? handler(event) : undefined));
  },
} as const satisfies Record<string, Create>;
export type SimulatedFunction = keyof typeof creators;

/** Functions of which no two run at once, as `single` in `infra/functions.ts` says, or as their one shard makes it. */
const most: Readonly<Record<SimulatedFunction, number>> = {
  'public-api': 4,
  'staff-api': 1,
  'stripe-webhook': 3,
  projector: 2,
  availability: 1,
  'send-mail': 2,
  housekeeping: 2,
};

function behindGateway(handler: HttpFunction): Handlers {
  const answer = createGateway({
    functions: {
      'public-api': handler,
      'staff-api': handler,
      'stripe-webhook': handler,
      site: handler,
    },
    web: 'dist/web',
    consoleConfig: { issuer: '', clientId: '' },
  });
  return { answer, handle: () => Promise.reject(new Error('This function is started by requests.')) };
}

function triggered(handle: Handlers['handle']): Handlers {
  return { handle, answer: () => Promise.reject(new Error('This function takes no requests.')) };
}

/** A running instance of a function, with what it remembers. It does one thing at a time, as in Lambda. */
interface Process {
  readonly name: SimulatedFunction;
  readonly handlers: Handlers;
  job: Job | undefined;
}

/** The processes of a service: started when needed, used again while they live. */
export class Processes {
  readonly #gate: Gate;
  readonly #chance: Chance;
  readonly #world: World;
  readonly #environment: Environment;
  readonly #staffToken: () => Promise<string>;
  readonly #ran = new WeakMap<Job, Process>();
  #processes: Process[] = [];

  constructor(
    gate: Gate,
    chance: Chance,
    world: World,
    environment: Environment,
    staffToken: () => Promise<string>,
  ) {
    this.#gate = gate;
    this.#chance = chance;
    this.#world = world;
    this.#environment = environment;
    this.#staffToken = staffToken;
  }

  /** Whether a process of the function is free or can be started. */
  hasRoom(name: SimulatedFunction): boolean {
    return this.#processes.filter((process) => process.name === name && process.job).length < most[name];
  }

  /** Runs work in a process of the function. `ended` hears how it ended; `died` that its process died first. */
  async run<Result>(
    name: SimulatedFunction,
    what: string,
    work: (handlers: Handlers) => Promise<Result>,
    ended: (outcome: { result: Result } | { error: unknown }, job: Job) => void,
  ): Promise<Job> {
    const idle = this.#processes.filter((process) => process.name === name && !process.job);
    // Often one that knows something already; now and then a new one, as when more requests come at once.
    const process =
      idle.length > 0 && this.#chance.happens(0.9) ? this.#chance.pick(idle) : await this.#open(name);
    if (!process) throw new Error(`There is no process for ${name}.`);
    const job = await this.#gate.start(
      what,
      () => work(process.handlers),
      (outcome, job) => {
        process.job = undefined;
        ended(outcome, job);
      },
    );
    if (job.state === 'running') process.job = job;
    this.#ran.set(job, process);
    return job;
  }

  /**
   * Ends the process of a job: what it was doing stops where it stands, and what it knew is gone. A job that has ended may
   * have left a call behind, on which the next one of its process waits: with the process that one ends too.
   */
  kill(job: Job): void {
    const ended = this.#ran.get(job);
    this.#gate.kill(job);
    if (ended?.job) this.#gate.kill(ended.job);
    this.#processes = this.#processes.filter((process) => process !== ended);
  }

  /** Forgets every process that does nothing, as when a new version is deployed. */
  replace(): void {
    this.#processes = this.#processes.filter((process) => process.job);
  }

  async #open(name: SimulatedFunction): Promise<Process> {
    const handlers = await creators[name](this.#environment, this.#world);
    if (name === 'staff-api') await this.#learnKeys(handlers);
    const process: Process = { name, handlers, job: undefined };
    this.#processes.push(process);
    return process;
  }

  /** Has a process read the keys of the staff directory before its first job: how long that takes is not the seed's. */
  async #learnKeys({ answer }: Handlers): Promise<void> {
    const { status } = await answer(
      new Request('http://localhost/api/staff/events/none/report', {
        headers: { authorization: `Bearer ${await this.#staffToken()}` },
      }),
    );
    if (status !== 404) throw new Error(`The staff API does not take tokens: ${status}.`);
  }
}
