import { type Core, emit, nowSeconds } from './core.ts';
import { refused } from './errors.ts';
import { makeWarning } from './objects/dispute.ts';
import type { Charge, Warning } from './state.ts';

/** The cardholder's bank warns of fraud behind a charge, perhaps before it disputes it. */
export function warnOfFraud(core: Core, charge: Charge, type: string): Warning {
  if (!charge.paid) throw refused({ message: `Charge ${charge.id} was not paid.` });
  const warning = core.state.warnings.put(makeWarning(charge, type, nowSeconds(core)));
  emit(core, 'radar.early_fraud_warning.created', warning);
  return warning;
}

/** Once a charge is disputed or wholly refunded, nothing is left to do about its warnings. */
export function settleWarnings(core: Core, charge: string): void {
  for (const warning of core.state.warnings.by('charge', charge)) {
    if (!warning.actionable) continue;
    const settled = core.state.warnings.put({ ...warning, actionable: false });
    emit(core, 'radar.early_fraud_warning.updated', settled, { actionable: true });
  }
}
