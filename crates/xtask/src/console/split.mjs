// Splits the console's program, which cargo built as one file, into what the first view needs and the parts that are
// fetched later, each shrunk by itself: `node split.mjs PROGRAM.wasm PAGE.html FOLDER`. Writes them into `FOLDER/program`,
// and the page that begins them into `FOLDER/index.html`, for Trunk, which has no step between cargo and wasm-bindgen.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const [program, source, folder] = process.argv.slice(2).map((path) => resolve(path));
const files = join(folder, 'program');
/** Stands in the names until it is known what the files hold; the parts fit no other build, so one hash is for all. */
const UNKNOWN = '0'.repeat(16);
const PACKAGE = 'evenkeel-console';
const NAME = `${PACKAGE}-${UNKNOWN}`;
/** What `wasm-split-cli` calls the script that loads the parts. */
const LOADER = '__wasm_split.js';

const run = (tool, ...args) => promisify(execFile)(tool, args, { maxBuffer: 2 ** 26 });

/** Replaces every `from` in a file, of which there has to be one. */
async function replace(file, pairs) {
  let text = await readFile(file, 'utf8');
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
    text = text.replaceAll(from, to);
  }
  await writeFile(file, text);
}

await rm(folder, { recursive: true, force: true });
await mkdir(files, { recursive: true });
await run('wasm-split-cli', program, folder, '--out-name', PACKAGE);
const options = ['--target', 'web', '--no-typescript', '--keep-lld-exports', '--no-demangle'];
await run('wasm-bindgen', join(folder, `${PACKAGE}.wasm`), ...options, '--out-dir', files, '--out-name', PACKAGE);

// The modules are loaded under names of their own; what they import from each other, the scripts give them.
const parts = (await readdir(folder)).filter((name) => /^(split|chunk)_.*\.wasm$/.test(name)).sort();
const moves = parts.map((name) => [name, `${NAME}_${name}`]);
moves.push([LOADER, `${NAME}_parts.js`]);
for (const [from, to] of moves) await rename(join(folder, from), join(files, to));
for (const end of ['.js', '_bg.wasm']) await rename(join(files, PACKAGE + end), join(files, NAME + end));
await replace(join(files, `${NAME}.js`), [[`from "./${LOADER}"`, `from "./${NAME}_parts.js"`]]);
await replace(join(files, `${NAME}_parts.js`), [
  [`"./${PACKAGE}.js"`, `"./${NAME}.js"`],
  ...parts.map((name) => [`"./${name}"`, `"./${NAME}_${name}"`]),
  // A part that does not come is told where it would be, and one that nobody waits for is nobody's error.
  ['console.error(e)', 'console.debug(e)'],
]);

// Each by itself, as the page says it of the whole.
const page = await readFile(source, 'utf8');
const [link] = page.match(/<link\s+data-trunk\s+rel="rust"[^>]*>/);
const said = (name) => link.match(new RegExp(`data-${name}="([^"]*)"`))[1];
const flags = [`-O${said('wasm-opt')}`, ...said('wasm-opt-params').split(' ')];
const modules = (await readdir(files)).filter((name) => extname(name) === '.wasm').sort();
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let name = modules.pop(); name; name = modules.pop()) {
      const file = join(files, name);
      await run('wasm-opt', ...flags, file, '-o', file);
    }
  }),
);

// Now what they hold is known.
const hash = createHash('sha256');
const names = (await readdir(files)).sort();
for (const name of names) hash.update(name).update(await readFile(join(files, name)));
const known = hash.digest('hex').slice(0, UNKNOWN.length);
for (const name of names) {
  const file = join(files, name);
  if (extname(name) === '.js') await replace(file, [[UNKNOWN, known]]);
  await rename(file, join(files, name.replace(UNKNOWN, known)));
}

const path = (name) => `/program/${NAME.replace(UNKNOWN, known)}${name}`;
const preloads = ['.js', '_parts.js'].map((name) => `<link rel="modulepreload" href="${path(name)}" crossorigin="anonymous">`);
const head = `<link data-trunk rel="copy-dir" href="program">
<script type="module">
import init from '${path('.js')}';
await init({ module_or_path: '${path('_bg.wasm')}' });
</script>
${preloads.join('')}<link rel="preload" href="${path('_bg.wasm')}" crossorigin="anonymous" as="fetch" type="application/wasm">`;
// The page lies elsewhere now than what it names, and Trunk takes no absolute paths.
const moved = page.replaceAll(/(<link\s+data-trunk\s[^>]*href=")([^"]*)"/g, (_, tag, name) => `${tag}${relative(folder, join(dirname(source), name))}"`);
await writeFile(join(folder, 'index.html'), moved.replace(/<link\s+data-trunk\s+rel="rust"[^>]*>/, () => head));
