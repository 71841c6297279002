// The package's types, as a compiler sees them that is as strict as it can be.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";

import { installed } from "../support/place.mjs";

const fixtures = join(import.meta.dirname, "fixtures");

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
  noEmit: true,
  // Our own declarations are checked, the compiler's are not.
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
};

const resolutions = {
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
};

const parsed = new Map();

/** What the compiler says; a `text` stands for a file that is not on the disk. */
function compile(file, options, text) {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (path) => (path === file && text !== undefined) || fileExists(path);
  host.readFile = (path) => (path === file ? (text ?? readFile(path)) : readFile(path));
  host.getSourceFile = (path, ...rest) => {
    if (path === file && text !== undefined) return ts.createSourceFile(path, text, ...rest);
    // The libraries are the same for all.
    if (!/\/lib\.[\w.]+\.d\.ts$/.test(path)) return getSourceFile(path, ...rest);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...rest));
    return parsed.get(path);
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
}

function shown(diagnostics) {
  return ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => fixtures,
    getCanonicalFileName: (name) => name,
    getNewLine: () => "\n",
  });
}

for (const [name, resolution] of Object.entries(resolutions)) {
  test(`code as a user writes it compiles, resolved as ${name}`, () => {
    const found = compile(join(fixtures, "use.ts"), { ...strict, ...resolution });
    assert.equal(shown(found), "");
  });
}

test("code as a user writes it compiles as CommonJS", () => {
  const text = readFileSync(join(fixtures, "use.ts"), "utf8");
  const options = { ...strict, ...resolutions.nodenext };
  const found = compile(join(fixtures, "use.cts"), options, text);
  assert.equal(shown(found), "");
});

test("the examples of the README compile", () => {
  const text = readFileSync(join(installed, "README.md"), "utf8");
  const examples = [...text.matchAll(/^```js\n([^]*?)^```$/gm)];
  assert.ok(examples.length > 5);
  for (const [index, [, code]] of examples.entries()) {
    const found = compile(join(fixtures, `readme-${index}.ts`), { ...strict, ...resolutions.bundler }, code);
    assert.equal(shown(found), "");
  }
});

test("a wrong name, a missing field and an unhandled code are compile errors", () => {
  const file = join(fixtures, "misuse.ts");
  const expected = readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line, index) => {
      const code = /\/\/! (\d+)$/.exec(line)?.[1];
      return code ? [`${index + 1}: TS${code}`] : [];
    });
  assert.ok(expected.length > 20);
  const found = compile(file, { ...strict, ...resolutions.bundler }).map(
    ({ file, start, code }) => `${file.getLineAndCharacterOfPosition(start).line + 1}: TS${code}`,
  );
  assert.deepEqual(found, expected);
});
