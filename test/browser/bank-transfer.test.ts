import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import kk from '../../messages/kk.json' with { type: 'json' };
import ru from '../../messages/ru.json' with { type: 'json' };
import { orderView } from '../../shared/contracts/orders.ts';
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';
import { almaty } from '../support/paid-order.ts';
import { sampleEntry, sampleOrder } from '../support/sample.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

/** What a picture of a page is kept as, where somebody wants to see it. */
const pictures = process.env.STARTLINE_PICTURES;
async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

const distance = almaty.distances.find(({ id }) => id === '10-km');
const price = { amount: distance?.prices[0]?.amount ?? 0, currency: 'KZT' };

/** An order of three runners, as a company makes it. */
async function enterThree(): Promise<string> {
  const entries = [1, 2, 3].map((number) =>
    sampleEntry(number, { distance: '10-km', price, project: 'city-trees' }),
  );
  const answer = await fetch(`${test.service.url}/api/events/${almaty.id}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(sampleOrder(1, { entries })),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  return orderView.parse(await answer.json()).token;
}

it('a company gets an invoice for three runners, staff record its transfer, and the order is paid', async () => {
  const token = await enterThree();
  const { page, context } = await test.page({ width: 390, locale: 'ru' });
  const orderAddress = `${test.service.url}/ru/orders/${token}`;
  await page.goto(orderAddress);
  await page.getByText(ru['invoice.offer']).click();
  await picture(page, 'order-by-invoice');
  await page.getByRole('button', { name: ru['invoice.issue'] }).click();
  await page.getByText(ru['field.required']).first().waitFor();
  await page.getByLabel(ru['invoice.company']).fill('ТОО «Құлан»');
  await page.getByLabel(ru['invoice.businessId']).fill('270140000018');
  await page.getByRole('button', { name: ru['invoice.issue'] }).click();
  await page.getByText(ru['field.business_id_invalid']).waitFor();
  await expectAccessible(page);
  await page.getByLabel(ru['invoice.businessId']).fill('270140 000017');
  await page.getByRole('button', { name: ru['invoice.issue'] }).click();
  await page.waitForURL(/\/invoice$/);
  await page.getByText('KZ739990000000012345').waitFor();
  await expectAccessible(page);
  await picture(page, 'invoice-ru');
  const heading = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  const reference = heading.replace(/\D/g, '');
  expect(reference).toMatch(/^\d{10}$/);
  await page.goto(page.url().replace('/ru/', '/kk/'));
  await page.getByText(kk['invoice.print']).waitFor();
  await expectAccessible(page);
  await picture(page, 'invoice-kk');
  await page.goto(orderAddress);
  await page.getByRole('heading', { name: ru['invoice.waiting'] }).waitFor();
  await expectAccessible(page);
  await picture(page, 'order-waiting');

  const { page: console, context: office } = await test.page({ width: 1280, locale: 'en' });
  await console.goto(`${test.service.url}/console/bank-transfers`);
  await console.getByRole('button', { name: en['console.signIn'] }).click();
  await console.locator('input[type=email]').fill('finance@startline.test');
  await console.locator('input[type=password]').fill(test.service.staffPassword);
  await console.locator('button[type=submit]').click();
  await console.getByRole('heading', { name: en['transfers.title'], level: 1 }).waitFor();
  const record = async (line: string, amount: string): Promise<void> => {
    await console.getByLabel(en['transfers.line']).fill(line);
    await console.getByLabel(en['transfers.date'], { exact: true }).first().fill(today());
    await console.getByLabel(en['transfers.amount']).fill(amount);
    await console.getByLabel(en['transfers.payer']).fill('ТОО «Құлан»');
    await console.getByLabel(en['transfers.text']).fill(`Оплата по счёту ${reference}`);
    await console.getByRole('button', { name: en['transfers.save'], exact: true }).click();
  };
  const all = (price.amount * 3) / 100;
  await record('1', String(all - 1000));
  await console.getByRole('status').getByText('a part').waitFor();
  await record('2', '1500');
  await console.getByRole('status').getByText('too much').waitFor();
  await console.getByText(en['transfers.noSuspense']).waitFor();
  await expectAccessible(console);
  await picture(console, 'console-bank-transfers');

  await page.getByText(ru['order.paid.text']).waitFor({ timeout: 30_000 });
  // The bank's statement knows the day alone.
  expect(await page.getByText(/^Оплачено/).textContent()).toMatch(/20\d\d г\.$/);
  await office.close();
  await context.close();
}, 120_000);

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
