// Pages in Chromium, from a server of this process.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { chromium } from "playwright-core";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Debian's, unless `cargo xtask test` found another. */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.EVENKEEL_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });

/** Serves a folder on this machine until the test ends; its origin. */
export async function serve(test, folder, headers = {}, types = TYPES) {
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://x").pathname));
    try {
      const body = await readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path));
      const type = types[extname(path) || ".html"] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  test.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

/** What a page puts into `window.result`, and what it complains about. */
export async function visit(test, browser, url) {
  const page = await browser.newPage();
  test.after(() => page.close());
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) {
      complaints.push(message.text());
    }
  });
  const answered = new Set();
  page.on("request", (request) => answered.add(new URL(request.url()).pathname));
  await page.goto(url);
  await page.waitForFunction(() => "result" in window, null, { timeout: 20_000 });
  return { result: await page.evaluate(() => window.result), complaints, requests: [...answered] };
}
