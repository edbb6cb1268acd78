import type { OrderView } from '../../shared/contracts/orders.ts';
import { answerCallOff } from '../../shared/orders/call-off.ts';
import { cancelEntry } from '../../shared/orders/cancel-entry.ts';
import { changeDistance } from '../../shared/orders/change-distance.ts';
import { type EntryLink, type Linked, linkedBy } from '../../shared/orders/entry-tokens.ts';
import type { OrderDesk } from '../../shared/orders/place-order.ts';
import { joinTeam, leaveTeam, loadTeamView } from '../../shared/orders/teams.ts';
import {
  acceptOffer,
  askTransfer,
  cancelOffer,
  confirmTransfer,
  loadEntryView,
  loadTransferView,
  type OfferName,
} from '../../shared/orders/transfers.ts';
import type { Handlers } from '../../shared/platform/http.ts';
import { Refusal } from '../../shared/platform/problem.ts';

type EntryRoute =
  | 'changeDistance'
  | 'cancelEntry'
  | 'answerCallOff'
  | 'askTransfer'
  | 'confirmTransfer'
  | 'cancelTransfer'
  | 'getTransfer'
  | 'acceptTransfer'
  | 'getEntry'
  | 'getTeam'
  | 'joinTeam'
  | 'leaveTeam'
  | 'addMember'
  | 'removeMember';

/** What the handlers of orders lend to those of entries. */
interface OrderAccess {
  /** The order of a token; refused when it is none. */
  readonly orderOf: (token: string) => string;
  readonly viewOf: (order: string) => Promise<OrderView>;
  /** Turns a payment provider that does not answer into a refusal. */
  readonly orUnavailable: <Value>(work: Promise<Value>) => Promise<Value>;
}

const unknown = {
  team: 'team_unknown',
  member: 'member_unknown',
  transfer: 'transfer_unknown',
  entry: 'entry_unknown',
} as const satisfies Record<EntryLink, string>;

/** Answers the routes of what becomes of an entry after it was paid: teams, transfer, change of distance. */
export function entryHandlers(
  desk: OrderDesk,
  { orderOf, viewOf, orUnavailable }: OrderAccess,
): Pick<Handlers<'public-api'>, EntryRoute> {
  const linked = (link: EntryLink, token: string): Linked & { detail: string } => {
    const found = linkedBy(desk.keys, link, token);
    if (!found) throw new Refusal(unknown[link]);
    return { detail: '', ...found };
  };
  const offerOf = (token: string): OfferName => {
    const { order, entry, detail } = linked('transfer', token);
    return { order, entry, number: Number(detail) };
  };
  /** Does something with an entry of an order, then shows the order. */
  const onOrder = async (
    { token, entry }: { token: string; entry: string },
    work: (name: { order: string; entry: string }) => Promise<unknown>,
  ): Promise<OrderView> => {
    const order = orderOf(token);
    await orUnavailable(work({ order, entry }));
    return viewOf(order);
  };
  return {
    changeDistance: ({ params, body }) => onOrder(params, (name) => changeDistance(desk, name, body)),
    cancelEntry: ({ params, body }) => onOrder(params, (name) => cancelEntry(desk, name, body)),
    answerCallOff: ({ params, body }) => onOrder(params, (name) => answerCallOff(desk, name, body)),
    askTransfer: ({ params, body }) => onOrder(params, (name) => askTransfer(desk, name, body)),
    confirmTransfer: ({ params, body }) =>
      onOrder(params, (name) => confirmTransfer(desk, { ...name, number: body.number })),
    cancelTransfer: ({ params, body }) =>
      onOrder(params, (name) => cancelOffer(desk, { ...name, number: body.number })),
    getTransfer: async ({ params }) => loadTransferView(desk, offerOf(params.token)),
    acceptTransfer: async ({ params, body }) => {
      const offer = offerOf(params.token);
      await orUnavailable(acceptOffer(desk, offer, body));
      return loadTransferView(desk, offer);
    },
    getEntry: async ({ params }) => {
      const { order, entry, detail } = linked('entry', params.token);
      return loadEntryView(desk, { order, entry }, Number(detail));
    },
    getTeam: async ({ params }) => {
      const { order, entry } = linked('team', params.token);
      return loadTeamView(desk, order, entry);
    },
    joinTeam: async ({ params, body, idempotencyKey }) => {
      const { order, entry } = linked('team', params.token);
      return orUnavailable(joinTeam(desk, { order, entry, by: 'self', idempotencyKey, input: body }));
    },
    leaveTeam: async ({ params }) => {
      const { order, entry, detail } = linked('member', params.token);
      return leaveTeam(desk, { order, entry, member: detail });
    },
    addMember: ({ params, body, idempotencyKey }) =>
      onOrder(params, (name) => joinTeam(desk, { ...name, by: 'captain', idempotencyKey, input: body })),
    removeMember: ({ params }) =>
      onOrder(params, (name) => leaveTeam(desk, { ...name, member: params.member })),
  };
}
