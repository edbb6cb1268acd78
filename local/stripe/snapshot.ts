import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeyRecord } from './idempotency.ts';
import {
  type BalanceTransaction,
  bookTransaction,
  type Charge,
  type Checkout,
  type Delivery,
  type Dispute,
  emptyState,
  type PaymentIntent,
  type Payout,
  putOpenSession,
  type Refund,
  type Session,
  type State,
  setDelivery,
  type ToldEvent,
  type Warning,
} from './state.ts';
import type { Table } from './table.ts';

/** The state as plain data, oldest first, for a file. */
type Snapshot = {
  version: 1;
  sessions: Session[];
  checkouts: [string, Checkout][];
  intents: PaymentIntent[];
  charges: Charge[];
  refunds: Refund[];
  disputes: Dispute[];
  /** Absent in files of earlier versions, as are payouts. */
  warnings?: Warning[];
  payouts?: Payout[];
  transactions: BalanceTransaction[];
  events: ToldEvent[];
  deliveries: [string, Delivery][];
  keys: [string, KeyRecord][];
};

const oldestFirst = <T>(table: Table<T>): T[] => [...table.newestFirst()].reverse();

function takeSnapshot(state: State): Snapshot {
  return {
    version: 1,
    sessions: oldestFirst(state.sessions),
    checkouts: [...state.checkouts],
    intents: oldestFirst(state.intents),
    charges: oldestFirst(state.charges),
    refunds: oldestFirst(state.refunds),
    disputes: oldestFirst(state.disputes),
    warnings: oldestFirst(state.warnings),
    payouts: oldestFirst(state.payouts),
    transactions: oldestFirst(state.transactions),
    events: oldestFirst(state.events),
    deliveries: [...state.deliveries],
    keys: state.keys.entries(),
  };
}

function restoreSnapshot(snapshot: Snapshot): State {
  const state = emptyState();
  for (const session of snapshot.sessions) {
    if (session.status === 'open') putOpenSession(state, session);
    else state.sessions.put(session);
  }
  for (const [id, checkout] of snapshot.checkouts) state.checkouts.set(id, checkout);
  for (const intent of snapshot.intents) state.intents.put(intent);
  for (const charge of snapshot.charges) state.charges.put(charge);
  for (const refund of snapshot.refunds) state.refunds.put(refund);
  for (const dispute of snapshot.disputes) state.disputes.put(dispute);
  for (const warning of snapshot.warnings ?? []) state.warnings.put(warning);
  for (const payout of snapshot.payouts ?? []) state.payouts.put(payout);
  for (const transaction of snapshot.transactions) bookTransaction(state, transaction);
  for (const event of snapshot.events) state.events.put(event);
  for (const [id, delivery] of snapshot.deliveries) setDelivery(state, id, delivery);
  state.keys.restore(snapshot.keys);
  return state;
}

const QUIET_MS = 500;
/** A large state is written less often: at most about a twentieth of the time goes into writing. */
const REST_FACTOR = 20;

function isSnapshot(value: unknown): value is Snapshot {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === 1;
}

/** The state that was saved, or an empty one when there is no file. Throws for a file of another shape. */
export function loadState(path: string | undefined): State {
  if (path === undefined) return emptyState();
  let saved: string;
  try {
    saved = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyState();
    throw error;
  }
  const snapshot: unknown = JSON.parse(saved);
  if (!isSnapshot(snapshot))
    throw new Error(`${path} is not a snapshot of the Stripe double; delete it to start afresh.`);
  return restoreSnapshot(snapshot);
}

/** Saves the state some time after a change, and at the end. */
export type Saver = { changed: () => void; stop: () => void };

/** A saver to this file, which is replaced in one step; without a path it saves nothing. */
export function createSaver(state: State, path: string | undefined): Saver {
  if (path === undefined) return { changed: () => {}, stop: () => {} };
  let timer: NodeJS.Timeout | null = null;
  let rest = QUIET_MS;
  let stopped = false;

  function save(to: string): void {
    const began = performance.now();
    timer = null;
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(`${to}.new`, JSON.stringify(takeSnapshot(state)));
    renameSync(`${to}.new`, to);
    rest = Math.max(QUIET_MS, (performance.now() - began) * REST_FACTOR);
  }

  return {
    changed() {
      if (!stopped) timer ??= setTimeout(() => save(path), rest).unref();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      save(path);
    },
  };
}
