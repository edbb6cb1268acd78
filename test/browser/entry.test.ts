import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import kk from '../../messages/kk.json' with { type: 'json' };
import ru from '../../messages/ru.json' with { type: 'json' };
import { type BrowserTest, expectAccessible, openBrowserTest } from '../support/browser.ts';

const messages = { en, kk, ru };
type Locale = keyof typeof messages;

let test: BrowserTest;
beforeAll(async () => {
  test = await openBrowserTest();
});
afterAll(() => test.stop());

const event = 'almaty-marathon-2027';
const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);

/** Opens the form of the 10 km from the event's page and fills it in. */
async function fillIn(
  page: Page,
  locale: Locale,
  person: { givenName: string; email: string },
): Promise<void> {
  await page.goto(`${test.service.url}/${locale}/events/${event}`);
  await page.locator(`a[href="/${locale}/events/${event}/enter/10-km"]`).click();
  const runner = (name: string) => field(page, `entries.0.runner.${name}`);
  await runner('givenName').fill(person.givenName);
  await runner('familyName').fill('Нұрланқызы');
  await runner('birthDate').fill('1993-05-17');
  await runner('country').selectOption('KZ');
  await runner('sex').first().check();
  await runner('email').fill(person.email);
  await runner('phone').fill('+7 701 234 56 78');
  await runner('emergencyContact.name').fill('Ерлан');
  await runner('emergencyContact.phone').fill('+7 701 234 56 79');
  await field(page, 'entries.0.project').nth(1).check();
  await field(page, 'consents.rules').check();
  await field(page, 'consents.personalData').check();
}

async function send(page: Page): Promise<void> {
  await page.locator('form button[type=submit]').click();
}

