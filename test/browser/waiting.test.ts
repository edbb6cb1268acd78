import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import kk from '../../messages/kk.json' with { type: 'json' };
import ru from '../../messages/ru.json' with { type: 'json' };
import { catalogueEvent } from '../../shared/catalogue/schema.ts';
import { checkoutView } from '../../shared/contracts/orders.ts';
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';
import { placeOrder } from '../support/buyer.ts';
import { almaty } from '../support/paid-order.ts';

const distance = '10-km';
const race = catalogueEvent.parse({
  ...almaty,
  id: 'one-place-race',
  limits: { waitingPerMail: 1 },
  distances: almaty.distances
    .filter(({ id }) => id === distance)
    .map((found) => ({ ...found, capacity: 1, prices: [{ amount: 700_000 }] })),
});

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest(race);
});
afterAll(() => test.stop());

const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

it('the last place is sold out, waited for, offered and taken', async () => {
  const { page, context } = await test.page({ width: 390, locale: 'en' });
  const { service } = test;

  const token = await placeOrder(service, { event: race.id, distance, amount: 700_000 });
  const checkout = await fetch(`${service.url}/api/orders/${token}/checkout`, { method: 'POST' });
  const { url = '' } = checkoutView.parse(await checkout.json());
  await service.settle();
  await service.run('housekeeping');

  const join = async (givenName: string): Promise<void> => {
    await field(page, 'runner.givenName').fill(givenName);
    await field(page, 'runner.familyName').fill('Waiting');
    await field(page, 'runner.birthDate').fill('1990-02-03');
    await field(page, 'contact.email').fill('aigerim@example.com');
    await expectAccessible(page);
    await page.locator('form button[type=submit]').click();
  };
  await page.goto(`${service.url}/en/events/${race.id}`);
  await expectAccessible(page);
  await page.locator(`a[href="/en/events/${race.id}/waiting/${distance}"]`).click();
  await join('Aigerim');
  await heading(page, en['waiting.state.waiting']).waitFor();
  await expectAccessible(page);
  const waiting = page.url();

  for (const [locale, texts] of Object.entries({ kk, ru, en })) {
    await page.goto(`${service.url}/${locale}/events/${race.id}/waiting/${distance}`);
    await join('Another');
    await page.getByRole('alert').filter({ hasText: texts['problem.too_many_waiting'] }).waitFor();
    await expectAccessible(page);
  }

  service.stripe?.expire(new URL(url).pathname.split('/').at(-1) ?? '');
  await service.settle();
  await page.goto(`${service.url}/en/events/${race.id}`);
  expect(await page.locator(`a[href$="/enter/${distance}"]`).count()).toBe(0);
  // The offer is made by a schedule, once the place that came free is counted: the page shows it once it is there.
  await vi.waitFor(
    async () => {
      await service.run('housekeeping');
      await page.goto(waiting);
      await heading(page, en['waiting.state.offered']).waitFor({ timeout: 3_000 });
    },
    { timeout: 60_000 },
  );
  await expectAccessible(page);

  await page.getByRole('link', { name: en['waiting.take'] }).click();
  const runner = (name: string) => field(page, `entries.0.runner.${name}`);
  await runner('birthDate').fill('1990-02-03');
  await runner('country').selectOption('KZ');
  await runner('sex').first().check();
  await runner('email').fill('aigerim@example.com');
  await runner('phone').fill('+7 701 234 56 78');
  await runner('emergencyContact.name').fill('Yerlan');
  await runner('emergencyContact.phone').fill('+7 701 234 56 79');
  await field(page, 'entries.0.project').first().check();
  await field(page, 'consents.rules').check();
  await field(page, 'consents.personalData').check();
  await expectAccessible(page);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(/\/c\/pay\//);
  await field(page, 'number').fill('4242 4242 4242 4242');
  await field(page, 'expiry').fill('12 / 40');
  await field(page, 'cvc').fill('123');
  await field(page, 'name').fill('Aigerim');
  await page.locator('button.main[type=submit]').click();
  await heading(page, en['order.state.paid']).waitFor();
  await page.goto(waiting);
  await heading(page, en['waiting.state.accepted']).waitFor();
  await expectAccessible(page);
  await context.close();
});
