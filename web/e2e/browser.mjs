// Opens a page in the system's Chromium and watches what it asks for.
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const OUT = fileURLToPath(new URL("out/", import.meta.url));

export async function launch() {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (executablePath === undefined) {
    throw new Error("Chromium was not found: install it, or name it in CHROMIUM.");
  }
  mkdirSync(OUT, { recursive: true });
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/** A page with what went wrong in it: uncaught errors, policy violations, and requests to other origins. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 1000 }, colorScheme: "light", ...options });
  const page = await context.newPage();
  const wrong = { errors: [], strangers: [] };
  page.on("pageerror", (error) => wrong.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text())) {
      wrong.errors.push(message.text());
    }
  });
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== "data:" && asked.origin !== new URL(url).origin) {
      wrong.strangers.push(request.url());
    }
  });
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return { page, wrong, close: () => context.close() };
}
