import { expect } from 'vitest';
import { readReconciliation } from '../../../shared/ledger/reconciled.ts';
import type { TestApi } from '../api.ts';
import { asStaff } from './staff.ts';

/** Housekeeping compares the ledger with the account at Stripe, and staff see what it found. */
export async function reconcileLive(api: TestApi): Promise<void> {
  api.stripe.chargeFee(10_000);
  await api.housekeeping('2026-11-24T00:40:00.000Z');
  expect(await readReconciliation(api.db)).toMatchObject({ version: 1 });
  const { reconciled } = await asStaff(api, 'viewer', 'GET', '/events/test-race/report');
  expect(reconciled).toMatchObject({ balances: [{ currency: 'KZT' }] });
}
