import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import { eventView } from '../../shared/contracts/events.ts';
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';
import { pay, placeOrder } from '../support/buyer.ts';
import { almaty } from '../support/paid-order.ts';

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest(almaty);
});
afterAll(() => test.stop());

async function as(email: string, width: number) {
  const { page, context } = await test.page({ width, locale: 'en' });
  await page.goto(`${test.service.url}/console/events/${almaty.id}/call-off`);
  await page.getByRole('button', { name: en['console.signIn'] }).click();
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(test.service.staffPassword);
  await page.locator('button[type=submit]').click();
  await page.getByText(en['console.callOff.taken']).waitFor();
  return { page, context };
}

const button = (page: Page, name: keyof typeof en) =>
  page.getByRole('button', { name: en[name], exact: true });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function decide(page: Page, kind: 'cancelled' | 'postponed'): Promise<void> {
  await page.getByLabel(en['console.callOff.answerBy']).fill(inDays(14));
  if (kind === 'postponed') {
    await page.getByText(en['console.callOff.kind.postponed']).click();
    await page.getByText(en['console.callOff.unanswered.carryOver'], { exact: true }).click();
  }
  await page.getByLabel(en['console.callOff.note']).fill('Smog.');
  await expectAccessible(page);
  await button(page, 'console.callOff.show').click();
  await page.getByRole('heading', { name: en[`console.callOff.really.${kind}`] }).waitFor();
}

it('an event is postponed, then cancelled after all, only by who may and means it', async () => {
  const { distances } = eventView.parse(
    await (await fetch(`${test.service.url}/api/events/${almaty.id}`)).json(),
  );
  const { amount } = distances.find(({ id }) => id === 'half-marathon')?.price ?? {};
  if (amount === undefined) throw new Error('The sample has changed.');
  const token = await placeOrder(test.service, { event: almaty.id, distance: 'half-marathon', amount });
  await pay(test.service, token);

  const viewer = await as('viewer@startline.test', 1280);
  await viewer.page.getByText(en['console.callOff.adminsOnly']).waitFor();
  expect(await button(viewer.page, 'console.callOff.show').count()).toBe(0);
  await viewer.context.close();

  const { page, context } = await as('admin@startline.test', 390);
  await decide(page, 'postponed');
  await expectAccessible(page);
  const typed = page.getByLabel(`type: ${almaty.id}`);
  await typed.fill('almaty');
  await button(page, 'console.callOff.do.postponed').click();
  await page.getByText(en['console.callOff.notTheId']).waitFor();
  await expectAccessible(page);
  await typed.fill(almaty.id);
  await button(page, 'console.callOff.do.postponed').click();
  await page.getByRole('heading', { name: en['callOff.postponed'] }).waitFor();
  await page.getByText(en['console.callOff.phase.asking'], { exact: true }).waitFor();
  await page.getByText(en['console.callOff.needsNewDay']).waitFor();
  await expectAccessible(page);

  // Only one way is left from here.
  expect(await page.getByLabel(en['console.callOff.kind.postponed']).count()).toBe(0);
  await decide(page, 'cancelled');
  await page.getByLabel(`type: ${almaty.id}`).fill(almaty.id);
  await button(page, 'console.callOff.do.cancelled').click();
  await page.getByRole('heading', { name: en['callOff.cancelled'] }).waitFor();
  await page.getByText(en['console.callOff.nothingMore']).waitFor();
  await expectAccessible(page);
  await context.close();
});
