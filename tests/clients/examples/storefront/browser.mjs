// A browser that does what it is told, a JSON line a step: `node browser.mjs FOLDER`, FOLDER having playwright-core.
// In: ["goto", URL], ["click", SELECTOR], ... Out: {"value": ...} or {"error": ...} for each.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(join(process.argv[2], "package.json"))("playwright-core");
const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), "chromium-")), {
  executablePath: process.env.CHROMIUM,
  headless: true,
  viewport: { width: 1100, height: 900 },
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = context.pages()[0] ?? (await context.newPage());
const problems = [];
page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
page.on("pageerror", (error) => problems.push(String(error)));
page.on("requestfailed", (request) => problems.push(`${request.url()}: ${request.failure().errorText}`));

const steps = {
  goto: async (url) => (await page.goto(url)).status(),
  // Whatever is clicked leads to a page, which is waited for.
  click: async (selector) => {
    const loaded = page.waitForEvent("load");
    await page.click(selector);
    await loaded;
  },
  fill: (selector, text) => page.fill(selector, text),
  check: (selector) => page.check(selector),
  press: (key) => page.keyboard.press(key),
  url: () => page.url(),
  title: () => page.title(),
  texts: async (selector) => (await page.locator(selector).allInnerTexts()).map((text) => text.trim()),
  attributes: (selector, name) => page.locator(selector).evaluateAll((all, n) => all.map((e) => e.getAttribute(n)), name),
  aria: (selector) => page.locator(selector).ariaSnapshot(),
  resize: (width, height) => page.setViewportSize({ width, height }),
  width: () => page.evaluate(() => document.documentElement.scrollWidth),
  screenshot: (path) => page.screenshot({ path, fullPage: true }).then(() => path),
  problems: () => problems,
};

for await (const line of createInterface({ input: process.stdin })) {
  const [step, ...words] = JSON.parse(line);
  const answer = await Promise.resolve(steps[step](...words)).then(
    (value) => ({ value: value ?? null }),
    (error) => ({ error: String(error) }),
  );
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await context.close();
