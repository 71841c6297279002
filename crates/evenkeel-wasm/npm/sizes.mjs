// Prints how large the package is: `node sizes.mjs PACKAGE TARBALL`.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync } from "node:zlib";

const [folder, tarball] = process.argv.slice(2);

function* files(place) {
  for (const entry of readdirSync(place, { withFileTypes: true })) {
    const path = join(place, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

const kilo = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
const row = (name, raw, brotli) => console.log(`${name.padEnd(28)} ${raw} ${brotli}`);

row("", "  raw kB", "  brotli");
for (const path of [...files(folder)].sort()) {
  if (!/\.(wasm|mjs|cjs)$/.test(path)) continue;
  const bytes = readFileSync(path);
  row(relative(folder, path), kilo(bytes.length), kilo(brotliCompressSync(bytes).length));
}
row("the tarball", kilo(statSync(tarball).size), "");
