import { type Core, emit, nowSeconds } from './core.ts';
import { invalidParam, missing, refused } from './errors.ts';
import { makeDispute, makeTransaction } from './objects.ts';
import { bookTransaction, type Charge, type Dispute } from './state.ts';

/** The double's fee for a dispute, in minor units (7,500 ₸); it is kept whatever the outcome. */
const DISPUTE_FEE = 750_000;

/** The charge under this id, or the successful one of this payment intent. Throws 404 `resource_missing`. */
export function findCharge(core: Core, id: string): Charge {
  const intent = core.state.intents.get(id);
  const charge = core.state.charges.get(intent === undefined ? id : (intent.latest_charge ?? ''));
  if (charge === undefined) throw missing(id.startsWith('pi_') ? 'payment_intent' : 'charge', id);
  return charge;
}

function moveFunds(core: Core, dispute: Dispute, amount: number, fee: number): Dispute {
  const transaction = bookTransaction(
    core.state,
    makeTransaction({
      amount,
      fee,
      currency: dispute.currency,
      created: nowSeconds(core),
      source: dispute.id,
      type: 'adjustment',
      category: amount < 0 ? 'dispute' : 'dispute_reversal',
      description: `${amount < 0 ? 'Chargeback withdrawal' : 'Chargeback reversal'} for ${dispute.charge}`,
    }),
  );
  return core.state.disputes.put({
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, transaction],
  });
}

/**
 * The cardholder's bank disputes a charge: the amount (minor units; all that is not refunded when left out) and a
 * fee leave the balance. `charge` may also be a payment intent's id.
 */
export function openDispute(
  core: Core,
  input: { charge: string; reason: string; amount?: number | undefined },
): Dispute {
  const charge = findCharge(core, input.charge);
  const left = charge.amount - charge.amount_refunded;
  const amount = input.amount ?? left;
  if (!charge.paid) throw refused({ message: `Charge ${charge.id} was not paid.` });
  if (charge.disputed)
    throw refused({ code: 'charge_disputed', message: `Charge ${charge.id} is disputed already.` });
  if (amount < 1 || amount > charge.amount) {
    throw invalidParam({
      param: 'amount',
      message: `A dispute of ${charge.id} is for 1 to ${charge.amount}.`,
    });
  }
  core.state.charges.put({ ...charge, disputed: true });
  const dispute = core.state.disputes.put(makeDispute(charge, amount, input.reason, nowSeconds(core)));
  emit(core, 'charge.dispute.created', dispute);
  const withdrawn = moveFunds(core, dispute, -amount, DISPUTE_FEE);
  emit(core, 'charge.dispute.funds_withdrawn', withdrawn);
  return withdrawn;
}

/** The bank decides a dispute; when it is won, the amount comes back. Throws an `ApiError` when it is over already. */
export function closeDispute(core: Core, id: string, outcome: 'lost' | 'won'): Dispute {
  const dispute = core.state.disputes.get(id);
  if (dispute === undefined) throw missing('dispute', id);
  if (dispute.status !== 'needs_response')
    throw refused({ message: `Dispute ${id} is closed: ${dispute.status}.` });
  let closed = core.state.disputes.put({ ...dispute, status: outcome });
  if (outcome === 'won') {
    closed = moveFunds(core, closed, dispute.amount, 0);
    emit(core, 'charge.dispute.funds_reinstated', closed);
  }
  emit(core, 'charge.dispute.closed', closed);
  return closed;
}