async function payWith(page: Page, card: string): Promise<void> {
  await page.waitForURL(/\/c\/pay\//);
  await field(page, 'number').fill(card);
  await field(page, 'expiry').fill('12 / 40');
  await field(page, 'cvc').fill('123');
  await field(page, 'name').fill('Aliya');
  await page.locator('button.main[type=submit]').click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

async function mailsTo(address: string): Promise<number> {
  const mails = await test.service.outbox.messages();
  return mails.filter((mail) => JSON.stringify(mail.to).includes(address)).length;
}

describe('a runner', () => {
  it.each(['kk', 'ru', 'en'] as const)('enters the 10 km and pays, in %s on a phone', async (locale) => {
    const t = messages[locale];
    const { page, context } = await test.page({ width: 390, locale });
    await fillIn(page, locale, { givenName: `Әлия ${locale}`, email: `aliya-${locale}@example.com` });
    await expectAccessible(page);
    expect(await page.locator('main').textContent()).toMatch(/2[\s,\u00a0]500/);
    await send(page);
    await payWith(page, '4242 4242 4242 4242');
    await page.waitForURL(new RegExp(`/${locale}/orders/`));
    await heading(page, t['order.state.paid']).waitFor();
    await expectAccessible(page);
    const text = await page.locator('main').textContent();
    expect(text).toContain(`Әлия ${locale} Нұрланқызы`);
    expect(text).toContain(t['order.bib']);
    expect(text).toMatch(/2[\s,\u00a0]500/);
    expect(await page.getByRole('img', { name: new RegExp(`Әлия ${locale}`) }).count()).toBe(1);
    const calendar = await page.getByRole('link', { name: t['order.paid.calendar'] }).getAttribute('href');
    expect(await (await fetch(new URL(calendar ?? '', test.service.url))).text()).toContain(
      'BEGIN:VCALENDAR',
    );
    await vi.waitFor(async () => expect(await mailsTo(`aliya-${locale}@example.com`)).toBe(1), {
      timeout: 10_000,
    });
    await context.close();
  });

  it('is told of a declined card on the payment page, and pays with another', async () => {
    const { page, context } = await test.page({ width: 1280, locale: 'en' });
    await fillIn(page, 'en', { givenName: 'Second Try', email: 'second@example.com' });
    await send(page);
    await payWith(page, '4000 0000 0000 0002');
    await page
      .getByText(/declined/i)
      .first()
      .waitFor();
    await payWith(page, '4242 4242 4242 4242');
    await heading(page, en['order.state.paid']).waitFor();
    await context.close();
  });

  it('who leaves the payment page can still pay, until the page runs out and the place is free again', async () => {
    const { page, context } = await test.page({ width: 390, locale: 'ru' });
    await fillIn(page, 'ru', { givenName: 'Передумала', email: 'left@example.com' });
    await send(page);
    await page.waitForURL(/\/c\/pay\//);
    const session = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.locator('a[href*="cancelled=1"]').click();
    await page.getByText(ru['order.held.cancelled']).waitFor();
    await expectAccessible(page);
    test.service.stripe?.expire(session);
    await heading(page, ru['order.state.expired']).waitFor();
    await expectAccessible(page);
    await context.close();
  });

  it('sees beside each field what is wrong, and nothing is booked', async () => {
    const { page, context } = await test.page({ width: 390, locale: 'kk' });
    await fillIn(page, 'kk', { givenName: 'Бала', email: 'child@example.com' });
    await field(page, 'entries.0.runner.birthDate').fill('2015-01-01');
    await field(page, 'entries.0.runner.guardian.name').fill('Ерлан');
    await field(page, 'entries.0.runner.guardian.phone').fill('+7 701 234 56 79');
    await field(page, 'entries.0.runner.guardian.consent').check();
    await send(page);
    await page.locator('[name="entries.0.runner.birthDate"][aria-invalid="true"]').waitFor();
    await expectAccessible(page);
    expect(page.url()).toContain('/enter/10-km');
    await context.close();
  });

  it('who types before the script is there sends nothing yet and loses nothing, nor an older draft', async () => {
    const { page, context } = await test.page({ width: 390, locale: 'ru' });
    await fillIn(page, 'ru', { givenName: 'Черновик', email: 'slow-line@example.com' });
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route(/\/assets\/.*\.js$/, async (route) => {
      await arrived;
      await route.continue();
    });
    await page.reload({ waitUntil: 'commit' });
    const runner = (name: string) => field(page, `entries.0.runner.${name}`);
    await runner('givenName').fill('Айсұлу');
    await runner('country').selectOption('KG');
    await runner('sex').nth(1).check();
    await field(page, 'entries.0.project').nth(2).check();
    await field(page, 'consents.rules').check();
    await runner('familyName').pressSequentially('Сағ');
    expect(await runner('phone').inputValue()).toBe('');
    await send(page);
    expect(new URL(page.url()).search).toBe('');
    await runner('familyName').focus();
    arrive();
    // The draft of before is there: so is the script.
    await expect.poll(() => runner('phone').inputValue(), { timeout: 10_000 }).toBe('+7 701 234 56 78');
    await runner('familyName').pressSequentially('ынова');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await send(page);
    expect((await sent).postDataJSON().entries[0]).toMatchObject({
      project: await field(page, 'entries.0.project').nth(2).inputValue(),
      consents: { rules: true, personalData: true },
      runner: {
        givenName: 'Айсұлу',
        familyName: 'Сағынова',
        country: 'KG',
        sex: await runner('sex').nth(1).inputValue(),
        birthDate: '1993-05-17',
      },
    });
    await page.waitForURL(/\/c\/pay\//);
    await context.close();
  });

  it('can read every page without a script', async () => {
    const context = await test.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${test.service.url}/en/events/${event}`);
    expect(await page.locator('main').textContent()).toContain('10 km');
    await page.goto(`${test.service.url}/en/events/${event}/enter/10-km`);
    expect(await page.locator('main').textContent()).toContain(en['entry.noscript']);
    await context.close();
  });
});

describe('a donor', () => {
  it('gives to a project, and the public totals show it', async () => {
    const { page, context } = await test.page({ width: 390, locale: 'kk' });
    await page.goto(`${test.service.url}/kk/events/${event}/donate`);
    await field(page, 'donations.0.project').first().check();
    await field(page, 'own-amount').fill('7777');
    await field(page, 'donations.0.name').fill('Апа');
    await field(page, 'contact.email').fill('apa@example.com');
    await expectAccessible(page);
    await send(page);
    await payWith(page, '4242 4242 4242 4242');
    await heading(page, kk['order.state.paidDonation']).waitFor();
    await expectAccessible(page);
    await vi.waitFor(
      async () => {
        await page.goto(`${test.service.url}/kk/events/${event}/totals`);
        expect(await page.locator('main').textContent()).toMatch(/7[\s\u00a0]777/);
      },
      { timeout: 10_000 },
    );
    await expectAccessible(page);
    await context.close();
  });
});
