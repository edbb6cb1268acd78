import * as z from 'zod';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { locales } from '../contracts/basics.ts';
import { transferStates } from '../contracts/changes.ts';
import { runner } from '../contracts/orders.ts';
import type { Item, Part } from '../platform/database.ts';

const transferItem = z.object({
  sk: z.string(),
  /** Counts the offers of the entry; a later one replaces an earlier one. */
  number: z.int(),
  state: z.enum(transferStates),
  to: z.object({ email: z.string(), locale: z.enum(locales) }),
  askedAt: z.string(),
  /** Once accepted: who takes the entry over, with their lock, and on which distance. */
  taker: z
    .object({
      runner,
      locale: z.enum(locales),
      lock: z.string(),
      consentedAt: z.string(),
      distance: z.string(),
    })
    .optional(),
});

/** The offer of an entry to somebody else: asked, accepted by the new runner, and done when the holder confirms. */
export type Transfer = Omit<z.infer<typeof transferItem>, 'sk'> & { readonly entry: string };
export type Taker = NonNullable<Transfer['taker']>;

const transferKey = (order: string, entry: string) => ({ pk: order, sk: `${entry}#transfer` });

/** Whether an item beside an order is the transfer of an entry. */
export function isTransferKey(sk: unknown): boolean {
  return typeof sk === 'string' && /^ent_[^#]+#transfer$/.test(sk);
}

/** A transfer as the table holds it. */
export function parseTransfer(item: Item): Transfer {
  const { sk, ...content } = transferItem.parse(item);
  return { entry: sk.split('#')[0] ?? '', ...content };
}

/** Days before race day until which entries change hands, where the event says nothing: bibs are printed then. */
const defaultDays = 14;

/** Until when an entry of the event may be handed to somebody else. */
export function transferUntil(event: Pick<CatalogueEvent, 'raceDay' | 'transferUntil'>): string {
  if (event.transferUntil !== undefined) return event.transferUntil;
  return new Date(Date.parse(`${event.raceDay}T00:00:00Z`) - defaultDays * 86_400_000).toISOString();
}

/** Whether a transfer still waits for somebody. */
export function isUndecided(transfer: Pick<Transfer, 'state'>): boolean {
  return transfer.state === 'asked' || transfer.state === 'accepted';
}

/** Writes a new offer over the one before it (`undefined`: the first); refused when another came between. */
export function newTransfer(order: string, transfer: Transfer, before: Transfer | undefined): Part {
  const { entry, ...content } = transfer;
  return {
    name: 'transfer',
    table: 'orders',
    put: { ...transferKey(order, entry), ...content },
    ...(before
      ? {
          condition: '#number = :before AND #state = :state',
          names: { '#number': 'number', '#state': 'state' },
          values: { ':before': before.number, ':state': before.state },
        }
      : { condition: 'attribute_not_exists(pk)' }),
  };
}

/** The new runner accepts; refused unless this very offer is still open. */
export function acceptTransfer(order: string, transfer: Transfer, taker: Taker): Part {
  return step(order, transfer, 'asked', 'accepted', 'SET #state = :to, taker = :taker', { ':taker': taker });
}

/** The holder confirms what was accepted; the new runner's details go to the entry and are forgotten here. */
export function finishTransfer(order: string, transfer: Transfer): Part {
  return step(order, transfer, 'accepted', 'done', 'SET #state = :to REMOVE taker');
}

/** The holder takes the offer back. */
export function cancelTransfer(order: string, transfer: Transfer): Part {
  return step(order, transfer, transfer.state, 'cancelled', 'SET #state = :to REMOVE taker');
}

function step(
  order: string,
  { entry, number }: Transfer,
  from: Transfer['state'],
  to: Transfer['state'],
  update: string,
  values: Item = {},
): Part {
  return {
    name: 'transfer',
    table: 'orders',
    key: transferKey(order, entry),
    update,
    condition: '#number = :number AND #state = :from',
    names: { '#number': 'number', '#state': 'state' },
    values: { ':number': number, ':from': from, ':to': to, ...values },
  };
}
