// Compresses the built console once, as small as it gets: `node pack.mjs FOLDER`. `x.wasm` gets `x.wasm.br` and
// `x.wasm.gz` beside it, which the proxy sends instead of compressing by itself.
import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const KINDS = new Set(['.css', '.js', '.svg', '.wasm']);

const brotli = (bytes) =>
  promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const FORMS = [
  ['.br', brotli],
  ['.gz', (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })],
];

/** Writes the form beside the file, whole or not at all; returns its size. */
async function pack(file, bytes, [ending, compress]) {
  const packed = await compress(bytes);
  // A few bytes of CSS may grow: then there is nothing to gain.
  if (packed.length >= bytes.length) return bytes.length;
  await writeFile(`${file}${ending}.partial`, packed);
  await rename(`${file}${ending}.partial`, `${file}${ending}`);
  return packed.length;
}

const kB = (size) => `${Math.round(size / 1000)} kB`;
const folder = process.argv[2];
const names = await readdir(folder, { recursive: true });
await Promise.all(
  names
    .filter((name) => KINDS.has(extname(name)))
    .map(async (name) => {
      const file = join(folder, name);
      const bytes = await readFile(file);
      const [br, gz] = await Promise.all(FORMS.map((form) => pack(file, bytes, form)));
      if (['.js', '.wasm'].includes(extname(name))) {
        console.log(`${name}: ${kB(bytes.length)}, ${kB(br)} by brotli, ${kB(gz)} by gzip`);
      }
    }),
);
