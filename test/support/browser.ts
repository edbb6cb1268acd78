import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { expect } from 'vitest';
import { anyPorts, type Service, startService } from '../../local/service.ts';
import { builtWeb } from '../../local/web.ts';
import { publishPromoCodes } from '../../shared/catalogue/promo-codes.ts';
import { publish } from '../../shared/catalogue/publish.ts';
import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import { realWorld } from '../../shared/platform/world.ts';
import { almaty, almatyCodes } from './paid-order.ts';

/** The whole service in memory, and a browser that looks at it. */
export interface BrowserTest {
  readonly service: Service;
  readonly browser: Browser;
  /** A page of a phone or a desktop, in a language. */
  page(options?: { width?: number; locale?: string }): Promise<{ page: Page; context: BrowserContext }>;
  stop(): Promise<void>;
}

const installed = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

// Not the package's own arguments: they are for Lambda, put all tabs into one process and turn web security off.
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--font-render-hinting=none'];

/** Chromium from its npm package; where that has none (it is for Linux), an installed Chrome. */
async function launch(): Promise<Browser> {
  if (process.platform === 'linux')
    return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true });
  const executablePath = installed.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error('The browser tests need Google Chrome; it was not found in its usual place.');
  return playwright.launch({ executablePath, headless: true });
}

/** Starts the service with an event (the sample one) and a browser. */
export async function openBrowserTest(event: CatalogueEvent = almaty): Promise<BrowserTest> {
  const directory = await mkdtemp(join(tmpdir(), 'startline-'));
  const service = await startService({
    ports: anyPorts,
    directory,
    inMemory: true,
    schedulesByHand: true,
    web: await builtWeb(),
    log: console,
  });
  await publish(service.db, realWorld, event);
  if (event.id === almaty.id) await publishPromoCodes(service.db, realWorld, event.id, almatyCodes);
  const browser = await launch();
  return {
    service,
    browser,
    page: async ({ width = 390, locale = 'ru' } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height: width < 600 ? 844 : 900 },
        locale,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      return { page, context };
    },
    stop: async () => {
      await browser.close();
      await service.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Nothing on the page stands in the way of people with disabilities, as far as axe can tell; and it fits its width. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => String(target)) })),
  ).toEqual([]);
  const overflow = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(overflow).toBe(0);
}
