// Folders and programs of a test run.
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The scratch project that the tarball is installed in. */
export const scratch = dirname(dirname(fileURLToPath(import.meta.url)));
/** What is pinned beside it. */
export const modules = join(dirname(scratch), "node_modules");
/** The package, as npm has installed it. */
export const installed = join(scratch, "node_modules/evenkeel");

/** The clouds that have an entry of their own, which is called as they are: one with requests and answers. */
export const clouds = readdirSync(installed).flatMap((name) => {
  const [, end] = name.match(/^node-(.*)\.cjs$/) ?? [];
  return end && end !== "validate" ? [end] : [];
});

/** A folder of its own in the scratch project, with these files; removed after the test. */
export async function folder(test, files = {}) {
  const path = await mkdtemp(join(scratch, "case-"));
  test.after(() => rm(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

/** Runs a program; its output, or an error that has it. */
export async function run(program, args, options = {}) {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: 60_000, ...options });
    return stdout;
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}`, { cause: error });
  }
}

/** A program that the npm package for this platform brings; npm's script would only copy it. */
export function program(scope, name) {
  const places = readdirSync(join(modules, scope)).flatMap((platform) =>
    ["bin", "."].flatMap((place) =>
      ["", ".exe"].map((end) => join(modules, scope, platform, place, name + end)),
    ),
  );
  const found = places.find((path) => existsSync(path));
  if (!found) throw new Error(`no ${name} for this platform in ${join(modules, scope)}`);
  return found;
}
