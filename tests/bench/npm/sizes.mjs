// What a page or a worker loads for each entry of the package, and for each of the others.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

import { entries } from "./support/package.mjs";
import { table } from "./support/report.mjs";

const PEERS = { "ajv standalone": "ajv-standalone", ajv: "ajv", zod: "zod", "zod mini": "zod-mini", valibot: "valibot", TypeBox: "typebox" };

/** A table: entries with the module beside the script and within it, then the others. */
export async function sizes(folder, esbuild) {
  const rows = [];
  for (const name of entries(folder)) {
    const contents = `export * from "${name}";`;
    const apart = await bundle(folder, esbuild, contents, ["workerd"]);
    const within = await bundle(folder, esbuild, contents, []);
    const kinds = (wanted) => sum(apart.filter(({ wasm }) => wasm === wanted));
    rows.push([
      `\`${name}\``,
      kilo(kinds(true)),
      kilo(kinds(false)),
      kilo(sum(apart)),
      within.some(({ wasm }) => wasm) ? "–" : kilo(sum(within)),
    ]);
  }
  for (const [name, file] of Object.entries(PEERS)) {
    const files = await bundle(folder, esbuild, `export * from "./peers/${file}.mjs";`, []);
    rows.push([`${name}, with the migrate rules`, "–", kilo(sum(files)), kilo(sum(files)), "–"]);
  }
  const head = ["kB, brotli", "`.wasm`", "script", "both", "module within the script"];
  return table(head, rows);
}

/** The files of a minified bundle, each with its compressed size. */
async function bundle(folder, esbuild, contents, conditions) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    conditions,
    outdir: join(folder, "made/sizes"),
    loader: { ".wasm": "file" },
    write: false,
  });
  const files = outputFiles.map(({ path, contents, text }) => {
    return { wasm: path.endsWith(".wasm"), contents, text };
  });
  // What a script fetches by its address, no bundle has.
  const fetched = files.flatMap(({ wasm, text }) => (wasm ? [] : [...text.matchAll(FETCHED)]));
  for (const [, name] of fetched) {
    files.push({ wasm: true, contents: readFileSync(join(folder, "node_modules/evenkeel", name)) });
  }
  return files.map(({ wasm, contents }) => ({ wasm, size: brotliCompressSync(contents).length }));
}

const FETCHED = /new URL\("\.\/([\w.-]+\.wasm)",\s*import\.meta\.url\)/g;

const sum = (files) => files.reduce((total, { size }) => total + size, 0);
const kilo = (size) => (size === 0 ? "–" : (size / 1000).toFixed(1));
