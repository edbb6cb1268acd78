import { type Core, emit, nowSeconds } from './core.ts';
import { invalidParam, missing, refused } from './errors.ts';
import { makeTransaction } from './objects/balance.ts';
import { makeDispute } from './objects/dispute.ts';
import { bookTransaction, type Charge, type Dispute } from './state.ts';
import { settleWarnings } from './warnings.ts';

/** The double's fee for a dispute, in minor units (7,500 ₸). */
const DISPUTE_FEE = 750_000;

/** The charge under this id, or the successful one of this payment intent. Throws 404 `resource_missing`. */
export function findCharge(core: Core, id: string): Charge {
  const intent = core.state.intents.get(id);
  const charge = core.state.charges.get(intent === undefined ? id : (intent.latest_charge ?? ''));
  if (charge === undefined) throw missing(id.startsWith('pi_') ? 'payment_intent' : 'charge', id);
  return charge;
}

/** Whether a charge cannot be refunded since its money is, or may soon be, the cardholder's again. */
export function blocksRefund(dispute: Dispute): boolean {
  return ['lost', 'needs_response', 'under_review'].includes(dispute.status);
}

/** Amounts are signed minor units: negative when they leave the balance; so is a fee that comes back. */
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

function withdraw(core: Core, dispute: Dispute): Dispute {
  const charge = findCharge(core, dispute.charge);
  core.state.charges.put({ ...charge, disputed: true });
  settleWarnings(core, charge.id);
  const withdrawn = moveFunds(core, dispute, -dispute.amount, DISPUTE_FEE);
  emit(core, 'charge.dispute.funds_withdrawn', withdrawn);
  return withdrawn;
}

/** What the cardholder's bank disputes; `charge` may also be a payment intent's id. */
export type NewDispute = {
  charge: string;
  reason: string;
  /** Minor units; all that is not refunded when left out. */
  amount?: number | undefined;
  /** The bank only asks: no money moves yet. */
  inquiry?: boolean | undefined;
};

/** The cardholder's bank disputes a charge: the amount and a fee leave the balance, unless it is an inquiry. */
export function openDispute(core: Core, input: NewDispute): Dispute {
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
  const { inquiry = false, reason } = input;
  const status = inquiry ? 'warning_needs_response' : 'needs_response';
  const dispute = core.state.disputes.put(
    makeDispute({ charge, amount, reason, created: nowSeconds(core), status }),
  );
  emit(core, 'charge.dispute.created', dispute);
  return inquiry ? dispute : withdraw(core, dispute);
}

function findDispute(core: Core, id: string): Dispute {
  const dispute = core.state.disputes.get(id);
  if (dispute === undefined) throw missing('dispute', id);
  return dispute;
}

/** A dispute that the bank has not decided yet. Throws an `ApiError` for another. */
function undecided(core: Core, id: string): Dispute {
  const dispute = findDispute(core, id);
  if (['lost', 'warning_closed', 'won'].includes(dispute.status))
    throw refused({ message: `Dispute ${id} is closed: ${dispute.status}.` });
  return dispute;
}

const isInquiry = (dispute: Dispute): boolean => dispute.status.startsWith('warning');

/** The answer to a dispute is handed in: the bank looks at it. */
export function answerDispute(core: Core, id: string): Dispute {
  const dispute = undecided(core, id);
  const { status } = dispute;
  const answered = core.state.disputes.put({
    ...dispute,
    evidence_details: { ...dispute.evidence_details, has_evidence: true, submission_count: 1 },
    status: isInquiry(dispute) ? 'warning_under_review' : 'under_review',
  });
  emit(core, 'charge.dispute.updated', answered, { status });
  return answered;
}

/** The bank turns its inquiry into a dispute: amount and fee leave the balance now. */
export function escalateDispute(core: Core, id: string): Dispute {
  const dispute = undecided(core, id);
  if (!isInquiry(dispute)) throw refused({ message: `Dispute ${id} is no inquiry.` });
  const { status } = dispute;
  const escalated = core.state.disputes.put({
    ...dispute,
    is_charge_refundable: false,
    status: 'needs_response',
  });
  emit(core, 'charge.dispute.updated', escalated, { status });
  return withdraw(core, escalated);
}

/**
 * The bank decides. Won, the amount comes back: all of it, or the given part, with the fee where that is said. An
 * inquiry ends without a decision. Throws an `ApiError` when the dispute is over already.
 */
export function closeDispute(
  core: Core,
  id: string,
  outcome: 'lost' | 'won',
  { amount, withFee = false }: { amount?: number | undefined; withFee?: boolean | undefined } = {},
): Dispute {
  const dispute = undecided(core, id);
  const status = isInquiry(dispute) ? 'warning_closed' : outcome;
  let closed = core.state.disputes.put({ ...dispute, status });
  if (status === 'won') {
    closed = moveFunds(core, closed, amount ?? dispute.amount, withFee ? -DISPUTE_FEE : 0);
    emit(core, 'charge.dispute.funds_reinstated', closed);
  }
  emit(core, 'charge.dispute.closed', closed);
  return closed;
}
