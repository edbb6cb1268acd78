import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import kk from '../../messages/kk.json' with { type: 'json' };
import ru from '../../messages/ru.json' with { type: 'json' };
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

const event = 'almaty-marathon-2027';
const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

async function fillIn(page: Page, path: string, givenName: string, birthDate: string): Promise<void> {
  await page.goto(`${test.service.url}${path}`);
  const runner = (name: string) => field(page, `entries.0.runner.${name}`);
  await runner('givenName').fill(givenName);
  await runner('birthDate').fill(birthDate);
  await runner('sex').first().check();
  await runner('email').fill(`${crypto.randomUUID()}@example.com`);
  await runner('phone').fill('+7 701 234 56 78');
  await runner('emergencyContact.name').fill('Ерлан');
  await runner('emergencyContact.phone').fill('+7 701 234 56 79');
  await field(page, 'consents.rules').check();
  await field(page, 'consents.personalData').check();
}

/** What the page shows, with plain spaces. */
async function shown(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).textContent()) ?? '').replaceAll(/[\u00a0\u202f]/g, ' ');
}

async function applyCode(page: Page, words: { haveCode: string; apply: string }, code: string) {
  await page.getByRole('button', { name: words.haveCode }).click();
  await field(page, 'code').fill(code);
  await page.getByRole('button', { name: words.apply }).click();
}

describe('the form', () => {
  it('shows what the order will be, line by line: age, code, gift and cover', async () => {
    const { page, context } = await test.page({ width: 390, locale: 'kk' });
    await fillIn(page, `/kk/events/${event}/enter/10-km-nordic-walking`, 'Дана', '2011-05-17');
    await field(page, 'entries.0.runner.guardian.name').fill('Ерлан');
    await field(page, 'entries.0.runner.guardian.phone').fill('+7 701 234 56 79');
    await field(page, 'entries.0.runner.guardian.consent').check();
    // Half of 7,000 ₸ for the age.
    expect(await shown(page, '.breakdown')).toContain('−3 500 ₸');
    const words = { haveCode: kk['entry.haveCode'], apply: kk['entry.codeApply'] };
    await applyCode(page, words, 'no-such-code');
    await page.getByText(kk['field.code_unknown']).waitFor();
    await field(page, 'code').fill('minus-10');
    await page.getByRole('button', { name: words.apply }).click();
    await page.getByText(kk['entry.codeApplied']).waitFor();
    await page.getByText('5 000 ₸', { exact: true }).click();
    await field(page, 'donations.0.project').selectOption('city-trees');
    await field(page, 'feeCover').check();
    // 3,500 less 10%, a gift of 5,000, and 3% of both: 8,394.50 ₸.
    const breakdown = await shown(page, '.breakdown .priced');
    for (const amount of ['7 000 ₸', '−350 ₸', '3 150 ₸', '5 000 ₸', '244,50 ₸', '8 394,50 ₸'])
      expect(breakdown).toContain(amount);
    await expectAccessible(page);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/c\/pay\//);
    const payment = await shown(page, 'body');
    for (const amount of ['3 150', '5 000', '244,50', '8 394,50', '7 000']) expect(payment).toContain(amount);
    await context.close();
  });

  it('confirms an entry that a code makes free, without a payment page', async () => {
    const { page, context } = await test.page({ width: 390, locale: 'ru' });
    await fillIn(page, `/ru/events/${event}/enter/10-km`, 'Гость', '1993-05-17');
    expect(await field(page, 'entries.0.project').count()).toBeGreaterThan(0);
    await applyCode(page, { haveCode: ru['entry.haveCode'], apply: ru['entry.codeApply'] }, 'guest-2027');
    await page.getByRole('button', { name: ru['entry.submitFree'] }).waitFor();
    // There is no fee of which a project could get a part.
    expect(await field(page, 'entries.0.project').count()).toBe(0);
    await expectAccessible(page);
    await page.getByRole('button', { name: ru['entry.submitFree'] }).click();
    await page.getByRole('heading', { level: 1, name: ru['order.state.paid'] }).waitFor();
    expect(page.url()).toContain('/ru/orders/');
    expect(await shown(page, 'main')).toContain('вместо 8 000 ₸');
    await expectAccessible(page);
    await context.close();
  });

  it('lets people with a code into a distance that is entered by code, and tells others why not', async () => {
    const { page, context } = await test.page({ width: 1200, locale: 'en' });
    await page.goto(`${test.service.url}/en/events/${event}`);
    expect(await shown(page, 'main')).toContain(en['distance.byCode']);
    await fillIn(page, `/en/events/${event}/enter/10-km-partners`, 'Partner', '1990-05-17');
    await page.locator('form button[type=submit]').click();
    await page.locator('#code-error').waitFor();
    expect(await shown(page, '#code-error')).toBe(en['field.required']);
    await field(page, 'code').fill('PARTNER-2027');
    await page.getByRole('button', { name: en['entry.codeApply'] }).click();
    await page.getByText(en['entry.codeApplied']).waitFor();
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/c\/pay\//);
    await context.close();
  });
});
