import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

const event = 'almaty-marathon-2027';
const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

/** Fills in a person; `at` is where they stand in the form. */
async function fillIn(page: Page, at: string, givenName: string, email: string): Promise<void> {
  const person = (name: string) => field(page, `${at}${name}`);
  await person('givenName').fill(givenName);
  await person('familyName').fill('Tester');
  await person('birthDate').fill('1993-05-17');
  await person('country').selectOption('KZ');
  await person('sex').first().check();
  await person('email').fill(email);
  await person('phone').fill('+7 701 234 56 78');
  await person('emergencyContact.name').fill('Yerlan');
  await person('emergencyContact.phone').fill('+7 701 234 56 79');
}

async function consentAndSend(page: Page): Promise<void> {
  await field(page, 'consents.rules').check();
  await field(page, 'consents.personalData').check();
  await page.locator('form button[type=submit]').click();
}

async function pay(page: Page): Promise<void> {
  await page.waitForURL(/\/c\/pay\//);
  await field(page, 'number').fill('4242 4242 4242 4242');
  await field(page, 'expiry').fill('12 / 40');
  await field(page, 'cvc').fill('123');
  await field(page, 'name').fill('Tester');
  await page.locator('button.main[type=submit]').click();
  await heading(page, en['order.state.paid']).waitFor();
}

/** The address that a mail to somebody leads to, once it has arrived. */
async function linkIn(address: string, path: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const mails = await test.service.outbox.messages();
      const mine = mails.filter((mail) => JSON.stringify(mail.to).includes(address));
      const [link] = JSON.stringify(mine).match(new RegExp(`/en/${path}/[\\w.?=]+`)) ?? [];
      if (link === undefined) throw new Error(`No mail to ${address} yet.`);
      return test.service.url + link;
    },
    { timeout: 10_000 },
  );
}

it('a captain enters a team, and a member joins by the link and leaves again', async () => {
  const { page, context } = await test.page({ width: 390, locale: 'en' });
  await page.goto(`${test.service.url}/en/events/${event}/enter/ekiden`);
  await field(page, 'entries.0.team.name').fill('Zhetysu');
  await field(page, 'entries.0.team.captain.givenName').fill('Dana');
  await field(page, 'entries.0.team.captain.email').fill('dana@example.com');
  await field(page, 'entries.0.team.captain.phone').fill('+7 701 234 56 78');
  await expectAccessible(page);
  await consentAndSend(page);
  await pay(page);
  await expectAccessible(page);
  await page.getByRole('link', { name: en['team.open'] }).click();
  await heading(page, 'Zhetysu').waitFor();
  await expectAccessible(page);
  await fillIn(page, 'runner.', 'Aliya', 'aliya@example.com');
  await consentAndSend(page);
  await page.getByText(en['team.joined']).waitFor();
  expect(await page.locator('main').textContent()).toContain('Aliya T.');
  await expectAccessible(page);
  await page.goto(await linkIn('aliya@example.com', 'teams'));
  await page.getByRole('button', { name: en['team.leave'] }).click();
  await page.getByText(en['team.nobody']).waitFor();
  await context.close();
});

it('a runner hands an entry to a friend, who finds the code on a page of their own', async () => {
  const { page, context } = await test.page({ width: 390, locale: 'en' });
  await page.goto(`${test.service.url}/en/events/${event}/enter/10-km`);
  await fillIn(page, 'entries.0.runner.', 'Madina', 'madina@example.com');
  await field(page, 'entries.0.project').first().check();
  await consentAndSend(page);
  await pay(page);
  const order = page.url();
  await page.locator('details.change summary').click();
  await expectAccessible(page);
  await page.getByLabel(en['change.email']).fill('friend@example.com');
  await page.getByRole('button', { name: en['change.ask'] }).click();
  await page.getByText('Offered to friend@example.com').waitFor();

  await page.goto(await linkIn('friend@example.com', 'transfers'));
  await expectAccessible(page);
  await fillIn(page, 'runner.', 'Samal', 'friend@example.com');
  await consentAndSend(page);
  await page.getByText('Now Madina T. must confirm').waitFor();

  await page.goto(order);
  await page.getByRole('button', { name: 'Hand the entry to Samal Tester' }).click();
  await page.getByText(en['change.handedOver']).waitFor();
  expect(await page.getByRole('img').count()).toBe(0);
  await expectAccessible(page);

  await page.goto(await linkIn('friend@example.com', 'entries'));
  await page.getByRole('img', { name: 'QR code of Samal Tester' }).waitFor();
  await expectAccessible(page);
  await context.close();
});

it('a runner pays the difference to a longer distance, and is on it', async () => {
  const { page, context } = await test.page({ width: 390, locale: 'en' });
  await page.goto(`${test.service.url}/en/events/${event}/enter/10-km`);
  await fillIn(page, 'entries.0.runner.', 'Saule', 'saule@example.com');
  await field(page, 'entries.0.project').first().check();
  await consentAndSend(page);
  await pay(page);
  const order = page.url().replace(/\?.*/, '');
  await page.locator('details.change summary').first().click();
  const distance = page.locator('select[name$=".distance"]');
  await distance.selectOption('half-marathon');
  await expectAccessible(page);
  await page.getByRole('button', { name: en['change.toPayment'] }).click();
  await page.locator('.countdown').waitFor();
  await expectAccessible(page);
  await page.goto(order);
  await page.getByRole('link', { name: /^Pay / }).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: /^Pay / }).click();
  await page.getByRole('button', { name: /^Pay / }).click();
  await page.waitForURL(/\/c\/pay\//);
  await field(page, 'number').fill('4242 4242 4242 4242');
  await field(page, 'expiry').fill('12 / 40');
  await field(page, 'cvc').fill('123');
  await field(page, 'name').fill('Tester');
  await page.locator('button.main[type=submit]').click();
  await page.getByText(en['order.paid.textChange']).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: en['order.toEntry'] }).click();
  await page.getByText('Half marathon').first().waitFor();
  await context.close();
});
