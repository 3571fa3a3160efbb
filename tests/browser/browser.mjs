// What an agent, a newcomer and a developer do in the browser: the first page, Swagger UI, the pages of errors.
// Usage: browser.mjs <address of the demonstration> <folder for screenshots>
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [api, folder] = process.argv.slice(2);
const PASSWORD = "utopia-sunrise-42";
const CLIENT = ["01920000-0000-7000-8000-000000000501", "cps_utopia-booking-tool-demonstration-sunrise-42"];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});

/** Runs one story in a browser of its own: nothing may be wrong on its console, and nobody else may be asked. */
async function story(name, options, steps) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  // As slow as a busy machine may be; a good run waits for nothing.
  page.setDefaultTimeout(60_000);
  const wrong = [];
  const expected = [];
  page.on("console", (it) => {
    // Swagger UI warns of every `_` in a deep link, and our operations are named so.
    if (it.type() !== "error") return;
    // The browser notes every answer of 4xx by itself.
    const at = expected.findIndex((status) => it.text().includes(`status of ${status} `));
    if (at >= 0) expected.splice(at, 1);
    else wrong.push(it.text());
  });
  page.on("pageerror", (it) => wrong.push(`error: ${it}`));
  page.on("request", (it) => {
    const url = new URL(it.url());
    if (url.origin !== api && !["data:", "blob:"].includes(url.protocol)) wrong.push(`asks ${url.origin}`);
  });
  const tools = {
    page,
    /** A failure that the story means to see. */
    expect: (status) => expected.push(status),
    shot: (file, of = page) => of.screenshot({ path: `${folder}/${file}.png` }),
  };
  try {
    await steps(tools);
  } catch (error) {
    await tools.shot(`failed-${name}`);
    throw new Error(`${name}: ${error.message}\n${wrong.join("\n")}`, { cause: error });
  }
  assert.deepEqual(wrong, [], `${name}: on the console`);
  assert.deepEqual(expected, [], `${name}: answers that did not come`);
  await context.close();
  console.log(`ok: ${name}`);
}

/** Nothing is cut off to the right: one scrolls in one direction only (WCAG 2.2, 1.4.10). */
async function fits(page) {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= window, `${page.url()} is ${content} wide in ${window}`);
}

async function openDocs(page, hash = "") {
  await page.goto(`${api}/docs/${hash}`);
  await page.waitForSelector(".opblock");
}

/** The operation, opened. */
async function operation(page, id) {
  const block = page.locator(`.opblock[id$="-${id}"]`);
  if (!(await block.evaluate((it) => it.classList.contains("is-open")))) {
    await block.locator(".opblock-summary-control").click();
  }
  return block;
}

/** Presses Execute; the status and the body of the answer. */
async function execute(block) {
  const live = block.locator(".live-responses-table");
  // The answer of before stays until the new one is there, and would be taken for it.
  if (await live.count()) {
    await block.locator(".btn-clear").click();
    await live.waitFor({ state: "detached" });
  }
  await block.locator(".btn.execute").click();
  await live.locator(".response-col_status").last().waitFor();
  const status = (await live.locator("tbody .response-col_status").first().innerText()).trim().split(/\s/)[0];
  return { status: Number(status), text: await live.locator("tbody .response-col_description").first().innerText() };
}

async function signIn(page) {
  const login = await operation(page, "login_user");
  const body = login.locator("textarea.body-param__text");
  await body.fill(JSON.stringify({ email: "admin@utopia-travel.example", password: PASSWORD }));
  const answer = await execute(login);
  assert.equal(answer.status, 200);
}

await story("first page", {}, async ({ page, shot }) => {
  await page.goto(`${api}/`);
  assert.equal(await page.title(), "Customer Profile API");
  await fits(page);
  await shot("first-page");
  // With the keyboard alone: the first link is the way to work.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".opblock");
  assert.equal(new URL(page.url()).pathname, "/docs/");
});

await story("errors", {}, async ({ page, shot }) => {
  await page.goto(`${api}/problems`);
  await shot("errors");
  await page.click("text=passport_exists");
  await page.waitForSelector("dl");
  assert.match(await page.innerText("main"), /POST \/v1\/passports\/search/);
  await shot("error");
  // The operations that answer it are one click away.
  await page.click("text=PATCH /v1/passports/{id}");
  await page.locator('.opblock[id$="-update_passport"] .opblock-body').waitFor();
});

