// The console as people meet it: which pages there are, in which ways they are looked at, and what must hold of each.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Most bytes of HTML that a page may be (experience: pages stay quick over slow lines). */
export const HTML_BYTES_MAX = 100 * 1024;
const PAGES_MAX = 400;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Ways of looking at the console. At 200 % a window of 1280 x 800 shows 640 x 400 of the page. */
export const WAYS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'no script': { javaScriptEnabled: false },
  '200 % zoom': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  'high contrast': { forcedColors: 'active' },
};

export async function launch() {
  return chromium.launch({
    executablePath: process.env.PROVOST_CHROMIUM ?? CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
}

/** A person's window. What the page's own policy forbids, or its script fails at, is kept in `window.complaints`. */
export async function open(browser, way = {}, state = undefined) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    storageState: state,
    ...way,
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.complaints.push(`${message.type()}: ${message.text()}`);
  });
  return page;
}

/** Goes to a page as a person who types its address. */
export async function visit(page, address) {
  page.complaints.length = 0;
  const response = await page.goto(address, { waitUntil: 'load' });
  return { response, html: await response.text() };
}

/** Every page that links lead to from the start page, and links that lead nowhere. */
export async function pages(page, origin) {
  const found = new Map([['/', 'the start page']]);
  const broken = [];
  for (const path of found.keys()) {
    if (found.size > PAGES_MAX) break;
    const answer = await page.context().request.get(origin + path);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) {
      found.delete(path);
      continue;
    }
    if (answer.status() !== 200) {
      broken.push(`${path} answers ${answer.status()}; linked from ${found.get(path)}`);
      found.delete(path);
      continue;
    }
    for (const [, href] of (await answer.text()).matchAll(/<a\s[^>]*?href="([^"]+)"/g)) {
      const target = new URL(href.replaceAll('&amp;', '&'), origin + path);
      const next = target.pathname + target.search;
      if (target.origin === origin && !next.startsWith('/api/') && !found.has(next)) found.set(next, path);
    }
  }
  return { every: [...found.keys()], broken };
}

/** One page of each form: of all the devices, accounts and rules, the first. */
export function oneOfEach(paths) {
  const forms = new Map();
  for (const path of paths) {
    const { pathname, searchParams } = new URL(path, 'https://x');
    const parts = pathname.split('/');
    const form = parts.map((part, index) => (index > 1 ? '*' : part)).join('/') + '?' + [...searchParams.keys()].sort().join('&');
    if (!forms.has(form)) forms.set(form, path);
  }
  return [...forms.values()];
}

/** What axe finds, as lines to read. */
export async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target} ${node.failureSummary.replaceAll('\n', ' ')}`));
}

/** Elements that a keyboard must reach, in the order of the page. */
export const REACHABLE = 'a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select:not([disabled]), textarea:not([disabled]), summary';
