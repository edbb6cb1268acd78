import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import { catalogueEvent } from '../../shared/catalogue/schema.ts';
import { dayIn } from '../../shared/catalogue/time.ts';
import { eventView } from '../../shared/contracts/events.ts';
import { bookParts } from '../../shared/ledger/book.ts';
import { commit } from '../../shared/platform/database.ts';
import { realWorld } from '../../shared/platform/world.ts';
import { raiseMatter } from '../../shared/staff/matters.ts';
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';
import { pay, placeOrder } from '../support/buyer.ts';
import { almaty } from '../support/paid-order.ts';

const event = catalogueEvent.parse({
  ...almaty,
  distances: almaty.distances.map((distance) =>
    distance.id === '10-km'
      ? { ...distance, allocation: { ...distance.allocation, to: { chosenBy: 'later' } } }
      : distance,
  ),
});
const [project] = event.projects;
if (!project) throw new Error('The sample has changed.');

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest(event);
});
afterAll(() => test.stop());

async function open(page: Page, email: string, path: string): Promise<void> {
  await page.goto(`${test.service.url}/console${path}`);
  await page.getByRole('button', { name: en['console.signIn'] }).click();
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(test.service.staffPassword);
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

async function as(email: string, path: string, width = 1280) {
  const { page, context } = await test.page({ width, locale: 'en' });
  await open(page, email, path);
  return { page, context };
}

async function raiseOne(fact: string): Promise<void> {
  const raised = raiseMatter({
    kind: 'refund_failed',
    fact,
    raisedAt: realWorld.now().toISOString(),
    about: { event: event.id, order: 'ord_0123456789abcdefghjkmnpqrs', refund: 're_1' },
    amount: { amount: 2_000_000, currency: 'KZT' },
    detail: 'disputed',
  });
  await commit(test.service.db, realWorld, [raised]);
}

/** What orders of the 10 km gave to charity: for no project yet. */
async function credit(amount: number): Promise<void> {
  const now = realWorld.now().toISOString();
  const booking = bookParts({
    fact: `pi_${now} paid`,
    keyDay: now.slice(0, 10),
    event: event.id,
    currency: 'KZT',
    occurredAt: now,
    day: now.slice(0, 10),
    postings: [
      { account: 'stripe', amount },
      { account: 'charity:unassigned', amount: -amount, source: 'feeShare', distance: '10-km' },
    ],
    entries: {},
  });
  await commit(test.service.db, realWorld, booking);
}

/** What an entry to the half marathon costs now, in minor units. */
async function priceOfHalf(): Promise<number> {
  const { distances } = eventView.parse(
    await (await fetch(`${test.service.url}/api/events/${event.id}`)).json(),
  );
  const { amount } = distances.find(({ id }) => id === 'half-marathon')?.price ?? {};
  if (amount === undefined) throw new Error('The sample has changed.');
  return amount;
}

/** Refunds to it succeed, and are sent back. */
const closedCard = '4000000000005126';

const events = `/events/${event.id}`;
const button = (page: Page, name: keyof typeof en) =>
  page.getByRole('button', { name: en[name], exact: true });

describe('staff at work', () => {
  it.each([390, 1280])('settle a matter, at %i pixels', async (width) => {
    await raiseOne(`re_${width} failed`);
    const { page, context } = await as('finance@startline.test', '/matters', width);
    const title = en['matter.kind.refund_failed'];
    await page.getByRole('heading', { level: 2, name: title }).waitFor();
    await page.getByText(en['matter.detail.disputed']).waitFor();
    await expectAccessible(page);
    await page.getByLabel(en['console.note']).fill('Paid by bank transfer.');
    await button(page, 'console.settle').click();
    await page.getByText(en['console.settled'].replace('{kind}', title)).waitFor();
    await page.getByText(en['console.noMatters']).waitFor();
    await page.getByRole('link', { name: en['console.audit'] }).click();
    await page.getByText('Paid by bank transfer.').first().waitFor();
    await page.getByText(en['console.you'], { exact: true }).first().waitFor();
    await expectAccessible(page);
    await context.close();
  });

  it('assign and pay out by two persons', async () => {
    await credit(9_000_000);
    const dana = await as('finance@startline.test', `${events}/assignments`, 390);
    await vi.waitFor(async () => expect(await dana.page.getByRole('main').textContent()).toMatch(/90,000/), {
      timeout: 25_000,
    });
    await dana.page.getByLabel(`Parts for ${project.name.en}`).fill('1');
    await dana.page.getByLabel(en['console.reason']).fill('The board decided.');
    await expectAccessible(dana.page);
    await button(dana.page, 'console.propose').click();
    await dana.page.getByText(en['console.ownProposal']).waitFor();
    expect(await button(dana.page, 'console.approve').count()).toBe(0);
    await expectAccessible(dana.page);

    const saule = await as('admin@startline.test', `${events}/assignments`);
    await button(saule.page, 'console.approve').click();
    await expectAccessible(saule.page);
    await button(saule.page, 'console.yes').click();
    await saule.page.getByText(en['proposal.approved'], { exact: true }).waitFor();

    await dana.page.goto(`${test.service.url}/console${events}/payouts`);
    await vi.waitFor(async () => expect(await dana.page.getByRole('table').textContent()).toMatch(/90,000/), {
      timeout: 25_000,
    });
    await dana.page.getByLabel(en['totals.project']).selectOption(project.id);
    await dana.page.getByLabel(en['console.amount']).fill('60 000');
    await dana.page.getByLabel(en['console.reference']).fill('Agreement 7');
    await button(dana.page, 'console.propose').click();
    await dana.page.getByText(en['console.ownProposal']).waitFor();
    await expectAccessible(dana.page);

    await saule.page.getByRole('link', { name: en['console.payouts'] }).click();
    await button(saule.page, 'console.approve').click();
    await button(saule.page, 'console.yes').click();
    await button(saule.page, 'console.recordPaid').waitFor();
    await expectAccessible(saule.page);
    await button(saule.page, 'console.recordPaid').click();
    await saule.page.getByText(en['proposal.paid'], { exact: true }).waitFor();

    await saule.page.getByRole('link', { name: `${en['console.statement']}: ${project.name.en}` }).click();
    await vi.waitFor(
      async () => expect(await saule.page.getByRole('table').textContent()).toMatch(/30,000/),
      { timeout: 35_000 },
    );
    await expectAccessible(saule.page);
    await dana.context.close();
    await saule.context.close();
  });

  it('find an order, see what a refund takes, and give it back', async () => {
    const amount = await priceOfHalf();
    const token = await placeOrder(test.service, { event: event.id, distance: 'half-marathon', amount });
    await pay(test.service, token);
    const { page, context } = await as('finance@startline.test', '/orders', 390);
    await expectAccessible(page);
    await page.getByLabel(en['console.orderId']).fill(token.split('.')[0] ?? '');
    await button(page, 'console.find').click();
    await page.getByText(en['console.state.paid'], { exact: true }).first().waitFor();
    await page.getByLabel(en['console.why']).fill('The runner is ill.');
    await expectAccessible(page);
    await button(page, 'console.preview').click();
    await page.getByText(en['account.entry-fees'], { exact: true }).waitFor();
    await page.getByText('Charity: city-trees').waitFor();
    await expectAccessible(page);
    await button(page, 'console.reallyGiveBack').click();
    await page.getByText('The runner is ill.').waitFor();
    await page.getByText(en['console.due.due']).waitFor();
    await expectAccessible(page);
    await test.service.run('housekeeping');
    await test.service.stripe?.settle();
    await page.reload();
    await page.getByRole('list').getByText(en['console.story.refund.succeeded'], { exact: true }).waitFor();
    expect(await button(page, 'console.preview').count()).toBe(0);
    await context.close();
  });

  it('record that a refund to a closed card was paid by bank', async () => {
    const token = await placeOrder(test.service, {
      event: event.id,
      distance: 'half-marathon',
      amount: await priceOfHalf(),
    });
    await pay(test.service, token, closedCard);
    const { page, context } = await as('finance@startline.test', `/orders/${token.split('.')[0]}`, 390);
    await page.getByLabel(en['console.why']).fill('The runner is ill.');
    await button(page, 'console.preview').click();
    await button(page, 'console.reallyGiveBack').click();
    await page.getByText(en['console.due.due']).waitFor();
    await test.service.run('housekeeping');
    await test.service.stripe?.settle();
    await page.reload();
    await page.getByText(en['console.due.failed']).waitFor();
    await page.locator('summary').click();
    await expectAccessible(page);
    const send = page.locator('details[open]').getByRole('button');
    await page.getByLabel(en['transfers.sentReference']).fill('0042');
    await page.getByLabel(en['transfers.date']).fill('2099-01-01');
    await send.click();
    await page.locator('.field-error').waitFor();
    await page.getByLabel(en['transfers.date']).fill(dayIn(event.zone, realWorld.now()));
    await send.click();
    await page.getByRole('list').getByText(en['console.story.refund.byBank'], { exact: true }).waitFor();
    await page.getByText('0042').waitFor();
    expect(await page.getByText(en['console.due.failed']).count()).toBe(0);
    await expectAccessible(page);
    await page.goto(`${test.service.url}/en/orders/${token}`);
    await page.getByText(en['order.refunded.byBank']).waitFor();
    await context.close();
  });

  it('who only may look are told so when they try', async () => {
    await raiseOne('re_viewer failed');
    const { page, context } = await as('viewer@startline.test', '/matters');
    await page.getByLabel(en['console.note']).fill('Done.');
    await button(page, 'console.settle').click();
    await page.getByText(en['problem.role_missing']).waitFor();
    await context.close();
  });
});
