// What only the stub can show: a server that goes away and comes back, and the page in the dark.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OUT, launch, openPage } from "./browser.mjs";
import { startStub } from "./stub/server.mjs";

const WAIT = { timeout: 30_000 };

describe("a server that goes away", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  it("is called disconnected, and is followed again when it is back", async () => {
    const first = await startStub();
    const { page, wrong } = await openPage(browser, first.url, { colorScheme: "dark" });
    await page.waitForFunction(() => Number(document.getElementById("chart").dataset.bars) > 2, null, WAIT);
    await page.waitForFunction(() => Number(document.getElementById("rate").dataset.value) > 0, null, WAIT);
    await page.screenshot({ path: `${OUT}page-dark.png`, fullPage: true });

    await first.close();
    await page.waitForSelector('#connection[data-state="disconnected"]', WAIT);
    assert.match(await page.textContent("#connection-text"), /^Disconnected/);
    assert.equal(await page.textContent("#rate"), "–");

    const second = await startStub(first.port);
    await page.waitForSelector('#connection[data-state="connected"]', WAIT);
    const before = await page.$eval("#last-bar", (line) => line.dataset.time + line.dataset.close);
    await page.waitForFunction((was) => {
      const line = document.getElementById("last-bar");
      return line.dataset.time + line.dataset.close !== was;
    }, before, WAIT);
    assert.deepEqual(wrong, { errors: [], strangers: [] });
    await second.close();
  });

  it("can be reached by keyboard alone", async () => {
    const stub = await startStub();
    const { page } = await openPage(browser, stub.url);
    await page.waitForSelector("#symbol option", { ...WAIT, state: "attached" });
    const seen = new Set();
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("Tab");
      seen.add(await page.evaluate(() => document.activeElement?.id ?? ""));
    }
    for (const id of ["table", "symbol", "sql-text", "sql-run", "dead-letters-load"]) {
      assert.ok(seen.has(id), `${id} was not reached`);
    }
    await stub.close();
  });
});
