// Makes `made/standalone.mjs`: what ajv compiles ahead of time, with what it needs.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";

import { options, schema } from "./schema.mjs";

/** Writes it in the folder of the measurements. */
export async function makeStandalone(folder, esbuild) {
  const ajv = new Ajv({ ...options, code: { source: true, esm: true, lines: true } });
  const contents = standaloneCode.default(ajv, ajv.compile(schema));
  mkdirSync(join(folder, "made"), { recursive: true });
  await esbuild.build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["main"],
    outfile: join(folder, "made/standalone.mjs"),
  });
}
