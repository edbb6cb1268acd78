import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import kk from '../../messages/kk.json' with { type: 'json' };
import ru from '../../messages/ru.json' with { type: 'json' };
import { checkoutView } from '../../shared/contracts/orders.ts';
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';
import { placeOrder } from '../support/buyer.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

const messages = { kk, ru };
const event = 'almaty-marathon-2027';
const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const sessionOf = (url: string) => new URL(url).pathname.split('/').at(-1) ?? '';
const order = () => placeOrder(test.service, { event, distance: '10-km' });

describe('the page of a place that is held', () => {
  it.each(['kk', 'ru'] as const)(
    'counts down, warns before the end, and says when it is over, in %s',
    async (locale) => {
      const t = messages[locale];
      const { page, context } = await test.page({ width: 390, locale });
      const token = await order();
      await page.clock.install();
      await page.goto(`${test.service.url}/${locale}/orders/${token}`);
      await heading(page, t['order.state.held']).waitFor();
      const left = page.locator('.countdown .figure');
      await expect.poll(() => left.textContent()).toMatch(/^3[78]:\d\d$/);
      expect(await page.locator('.countdown-warning').count()).toBe(0);
      await expectAccessible(page);

      await page.clock.fastForward('34:30');
      await page.locator('.countdown-warning').waitFor();
      expect(await left.textContent()).toMatch(/^[23]:\d\d$/);
      await expectAccessible(page);

      await page.clock.fastForward('04:00');
      await page.getByText(t['order.held.over']).waitFor();
      await expectAccessible(page);
      await context.close();
    },
  );

  it.each(['kk', 'ru'] as const)(
    'says by itself that the time ran out, and leads on, in %s',
    async (locale) => {
      const t = messages[locale];
      const { page, context } = await test.page({ width: 390, locale });
      const token = await order();
      const checkout = await fetch(`${test.service.url}/api/orders/${token}/checkout`, { method: 'POST' });
      const { url = '' } = checkoutView.parse(await checkout.json());
      await page.goto(`${test.service.url}/${locale}/orders/${token}`);
      await heading(page, t['order.state.held']).waitFor();
      test.service.stripe?.expire(sessionOf(url));
      await heading(page, t['order.state.expired']).waitFor();
      await expectAccessible(page);
      await page.locator(`.state-card a[href^="/${locale}/events/${event}"]`).first().click();
      await page.locator(`a[href="/${locale}/events/${event}/enter/10-km"]`).waitFor();
      await context.close();
    },
  );
});

describe('a runner who comes back', () => {
  it('by the same form gets the same order and the same payment page, and by its link as well', async () => {
    const { page, context } = await test.page({ width: 390, locale: 'kk' });
    const form = `${test.service.url}/kk/events/${event}/enter/10-km`;
    await page.goto(form);
    const runner = (name: string) => field(page, `entries.0.runner.${name}`);
    await runner('givenName').fill('Қайтқан');
    await runner('familyName').fill('Нұрланқызы');
    await runner('birthDate').fill('1991-06-18');
    await runner('country').selectOption('KZ');
    await runner('sex').first().check();
    await runner('email').fill('back@example.com');
    await runner('phone').fill('+7 701 234 56 78');
    await runner('emergencyContact.name').fill('Ерлан');
    await runner('emergencyContact.phone').fill('+7 701 234 56 79');
    await field(page, 'entries.0.project').nth(1).check();
    await field(page, 'consents.rules').check();
    await field(page, 'consents.personalData').check();
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/c\/pay\//);
    const session = sessionOf(page.url());

    // What was typed is still there, and sending it again is the same request.
    await page.goto(form);
    await expect.poll(() => runner('givenName').inputValue()).toBe('Қайтқан');
    await page.locator('form button[type=submit]').click();
    await page.waitForURL(/\/c\/pay\//);
    expect(sessionOf(page.url())).toBe(session);

    await page.locator('a[href*="cancelled=1"]').click();
    await page.getByText(kk['order.held.cancelled']).waitFor();
    await page.getByRole('button', { name: /₸/ }).click();
    await page.waitForURL(/\/c\/pay\//);
    expect(sessionOf(page.url())).toBe(session);
    await context.close();
  });
});
