// The same measurements in a page.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const PAGE = '<!doctype html><title>t</title><script src="./parts.js"></script>';

/** Hands over what `parts.mjs` exports, as it runs in a page. */
export async function inChromium(folder, esbuild, then) {
  const { chromium } = createRequire(join(process.env.EVENKEEL_TOOLS, "package.json"))("playwright-core");
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(folder, "parts.mjs")],
    bundle: true,
    minify: true,
    globalName: "parts",
    write: false,
  });
  const server = createServer(({ url }, response) => {
    const script = url.endsWith(".js");
    response.writeHead(200, {
      "content-type": script ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8",
      // For a clock that is not made coarse.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(script ? outputFiles[0].contents : PAGE);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await chromium.launch({
    executablePath: process.env.EVENKEEL_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--js-flags=--expose-gc"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const call = (name) => (...given) =>
      page.evaluate(([called, values]) => parts[called](...values), [name, given]);
    return await then({ version: browser.version(), labels: call("labels"), measure: call("measure") });
  } finally {
    await browser.close();
    server.close();
  }
}
