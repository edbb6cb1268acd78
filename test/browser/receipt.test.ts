import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import kk from '../../messages/kk.json' with { type: 'json' };
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

/** Fills in a gift and goes to the payment page. */
async function give(page: Page): Promise<void> {
  await page.goto(`${test.service.url}/en/events/almaty-marathon-2027/donate`);
  await field(page, 'donations.0.project').first().check();
  await field(page, 'own-amount').fill('7777');
  await field(page, 'donations.0.name').fill('Donor');
  await field(page, 'contact.email').fill('donor@example.com');
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(/\/c\/pay\//);
}

async function pay(page: Page): Promise<void> {
  await field(page, 'number').fill('4242 4242 4242 4242');
  await field(page, 'expiry').fill('12 / 40');
  await field(page, 'cvc').fill('123');
  await field(page, 'name').fill('Donor');
  await page.locator('button.main[type=submit]').click();
  await page.getByRole('heading', { level: 1, name: en['order.state.paidDonation'] }).waitFor();
}

it('a donor opens the receipt on a phone and on a desktop, in another language, and prints it on one A4 page', async () => {
  const { page, context } = await test.page({ width: 390, locale: 'en' });
  await give(page);
  await pay(page);
  await page.getByRole('link', { name: en['receipt.open'] }).click();
  await page.getByRole('heading', { level: 1, name: en['receipt.titleDonation'] }).waitFor();
  expect(await page.locator('main').textContent()).toContain('donor@example.com');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Қаз' }).click();
  await page.getByRole('heading', { level: 1, name: kk['receipt.titleDonation'] }).waitFor();
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await expectAccessible(page);

  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('link').filter({ visible: true }).count()).toBe(0);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  const [, , , width, height] = /\/MediaBox\s*\[\s*([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)/.exec(pdf) ?? [];
  expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
  await context.close();
});

it('an unpaid order says that there is no receipt yet, and leads back to the order', async () => {
  const { page, context } = await test.page({ width: 390, locale: 'en' });
  await give(page);
  await page.locator('a[href*="cancelled"]').first().click();
  await page.getByRole('heading', { level: 1, name: en['order.state.paying'] }).waitFor();
  await page.goto(`${page.url().replace(/\?.*/, '')}/receipt`);
  await page.getByRole('heading', { level: 1, name: en['receipt.none.title'] }).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: en['receipt.toOrder'] }).click();
  await page.getByRole('heading', { level: 1, name: en['order.state.paying'] }).waitFor();
  await context.close();
});
