import { afterAll, beforeAll, expect, it } from 'vitest';
import kk from '../../messages/kk.json' with { type: 'json' };
import { keepReconciliation } from '../../shared/ledger/reconciled.ts';
import { realWorld } from '../../shared/platform/world.ts';
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

const event = 'almaty-marathon-2027';
const difference = (kind: 'missing_in_ledger' | 'missing_at_provider', fact: string) => ({
  kind,
  fact,
  at: '2026-11-24T06:00:00.000Z',
  currency: 'KZT',
  provider: kind === 'missing_in_ledger' ? 2_000_000 : 0,
  ledger: kind === 'missing_in_ledger' ? 0 : 700_000,
});

/** What a comparison with Stripe left, as the report is to show it. */
async function found(version: number, differs: boolean): Promise<void> {
  const result = {
    at: '2026-11-24T07:40:00.000Z',
    difference: differs ? 2_700_012 : 0,
    balances: [{ currency: 'KZT', provider: 0, ledger: 0, underWay: 68_000, unexplained: differs ? -12 : 0 }],
    differences: differs
      ? [
          difference('missing_in_ledger', 'pi_3TzExample0000000000001 paid'),
          difference('missing_at_provider', 're_3TzExample0000000000002 succeeded'),
        ]
      : [],
  };
  const kept = { version, from: '2026-11-21', before: {}, open: [], result };
  expect(await keepReconciliation(test.service.db, realWorld, kept)).toBe(true);
}

it('staff see when the ledger was compared with Stripe, and what differs', async () => {
  const { page, context } = await test.page({ width: 390, locale: 'kk' });
  await page.goto(`${test.service.url}/console/events/${event}`);
  await page.getByRole('button', { name: kk['console.signIn'] }).click();
  await page.locator('input[type=email]').fill('finance@startline.test');
  await page.locator('input[type=password]').fill(test.service.staffPassword);
  await page.locator('button[type=submit]').click();
  await page.getByText(kk['console.reconciledNever']).waitFor();
  await found(1, false);
  await page.getByText('Stripe-пен салыстырылды', { exact: false }).waitFor({ timeout: 12_000 });
  await found(2, true);
  await page.getByText('pi_3TzExample0000000000001 paid').waitFor({ timeout: 12_000 });
  const rows = await page.getByRole('region', { name: kk['console.differences'] }).getByRole('row').count();
  expect(rows).toBe(4);
  await expectAccessible(page);
  await context.close();
});
