import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';
import { pay, placeOrder } from '../support/buyer.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

const event = 'almaty-marathon-2027';

async function signIn(page: Page, email: string, password = test.service.staffPassword): Promise<void> {
  await page.goto(`${test.service.url}/console/events/${event}`);
  await page.getByRole('button', { name: en['console.signIn'] }).click();
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
}

describe('staff', () => {
  it('sign in and see a payment in the report within seconds', async () => {
    const { page, context } = await test.page({ width: 1280, locale: 'en' });
    await signIn(page, 'finance@startline.test');
    await page.getByRole('heading', { level: 1, name: 'Almaty Marathon 2027' }).waitFor();
    await expectAccessible(page);
    await pay(test.service, await placeOrder(test.service, { event, distance: '10-km' }));
    await vi.waitFor(
      async () => expect(await page.getByRole('main').textContent()).toMatch(/KZT.?8,000|8,000.?₸|₸.?8,000/),
      { timeout: 12_000 },
    );
    await test.service.run('housekeeping');
    const codes = page.getByRole('region', { name: en['console.codes'] }).getByRole('row');
    expect(await codes.filter({ hasText: 'GUEST-2027' }).textContent()).toMatch(/^GUEST-2027033100%/);
    await context.close();
  });

  it('with a wrong password stay outside', async () => {
    const { page, context } = await test.page({ locale: 'en' });
    await signIn(page, 'finance@startline.test', 'not-the-password');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page);
    expect(new URL(page.url()).origin).toBe(test.service.signIn.issuer);
    await context.close();
  });

  it('without a role are told so', async () => {
    const { page, context } = await test.page({ locale: 'en' });
    await signIn(page, 'nobody@startline.test');
    await page.getByText(en['console.noRole'].replace('{email}', 'nobody@startline.test')).waitFor();
    await expectAccessible(page);
    await context.close();
  });
});
