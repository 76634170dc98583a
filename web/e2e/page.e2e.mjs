// The page against a running server: POLAROID_URL=http://127.0.0.1:8080 npm run e2e
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OUT, launch, openPage } from "./browser.mjs";

const url = process.env.POLAROID_URL;
const WAIT = { timeout: 60_000 };

describe("the page", () => {
  let browser;
  let opened;
  let page;

  before(async () => {
    assert.ok(url, "POLAROID_URL names the server to test, for example http://127.0.0.1:8080");
    browser = await launch();
    opened = await openPage(browser, url);
    page = opened.page;
  });
  after(() => browser?.close());

  it("connects", async () => {
    await page.waitForSelector('#connection[data-state="connected"]', WAIT);
    assert.match(await page.textContent("#connection-text"), /^Connected/);
  });

  it("shows candles and moves them", async () => {
    await page.waitForFunction(() => Number(document.getElementById("chart").dataset.bars) > 2, null, WAIT);
    assert.ok((await page.locator("#chart canvas").count()) > 0);
    const state = () => page.$eval("#last-bar", (line) => `${line.dataset.time} ${line.dataset.close} ${line.dataset.count}`);
    const first = await state();
    await page.waitForFunction(
      (before) => {
        const line = document.getElementById("last-bar");
        return `${line.dataset.time} ${line.dataset.close} ${line.dataset.count}` !== before;
      },
      first,
      WAIT,
    );
    assert.notEqual(await state(), first);
  });

  it("says how each feed is", async () => {
    await page.waitForSelector("#feeds li", WAIT);
    for (const state of await page.$$eval("#feeds li", (items) => items.map((item) => item.dataset.state))) {
      assert.match(state, /^(UP|DOWN|GAP)$/);
    }
  });

  it("shows rows per second, progress and counts", async () => {
    await page.waitForFunction(() => Number(document.getElementById("rate").dataset.value) > 0, null, WAIT);
    await page.waitForFunction(() => /\d{4}-\d\d-\d\d \d\d:/.test(document.getElementById("streams").textContent), null, WAIT);
    await page.waitForFunction(() => [...document.querySelectorAll('#views [data-count="on_time"]')].some((cell) => cell.textContent !== "0"), null, WAIT);
    for (const name of ["corrected", "late", "duplicate", "dead_letter"]) {
      assert.match(await page.textContent(`#views [data-count="${name}"]`), /^[\d,]+$/);
    }
  });

  it("offers the symbols of the data, and follows a choice", async () => {
    const symbols = await page.$$eval("#symbol option", (options) => options.map((option) => option.value));
    assert.ok(symbols.length > 0);
    await page.selectOption("#table", "bars_1m");
    await page.waitForFunction(() => document.getElementById("chart-title").textContent.endsWith("bars_1m"), null, WAIT);
    await page.waitForFunction(() => Number(document.getElementById("chart").dataset.bars) > 0, null, WAIT);
    await page.selectOption("#table", "bars_1s");
    await page.waitForFunction(() => Number(document.getElementById("chart").dataset.bars) > 2, null, WAIT);
  });

  it("runs SQL and shows an error as the server said it", async () => {
    await page.click("#sql-run");
    await page.waitForSelector("#sql-result tbody tr", WAIT);
    await page.screenshot({ path: `${OUT}page-light.png`, fullPage: true });
    await page.fill("#sql-text", "select * from no_such_table");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#sql-result .problem", WAIT);
    assert.match(await page.getAttribute("#sql-result .problem", "data-slug"), /^[a-z0-9-]+$/);
    assert.match(await page.textContent("#sql-result .problem"), /no_such_table/);
  });

  it("answers for dead letters", async () => {
    await page.click("#dead-letters-load");
    await page.waitForSelector("#dead-letters-result .summary", WAIT);
  });

  it("fits a narrow dark screen", async () => {
    const narrow = await openPage(browser, url, { viewport: { width: 400, height: 850 }, colorScheme: "dark" });
    await narrow.page.waitForFunction(() => Number(document.getElementById("chart").dataset.bars) > 2, null, WAIT);
    await narrow.page.waitForSelector("#feeds li", WAIT);
    const sideways = await narrow.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(sideways <= 0, `the page is ${sideways} px too wide`);
    await narrow.page.screenshot({ path: `${OUT}page-narrow-dark.png`, fullPage: true });
    assert.deepEqual(narrow.wrong, { errors: [], strangers: [] });
    await narrow.close();
  });

  it("had no error and asked no other origin", () => {
    assert.deepEqual(opened.wrong, { errors: [], strangers: [] });
  });
});
