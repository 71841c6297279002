// Assembles the package: `node build.mjs NODE_MODULES LIBRARY CHECKS COMMAND PACKAGE CLOUD...`, as `cargo xtask
// npm` does.
//
// NODE_MODULES has esbuild. LIBRARY, CHECKS, COMMAND and the folders called as a CLOUD have what wasm-bindgen
// made: of all functions, of the checks alone, of the command, and of all functions for one cloud; with the
// modules already shrunk.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [modules, library, checks, command, out, ...clouds] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(modules, "package.json"));
const esbuild = require("esbuild");
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../..");
const source = (name) => join(here, "src", name);
const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const { EVENKEEL_VERSION } = process.env;
if (manifest.version !== EVENKEEL_VERSION) {
  throw new Error(`package.json has version ${manifest.version}, the workspace ${EVENKEEL_VERSION}`);
}
/** The entries with a module: what they export, and their module. */
const entries = [
  { end: "", bindings: library, functions: "full.mjs", wasm: "evenkeel.wasm" },
  { end: "-validate", bindings: checks, functions: "checks-only.mjs", wasm: "validate.wasm" },
  ...clouds.map((bindings) => {
    const name = basename(bindings);
    return { end: `-${name}`, bindings, functions: "full.mjs", wasm: `${name}.wasm` };
  }),
];

const generated = ({ bindings, functions, wasm }) => ({
  name: "generated",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^evenkeel-functions$/ }, () => ({ path: source(functions) }));
    onResolve({ filter: /^evenkeel-bindings$/ }, () => ({
      path: join(bindings, "evenkeel_wasm_bg.js"),
    }));
    onResolve({ filter: /^evenkeel-command-bindings$/ }, () => ({
      path: join(command, "evenkeel_check_bg.js"),
    }));
    onResolve({ filter: /^evenkeel-module$/ }, () => ({ path: `./${wasm}`, external: true }));
    onResolve({ filter: /^evenkeel-module-as-hex$/ }, () => ({
      path: join(bindings, "evenkeel_wasm_bg.wasm"),
      namespace: "hex",
    }));
    onLoad({ filter: /./, namespace: "hex" }, ({ path }) => ({
      contents: readFileSync(path).toString("hex"),
      loader: "text",
    }));
  },
});

/** One file of the package from one of `src`; returns the names that it exports. */
async function bundle(from, to, options = {}, entry = entries[0]) {
  const format = to.endsWith(".cjs") ? "cjs" : "esm";
  const { metafile } = await esbuild.build({
    entryPoints: [source(from)],
    outfile: join(out, to),
    bundle: true,
    format,
    target: "es2022",
    platform: "neutral",
    minify: true,
    legalComments: "none",
    metafile: true,
    absWorkingDir: out,
    external: ["node:*", "evenkeel", "./evenkeel.wasm"],
    define: { MODULE: JSON.stringify(entry.wasm) },
    plugins: [generated(entry)],
    logLevel: "warning",
    ...options,
  });
  return metafile.outputs[to].exports;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "bin"), { recursive: true });

for (const entry of entries) {
  const { end, bindings, wasm } = entry;
  copyFileSync(join(bindings, "evenkeel_wasm_bg.wasm"), join(out, wasm));
  const names = await bundle("inline.mjs", `inline${end}.mjs`, { inject: [source("text.mjs")] }, entry);
  await bundle("workerd.mjs", `workerd${end}.mjs`, {}, entry);
  // For Node's own reading of names from CommonJS, esbuild leaves a hint on this platform alone.
  // It shows the whole line of an error that nobody catches.
  const node = {
    platform: "node",
    lineLimit: 160,
    inject: [source("text-node.mjs")],
    footer: { js: alone(entry) },
  };
  await bundle("node.mjs", `node${end}.cjs`, node, entry);
  writeFileSync(join(out, `node${end}.mjs`), imported(end, names.toSorted()));
}

/**
 * What follows in `node.cjs`. A bundler that takes it along, rather than `inline.mjs`, leaves the module
 * behind or names the place where it was when the bundle was made: then `inline.mjs` comes along, too.
 */
function alone({ end, bindings, wasm }) {
  const { size } = statSync(join(bindings, "evenkeel_wasm_bg.wasm"));
  return `if (require("node:fs").statSync(__dirname + "/${wasm}", { throwIfNoEntry: false })?.size !== ${size}) {
  try {
    module.exports = require("./inline${end}.mjs");
  } catch (cause) {
    throw new Error("evenkeel: \`" + __filename + "\` is without \`${wasm}\`, which belongs beside it; copy the whole package, or bundle it", { cause });
  }
}`;
}

/**
 * `node.mjs`, by `require`: Node would parse CommonJS for its names first, for longer than it takes to load
 * it. A module of Node has no `require`, which bundlers follow, unless it is everybody's, as in `node -e`.
 */
function imported(end, names) {
  return `import { createRequire } from "node:module";
const beside = () => createRequire(import.meta.url)("./node${end}.cjs");
const within = () => require("./inline${end}.mjs");
let evenkeel, cause;
for (const load of globalThis.require ? [beside, within] : [within, beside]) {
  try {
    evenkeel ??= load();
  } catch (error) {
    if (error.name !== "ReferenceError" && !["MODULE_NOT_FOUND", "ERR_REQUIRE_ESM"].includes(error.code)) throw error;
    cause = error;
  }
}
if (!evenkeel) {
  throw new Error("evenkeel: \`" + import.meta.url + "\` is without the files that belong beside it; copy the whole package, or bundle it", { cause });
}
export const { ${names.join(", ")} } = evenkeel;
`;
}

await bundle("web.mjs", "web.mjs");

copyFileSync(source("web.d.ts"), join(out, "web.d.ts"));

copyFileSync(join(command, "evenkeel_check_bg.wasm"), join(out, "bin/command.wasm"));
await bundle("bin.mjs", "bin/evenkeel.mjs");
chmodSync(join(out, "bin/evenkeel.mjs"), 0o755);

// What takes no module of its own, and the types, is the same for `import` and for `require`.
for (const name of ["schemas", "standard-schema"]) {
  await bundle(`${name}.mjs`, `${name}.mjs`);
  await bundle(`${name}.mjs`, `${name}.cjs`, { platform: "node" });
  twins(source(`${name}.d.ts`), name);
}
twins(source("validate.d.ts"), "validate");
twins(join(here, "../src/types.d.ts"), "index");
for (const name of clouds.map((bindings) => basename(bindings))) {
  // Which operations it has, the module knows alone.
  const operations = require(join(out, `node-${name}.cjs`)).operations();
  const union = operations.map((operation) => JSON.stringify(operation)).join(" | ");
  twins(source("cloud.d.ts"), name, (text) => text.replace("AllOperations", union));
  manifest.exports[`./${name}`] = JSON.parse(JSON.stringify(manifest.exports["./validate"]).replaceAll("validate", name));
}

function twins(types, name, change = (text) => text) {
  const text = change(readFileSync(types, "utf8"));
  for (const end of [".d.ts", ".d.cts"]) writeFileSync(join(out, name + end), text);
}

writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(join(here, "README.md"), join(out, "README.md"));
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  copyFileSync(join(root, name), join(out, name));
}
