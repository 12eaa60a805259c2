// /docs as a person sees it: Debian's Chromium opens the explorer of a whole gateway. It loads from here alone and
// without a complaint, lists every operation of every document, answers a request that is tried out, and is readable in
// light and dark.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readBundle } from '../contract/openapi-documents.ts';
import { operationsOf } from '../support/fuzz-rest.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';

/** The documents of the gateway that speak of REST, as the page offers them. */
const shown = ['claw-messenger.openapi', 'clawbook.openapi', 'clawxmtp.openapi', 'simulator.openapi'] as const;
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
/** Where pictures of the page go; kept when a person named the place. */
const wished = process.env['DOCS_PICTURES'];

let browser: Browser;
let house: TestGateway;
let pictures = '';
let page: Page;
/** Everything the page complained of, or asked of anybody else. */
let complaints: string[] = [];

beforeAll(async () => {
  house = await openGateway();
  pictures = wished ?? (await mkdtemp(join(tmpdir(), 'clawgate-docs-')));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', ...quiet],
  });
});
afterAll(async () => {
  await browser.close();
  await house.end();
  if (wished === undefined) await rm(pictures, { recursive: true, force: true });
});
beforeEach(async () => {
  complaints = [];
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(house.url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
});
afterEach(async () => {
  await page.close();
});

const open = async (path = '/docs'): Promise<void> => {
  await page.goto(house.url + path);
  await page.locator('.opblock').first().waitFor();
};
const listed = async (): Promise<string[]> => {
  const blocks = await page.locator('.opblock').all();
  return Promise.all(
    blocks.map(async (block) => {
      const method = await block.locator('.opblock-summary-method').innerText();
      const path = await block.locator('.opblock-summary-path').getAttribute('data-path');
      return `${method} ${path}`;
    }),
  );
};
const documented = (...names: Parameters<typeof readBundle>[0][]): string[] =>
  names.flatMap((name) => operationsOf(readBundle(name)).map(({ method, path }) => `${method} ${path}`));

test('the explorer lists every operation of every document, and of each alone, without a complaint', async () => {
  await open();
  expect((await listed()).toSorted()).toEqual(documented(...shown).toSorted());
  const selector = page.locator('select#select');
  const choices = await selector.locator('option').allInnerTexts();
  expect(choices).toHaveLength(shown.length + 1);
  for (const [index, name] of shown.entries()) {
    await selector.selectOption({ index: index + 1 });
    await expect.poll(async () => (await listed()).toSorted()).toEqual(documented(name).toSorted());
  }
  expect(complaints).toEqual([]);
});

test('an operation can be read and tried out with a key', async () => {
  await open();
  await page.locator('.authorize').first().click();
  await page.locator('.auth-container input[type=text], .auth-container input[type=password]').first().fill(house.key);
  await page.locator('.auth-btn-wrapper .authorize').first().click();
  await page.locator('.btn-done').first().click();
  const block = page.locator('.opblock', { has: page.locator('[data-path="/api/routes"]') }).filter({ hasText: 'GET' });
  await block.locator('.opblock-summary-control').click();
  await block.locator('.try-out__btn').click();
  await block.getByRole('button', { name: 'Execute' }).click();
  await expect
    .poll(() => block.locator('.live-responses-table tbody .response-col_status').first().innerText())
    .toContain('200');
  await page.screenshot({ path: join(pictures, 'tried.png') });
  expect(complaints).toEqual([]);
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('text stands out from what is behind it', async () => {
    await page.emulateMedia({ colorScheme });
    await open();
    await page.screenshot({ path: join(pictures, `${colorScheme}.png`) });
    const post = page.locator('.opblock-post .opblock-summary-control').first();
    await post.click();
    await page.locator('.opblock-body').first().waitFor();
    await page.screenshot({ path: join(pictures, `${colorScheme}-open.png`) });
    const texts = [
      '.title',
      '.renderedMarkdown p',
      '.opblock-tag',
      '.opblock-summary-path',
      '.opblock-summary-description',
      'select#select',
    ];
    for (const text of texts) expect([text, await contrastOf(text)]).toEqual([text, expect.toSatisfy(isReadable)]);
    expect(complaints).toEqual([]);
  });
});

/** WCAG's least for text of this size. */
const isReadable = (contrast: number): boolean => contrast >= 4.5;

const contrastOf = (selector: string): Promise<number> =>
  page.evaluate(`(${contrast})(document.querySelector('${selector}'))`);

/** Runs in the page: the contrast of an element's text with the first background behind it that is not see-through. */
const contrast = `(element) => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (colour) => {
    const [red, green, blue] = [...rgba(colour)].map((value) =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  let behind = element;
  while (behind && rgba(getComputedStyle(behind).backgroundColor)[3] < 250) behind = behind.parentElement;
  const text = luminance(getComputedStyle(element).color);
  const ground = luminance(behind ? getComputedStyle(behind).backgroundColor : '#fff');
  return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
}`;