await story("sign in through Authorize", {}, async ({ page, shot }) => {
  await openDocs(page);
  await page.click(".btn.authorize");
  await page.fill("#client_id_clientCredentials", CLIENT[0]);
  await page.fill("#client_secret_clientCredentials", CLIENT[1]);
  // The example narrows the list of users by group and programme, which are read then.
  for (const scope of ["users:read", "passports:read", "groups:read", "loyalties:read"]) {
    await page.click(`label[for="${scope}-clientCredentials-checkbox-oauth2"]`);
  }
  await shot("authorize");
  await page.locator(".modal-ux .auth-container").first().locator("button.authorize").click();
  await page.locator(".modal-ux button:has-text('Logout')").first().waitFor();
  await page.locator(".modal-ux .close-modal").click();
  const users = await execute(await operation(page, "list_users"));
  assert.equal(users.status, 200);
  assert.match(users.text, /Eriksson/);
  const passports = await execute(await operation(page, "list_passports"));
  assert.equal(passports.status, 200);
  assert.match(passports.text, /••••/, "numbers are masked");
  // What was authorized is kept when the page is loaded anew.
  await page.reload();
  await page.waitForSelector(".opblock");
  assert.equal((await execute(await operation(page, "list_users"))).status, 200);
});

await story("work as the example says", {}, async ({ page, shot, expect }) => {
  await openDocs(page);
  await signIn(page);
  const create = await operation(page, "create_user");
  const added = await execute(create);
  assert.equal(added.status, 201, added.text);
  await create.locator("textarea.body-param__text").scrollIntoViewIfNeeded();
  await shot("create");
  await create.locator(".live-responses-table").scrollIntoViewIfNeeded();
  await shot("created");
  // The same a second time: the e-mail address is taken, and the answer says what to do.
  expect(409);
  const again = await execute(create);
  assert.equal(again.status, 409);
  assert.match(again.text, /email_taken/);
  // A wrong field is named.
  expect(422);
  await create.locator("textarea.body-param__text").fill('{"first_name": "", "date_of_birth": "1991-02-30"}');
  const wrong = await execute(create);
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /\/date_of_birth/);
  assert.match(wrong.text, /\/first_name/);
  await create.locator(".live-responses-table").scrollIntoViewIfNeeded();
  await shot("unprocessable");
  const profile = await execute(await operation(page, "get_user_profile"));
  assert.equal(profile.status, 200, profile.text);
  const reveal = await execute(await operation(page, "reveal_passport"));
  assert.equal(reveal.status, 200, reveal.text);
});

await story("deep link", {}, async ({ page }) => {
  await openDocs(page, "#/passports/parse_mrz");
  const block = page.locator('.opblock[id$="-parse_mrz"]');
  await block.locator(".opblock-body").waitFor();
  const top = await block.evaluate((it) => it.getBoundingClientRect().top);
  assert.ok(Math.abs(top) < 900, `the operation is at ${top}`);
  // What is opened can be linked to, and the head leads back.
  await operation(page, "search_passports");
  await page.waitForURL(/#\/passports\/search_passports$/);
  await page.click("text=Start");
  await page.waitForSelector("text=Work in the browser");
});

await story("dark", { colorScheme: "dark" }, async ({ page, shot }) => {
  await openDocs(page);
  const [text, ground] = await page.evaluate(() => [
    getComputedStyle(document.querySelector(".info .title")).color,
    getComputedStyle(document.body).backgroundColor,
  ]);
  const light = (color) => Math.max(...color.match(/\d+/g).slice(0, 3).map(Number));
  assert.ok(light(text) > 200 && light(ground) < 60, `${text} on ${ground}`);
  await shot("dark");
});

// 200 % of a window of 1280 by 900.
await story("200 percent", { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, async ({ page, shot }) => {
  for (const path of ["/", "/problems", "/problems/restricted", "/account/reset"]) {
    await page.goto(`${api}${path}`);
    await fits(page);
  }
  await openDocs(page);
  await fits(page);
  await shot("zoomed");
  // And while something is done.
  await signIn(page);
  const create = await operation(page, "create_group");
  await create.scrollIntoViewIfNeeded();
  await fits(page);
  await shot("zoomed-operation");
  assert.equal((await execute(await operation(page, "get_me"))).status, 200);
  await fits(page);
});

await story("keyboard", {}, async ({ page, shot }) => {
  await openDocs(page, "#/reference/list_countries");
  const block = page.locator('.opblock[id$="-list_countries"]');
  await block.locator(".opblock-body").waitFor();
  await block.locator(".opblock-summary-control").focus();
  // From its head to Execute with Tab alone, and the focus can be seen.
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.classList.contains("execute"))) break;
  }
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("execute")), "Execute is reached");
  await shot("keyboard");
  await page.keyboard.press("Enter");
  await block.locator(".live-responses-table").waitFor();
});

await browser.close();
