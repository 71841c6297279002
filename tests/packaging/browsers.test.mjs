// Bundlers, pages and Web Workers, in Chromium.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

import { launch, serve, visit } from "./support/browser.mjs";
import { expected } from "./support/example.mjs";
import { folder, installed, scratch } from "./support/place.mjs";

// A page with a policy that allows WebAssembly, and neither `eval` nor anything from elsewhere.
const STRICT = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
};
const PAGE = '<!doctype html><title>t</title><script type="module" src="./main.js"></script>';

const work = `
  import * as evenkeel from "evenkeel";
  import { example } from "../support/example.mjs";`;
const page = `${work}
  window.result = example(evenkeel);`;
const worker = `${work}
  postMessage(example(evenkeel));`;
const owner = `
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => { window.result = data };
  worker.onerror = ({ message }) => { window.result = message };`;
const fetched = `
  import * as evenkeel from "evenkeel/web";
  import { example } from "../support/example.mjs";
  let early = "";
  try { evenkeel.operations() } catch (error) { early = error.message }
  await Promise.all([evenkeel.init(), evenkeel.init()]);
  window.result = { early, ...example(evenkeel) };`;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Makes `main.js` of a page, and `worker.js` when it names one, in `out` of the folder. */
const BUNDLERS = {
  esbuild: (place) =>
    esbuild({
      entryPoints: [join(place, "main.js")],
      outdir: join(place, "out"),
      bundle: true,
      minify: true,
      format: "esm",
    }),
  rollup: async (place) => {
    const bundle = await rollup({ input: join(place, "main.js"), plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir: join(place, "out"), format: "es" });
    await bundle.close();
  },
  webpack: async (place) => {
    const stats = await promisify(webpack)({
      mode: "production",
      context: place,
      entry: "./main.js",
      output: { path: join(place, "out"), filename: "main.js", publicPath: "./" },
      performance: false,
    });
    assert.equal(stats.toString({ all: false, errors: true, warnings: true }), "");
  },
  vite: (place) =>
    vite({
      root: place,
      base: "./",
      logLevel: "error",
      build: {
        outDir: "out",
        rollupOptions: { input: join(place, "main.js"), output: { entryFileNames: "main.js" } },
      },
    }),
};

/** The folder that the bundler leaves, with its page. */
async function bundled(t, bundler, files) {
  const place = await folder(t, { ...files, "page/index.html": PAGE });
  await BUNDLERS[bundler](place);
  await cp(join(place, "page"), join(place, "out"), { recursive: true });
  return join(place, "out");
}

for (const bundler of Object.keys(BUNDLERS)) {
  test(`a page by ${bundler} runs under a policy without unsafe-eval`, async (t) => {
    const out = await bundled(t, bundler, { "main.js": page });
    const { result, complaints, requests } = await visit(t, browser, await serve(t, out, STRICT));
    assert.deepEqual(result, expected);
    assert.deepEqual(complaints, []);
    // The module came within the script.
    assert.deepEqual(requests.filter((path) => path.endsWith(".wasm")), []);
  });
}

for (const bundler of ["vite", "webpack"]) {
  test(`a Web Worker by ${bundler} runs`, async (t) => {
    const out = await bundled(t, bundler, { "main.js": owner, "worker.js": worker });
    const { result, complaints } = await visit(t, browser, await serve(t, out, STRICT));
    assert.deepEqual(result, expected);
    assert.deepEqual(complaints, []);
  });

  test(`evenkeel/web by ${bundler} fetches the module once`, async (t) => {
    const out = await bundled(t, bundler, { "main.js": fetched });
    const { result, complaints, requests } = await visit(t, browser, await serve(t, out, STRICT));
    assert.deepEqual(result, {
      early: "evenkeel/web: await init() before the first call",
      ...expected,
    });
    assert.deepEqual(complaints, []);
    assert.equal(requests.filter((path) => path.endsWith(".wasm")).length, 1);
  });
}

test("a classic script and a classic worker by esbuild run", async (t) => {
  const place = await folder(t, {
    "main.js": `
      const worker = new Worker("./worker.js");
      worker.onmessage = ({ data }) => { window.result = data };`,
    "worker.js": worker,
    "out/index.html": '<!doctype html><title>t</title><script src="./main.js"></script>',
  });
  await esbuild({
    entryPoints: ["main.js", "worker.js"].map((name) => join(place, name)),
    outdir: join(place, "out"),
    bundle: true,
    format: "iife",
  });
  const { result } = await visit(t, browser, await serve(t, join(place, "out"), STRICT));
  assert.deepEqual(result, expected);
});

/** A page that takes the installed files as they are, without a bundler. */
async function plain(t, entry) {
  const place = await folder(t, {
    "index.html": PAGE,
    "main.js": `
      import * as evenkeel from "./evenkeel/${entry}.mjs";
      import { example } from "./example.mjs";
      if (evenkeel.init) await evenkeel.init();
      try { window.result = example(evenkeel) } catch (error) { window.result = String(error) }`,
  });
  await cp(installed, join(place, "evenkeel"), { recursive: true });
  await cp(join(scratch, "support/example.mjs"), join(place, "example.mjs"));
  return place;
}

for (const entry of ["inline", "web"]) {
  test(`a page takes ${entry}.mjs as it is`, async (t) => {
    const origin = await serve(t, await plain(t, entry), STRICT);
    assert.deepEqual((await visit(t, browser, origin)).result, expected);
  });
}

test("a server that does not know .wasm is no obstacle", async (t) => {
  const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };
  const origin = await serve(t, await plain(t, "web"), STRICT, types);
  assert.deepEqual((await visit(t, browser, origin)).result, expected);
});

test("a policy that forbids WebAssembly is said to be the reason", async (t) => {
  const policy = { "content-security-policy": "default-src 'none'; script-src 'self'" };
  const { result } = await visit(t, browser, await serve(t, await plain(t, "inline"), policy));
  assert.match(result, /CompileError.*Content Security Policy/s);
});
