import { createHash } from 'node:crypto';
import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import type { Chance } from './chance.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { Memory } from './memory.ts';
import { publicUrl, type Service } from './service.ts';

/** What an API answered. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: people look into answers of every shape, as tests do.
  readonly body: any;
}

/** Something that must never be. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** A request, with all that is needed to send it once more. */
export interface Sent {
  readonly to: 'public-api' | 'staff-api';
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly authorization?: string;
}

/** What the activities of one seed work with. */
export class Scene {
  readonly service: Service;
  readonly clock: Clock;
  /** What people and circumstances choose. */
  readonly chance: Chance;
  readonly faults: Faults;
  readonly event: CatalogueEvent;
  /** A second event, which staff call off; not in every seed. */
  readonly other: CatalogueEvent | undefined;
  readonly memory = new Memory();
  readonly history: string[] = [];
  readonly #hash = createHash('sha256');
  #keys = 0;

  constructor(
    service: Service,
    clock: Clock,
    chance: Chance,
    faults: Faults,
    { event, other }: { event: CatalogueEvent; other: CatalogueEvent | undefined },
  ) {
    this.service = service;
    this.clock = clock;
    this.chance = chance;
    this.faults = faults;
    this.event = event;
    this.other = other;
  }

  /** Every event that is published. */
  get events(): readonly CatalogueEvent[] {
    return this.other ? [this.event, this.other] : [this.event];
  }

  /** The event of that id. */
  eventOf(id: string): CatalogueEvent {
    return this.events.find((event) => event.id === id) ?? this.event;
  }

  /** Adds a line to the history. */
  note(line: string): void {
    this.history.push(line);
    this.#hash.update(`${line}\n`);
  }

  /** A digest of the history so far: the same for the same seed. */
  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  /** An idempotency key that no request had before. */
  newKey(): string {
    this.#keys += 1;
    return `key-${String(this.#keys).padStart(16, '0')}`;
  }

  /**
   * Sends a request and goes on when it waits at the gate or was answered. An answer of 500 is a violation unless
   * something was done to the request; one that is lost with its process is never heard of.
   */
  async send(request: Sent, answered: (answer: Answer) => void = () => {}): Promise<void> {
    const { to, method, path, body, key, authorization } = request;
    await this.service.processes.run(
      to,
      `${method} ${path.replaceAll(/\b(ord|ent|mem|wai)_\w+(\.\w+)*/g, (id) => id.slice(0, 10))}`,
      async ({ answer: ask }) => {
        const response = await ask(
          new Request(publicUrl + path, {
            method,
            headers: {
              ...(body !== undefined && { 'content-type': 'application/json' }),
              ...(key !== undefined && { 'idempotency-key': key }),
              ...(authorization !== undefined && { authorization }),
            },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          }),
        );
        const answer: Answer = { status: response.status, body: await response.json() };
        return answer;
      },
      (outcome, job) => {
        if ('error' in outcome) throw outcome.error;
        const { status, body: content } = outcome.result;
        this.note(`${job.number} answers ${status}${status >= 400 ? ` ${content.code}` : ''}`);
        if (status >= 500 && status !== 503 && !job.disturbed)
          throw new Violation(`${method} ${path} answered ${status} although nothing was done to it.`);
        answered(outcome.result);
      },
    );
  }
}

/** One of the things that happen: what people, staff, Stripe, the streams and the clock do. */
export interface Activity {
  readonly name: string;
  readonly weight: number;
  /** Begins it, or answers false when there is nothing to do it with now. */
  readonly begin: (scene: Scene) => Promise<boolean> | boolean;
}
