import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Says what is missing before the first test, once, instead of in every test. */
export default function globalSetup(): void {
  const needed: [name: string, what: string, file: (value: string) => string, mode: number][] = [
    ['EVENKEEL_BIN', 'the evenkeel program', (value) => value, constants.X_OK],
    ['EVENKEEL_CONSOLE', 'the folder of the built console', (value) => join(value, 'index.html'), constants.R_OK],
  ];
  for (const [name, what, file, mode] of needed) {
    const value = process.env[name];
    if (!value) {
      throw new Error(`${name} is not set: it names ${what}; \`cargo xtask test --only e2e\` sets it`);
    }
    try {
      accessSync(file(value), mode);
    } catch {
      throw new Error(`${name} is \`${value}\`, and \`${file(value)}\` is not usable: build it with \`cargo xtask test --only e2e\``);
    }
  }
}
