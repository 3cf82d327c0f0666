// Every page of the console in every way of looking at it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { HTML_BYTES_MAX, REACHABLE, WAYS, launch, oneOfEach, open, pages, violations, visit } from './console.mjs';
import { PICTURES, file, take } from './screenshots.mjs';
import { Site, eventually } from './site.mjs';

/** Pages that must be among those which links lead to. */
const EXPECTED = ['/', '/devices', '/clients', '/accounts', '/accounts/add', '/accounts/kinds', '/resolve', '/uses', '/groups', '/messages', '/ledger', '/alerts', '/alerts/rules', '/mail', '/trusts', '/proxies', '/security', '/discovery', '/forests', '/boundaries', '/users', '/user-groups'];

let site, browser, state, every, forms, broken;

before(async () => {
  [site, browser] = await Promise.all([Site.up(), launch()]);
  const page = await open(browser);
  assert.equal((await visit(page, site.welcome)).response.status(), 200);
  // Opening the link uses nothing up, so that a mail scanner or a preview cannot: the person presses the button.
  await page.getByRole('button').first().click();
  await page.waitForURL((url) => !url.pathname.startsWith('/welcome/'), { timeout: 10_000 });
  state = await page.context().storageState();
  // Accounts give pages that a site without them has not.
  await site.asks('account', 'add', 'provost-lab@corp.example.test', '--for', 'smtp-server-connection', '--password-file', site.passwordFile());
  await site.asks('account', 'add', 'svc-proxy', '--for', 'software-update-point-proxy', '--on', 'cm02', '--password-file', site.passwordFile());
  await visit(page, site.origin + '/');
  ({ every, broken } = await pages(page, site.origin));
  forms = [...new Set([...oneOfEach(every), ...EXPECTED])];
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

test('the sign-in link works once, and its cookie is out of reach', async () => {
  assert.ok(state.cookies.some((cookie) => cookie.httpOnly), 'a session is kept in a cookie that no script reads');
  for (const cookie of state.cookies) assert.ok(cookie.secure && cookie.sameSite === 'Strict', JSON.stringify({ ...cookie, value: '' }));
  const page = await open(browser);
  await visit(page, site.welcome);
  if (await page.getByRole('button').count()) await page.getByRole('button').first().click();
  await page.waitForLoadState();
  const answer = await page.context().request.get(site.origin + '/devices', { maxRedirects: 0 });
  assert.notEqual(answer.status(), 200, 'a used link signs nobody in');
  await page.context().close();
});

test('nobody sees a page without signing in', async () => {
  const page = await open(browser);
  for (const path of EXPECTED) {
    const answer = await page.context().request.get(site.origin + path, { maxRedirects: 0 });
    assert.notEqual(answer.status(), 200, path);
  }
  await page.context().close();
});

test('a page that fits the window does not scroll', async () => {
  const page = await open(browser);
  await visit(page, site.origin + '/sign-in');
  const [height, window] = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
  assert.equal(height, window);
  await page.context().close();
});

test('this machine is a device with what is really on it', async () => {
  const page = await open(browser, {}, state);
  const { name } = (await site.asks('device', 'list')).items[0];
  await eventually(async () => {
    await visit(page, `${site.origin}/devices`);
    await page.getByRole('link', { name, exact: true }).first().click();
    return (await page.locator('body').innerText()).includes('Linux');
  }, () => 'the device page does not tell the operating system');
  await page.context().close();
});

test('links lead to every page and no link is broken', async () => {
  const page = await open(browser, {}, state);
  assert.deepEqual(broken, []);
  for (const path of EXPECTED) assert.ok(every.includes(path), `no link leads to ${path}: ${every.join(' ')}`);
  console.log(`${every.length} pages, ${forms.length} of a form of their own`);
  const titles = new Map();
  for (const path of forms) {
    await visit(page, site.origin + path);
    const title = await page.title();
    // A state beside the heading changes; the title does not follow it.
    const heading = await page.locator('h1').evaluateAll((all) => all.map((h1) => { const own = h1.cloneNode(true); own.querySelectorAll('.state').forEach((state) => state.remove()); return own.textContent.replace(/\s+/g, ' '); }));
    assert.equal(heading.length, 1, `${path} has ${heading.length} first headings`);
    const [named, said] = [title.split(' · ')[0].toLowerCase(), heading[0].trim().toLowerCase()];
    assert.ok(named.includes(said.slice(0, 20)) || said.startsWith(named), `${path}: title "${title}" does not tell its heading "${heading[0]}"`);
    const { pathname } = new URL(path, site.origin);
    assert.ok(!titles.has(title) || titles.get(title) === pathname, `${path} and ${titles.get(title)} have the same title`);
    titles.set(title, pathname);
  }
  await page.context().close();
});

for (const [name, way] of Object.entries(WAYS)) {
  test(`every page: ${name}`, async (t) => {
    const page = await open(browser, way, state);
    for (const path of forms) {
      await t.test(path, async () => {
        const { response, html } = await visit(page, site.origin + path);
        assert.equal(response.status(), 200);
        assert.ok(Buffer.byteLength(html) <= HTML_BYTES_MAX, `${Buffer.byteLength(html)} bytes of HTML`);
        assert.deepEqual(page.complaints, [], 'the browser complains');
        if (way.javaScriptEnabled === false) return;
        assert.deepEqual(await violations(page), []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
      });
    }
    await page.context().close();
  });
}

test('the themes differ and follow the system', async () => {
  const seen = [];
  for (const way of [WAYS.light, WAYS.dark]) {
    const page = await open(browser, way, state);
    await visit(page, site.origin + '/');
    seen.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await page.context().close();
  }
  const [light, dark] = seen.map((colour) => colour.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
  assert.ok(light > 600 && dark < 200, `light ${seen[0]}, dark ${seen[1]}`);
});

test('every page: keyboard only', async (t) => {
  const page = await open(browser, {}, state);
  for (const path of forms) {
    await t.test(path, async () => {
      await visit(page, site.origin + path);
      const wanted = await page.evaluate((selector) => {
        // Of radio buttons of one name, the chosen one is reached, and arrow keys lead to the others.
        const other = (element) => element.type === 'radio' && !element.checked && document.querySelector(`input[type=radio][name="${element.name}"]:checked`);
        const seen = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && !element.closest('[inert]') && !other(element);
        return [...document.querySelectorAll(selector)].filter((element) => seen(element) && element.tabIndex >= 0).slice(0, 60).map((element, index) => {
          element.dataset.order = index;
          return element.outerHTML.slice(0, 120);
        });
      }, REACHABLE);
      const reached = [];
      // Areas that scroll take a key of their own.
      for (let step = 0; reached.length < wanted.length && step < 2 * wanted.length + 20; step++) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
          const element = document.activeElement;
          const style = getComputedStyle(element);
          const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
          return { order: element.dataset?.order, marked, html: element.outerHTML.slice(0, 120) };
        });
        if (focused.order === undefined) continue;
        reached.push(Number(focused.order));
        assert.ok(focused.marked, `nothing shows that this has the focus: ${focused.html}`);
      }
      const missed = wanted.filter((_, index) => !reached.includes(index));
      assert.deepEqual(missed, [], 'the keyboard does not reach');
    });
  }
  await page.context().close();
});

test('the first key leads past the navigation', async () => {
  const page = await open(browser, {}, state);
  await visit(page, site.origin + '/devices');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const inside = await page.evaluate(() => location.hash !== '' && document.querySelector(location.hash)?.matches('main, main *'));
  assert.ok(inside, 'the first link of a page skips to its content');
  await page.context().close();
});

for (const theme of ['light', 'dark']) {
  test(`the pictures in docs/images: ${theme}`, async () => {
    const page = await open(browser, WAYS[theme], state);
    const { name, resource_id } = (await site.asks('device', 'list')).items[0];
    for (const [picture, path] of Object.entries(PICTURES)) {
      const address = site.origin + (typeof path === 'function' ? path(resource_id ?? name) : path);
      if (process.env.PROVOST_UPDATE_SCREENSHOTS) await take(page, address, file(picture, theme));
      else assert.equal((await visit(page, address)).response.status(), 200);
      assert.ok(existsSync(file(picture, theme)), `docs/images lacks ${picture}-${theme}.png: ./test --update-screenshots makes it`);
    }
    await page.context().close();
  });
}

test('a person approves a client with a form, without script', async () => {
  const client = await site.unapprovedClient();
  const page = await open(browser, WAYS['no script'], state);
  await visit(page, `${site.origin}/clients/waiting`);
  await page.getByRole('link', { name: /^approve/i }).first().click();
  // What the act means is said before it is done.
  assert.ok((await page.locator('main').innerText()).includes(client.smsid), 'the page tells which client');
  await page.locator('main').getByRole('button', { name: /^approve/i }).click();
  await page.waitForLoadState();
  const approved = async () => (await site.asks('client', 'show', client.smsid)).approval === 'approved';
  await eventually(approved, () => 'the client is not approved', 10_000);
  const entries = (await site.asks('ledger', 'list', '--limit', '50')).items;
  assert.ok(entries.some((entry) => JSON.stringify(entry).includes(client.smsid)), 'the ledger tells who approved it');
  await page.context().close();
});

test('a person binds an account with a form, without script, and a refusal keeps what was typed', async () => {
  const page = await open(browser, WAYS['no script'], state);
  await visit(page, `${site.origin}/accounts`);
  await page.getByRole('link', { name: 'Bind an account' }).first().click();
  await page.getByRole('link', { name: 'Active Directory User Discovery Account', exact: true }).click();
  await page.getByLabel('Location').fill('OU=Staff,DC=corp,DC=example,DC=test');
  await page.getByLabel('Who').fill('svc-users');
  await page.getByLabel('Password').fill('a password of a test %1');
  await page.getByRole('button', { name: 'Bind it' }).click();
  const refusal = page.locator('#name-refusal');
  assert.ok((await refusal.innerText()).includes('PV2002'), 'the reason stands beside the name');
  assert.equal(await page.getByLabel('Location').inputValue(), 'OU=Staff,DC=corp,DC=example,DC=test');
  assert.equal(await page.getByLabel('Who').inputValue(), 'svc-users');
  assert.equal(await page.getByLabel('Password').inputValue(), '', 'a password is never given back');
  assert.ok(!(await page.content()).includes('a password of a test'));
  await page.getByLabel('Who').fill('corp.example.test\\svc-users');
  await page.getByLabel('Password').fill('a password of a test %1');
  await page.getByRole('button', { name: 'Bind it' }).click();
  await page.waitForURL(/\/bindings\/\d+/);
  assert.ok((await page.locator('h1').innerText()).includes('not proved'), 'what is not proved says so');
  const bound = (await site.asks('account', 'list')).items.find((one) => one.name === 'corp.example.test\\svc-users');
  assert.equal(bound.secret.version, 1);
  // It goes as it came: after a question that names it.
  await page.getByRole('link', { name: 'Remove', exact: true }).click();
  assert.ok((await page.locator('h1').innerText()).includes('svc-users'));
  await page.getByRole('button', { name: 'Remove this account' }).click();
  await page.waitForURL(/\/accounts/);
  assert.ok(!(await site.asks('account', 'list')).items.some((one) => one.name.includes('svc-users')));
  await page.context().close();
});

test('a check that was asked for is told of when it is done, without a click', async () => {
  const page = await open(browser, {}, state);
  const { binding_id } = (await site.asks('account', 'list')).items.find((one) => one.name === 'svc-proxy');
  await visit(page, `${site.origin}/bindings/${binding_id}`);
  await page.getByRole('button', { name: 'Check it now' }).click();
  await page.locator('.notice', { hasText: /^\s*(checked|not checked)/ }).waitFor({ timeout: 30_000 });
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('signing out ends the session', async () => {
  const page = await open(browser, WAYS['no script'], state);
  await visit(page, site.origin + '/');
  const menu = page.locator('details').filter({ has: page.locator('form[action="/sign-out"]') });
  if (await menu.count()) await menu.locator('summary').click();
  await page.getByRole('button', { name: /sign out/i }).first().click();
  await page.waitForLoadState();
  const kept = await open(browser, {}, state);
  const answer = await kept.context().request.get(site.origin + '/devices', { maxRedirects: 0 });
  assert.notEqual(answer.status(), 200, 'the cookie of an ended session opens nothing');
  await Promise.all([page.context().close(), kept.context().close()]);
});
