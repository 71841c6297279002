// What the functions return that a compiled module exports; an engine does not tell.
// The format: https://webassembly.github.io/spec/core/binary/modules.html

const TYPES = 1;
const IMPORTS = 2;
const FUNCTIONS = 3;
const EXPORTS = 7;
const FUNCTION = 0;
const NAMES = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
  0x70: "funcref",
  0x6f: "externref",
};

/** The types of the results, by the function's name. */
export function resultsOf(bytes) {
  let at = 8;
  const byte = () => bytes[at++];
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value |= (next & 127) << shift;
      if (next < 128) return value >>> 0;
    }
  };
  const list = (read) => Array.from({ length: number() }, read);
  const text = () => String.fromCharCode(...list(byte));
  const valueType = () => {
    const code = byte();
    if (!(code in NAMES)) throw new Error(`an unknown type ${code.toString(16)} at ${at - 1}`);
    return NAMES[code];
  };
  const limits = () => {
    const bounded = byte() === 1;
    number();
    if (bounded) number();
  };
  const imported = {
    0: number,
    1: () => [valueType(), limits()],
    2: limits,
    3: () => [valueType(), byte()],
    4: () => [byte(), number()],
  };

  let types;
  let exported;
  const functions = [];
  const sections = {
    [TYPES]: () => (types = list(() => ({ form: byte(), params: list(valueType), results: list(valueType) }))),
    [IMPORTS]: () =>
      list(() => {
        text();
        text();
        const kind = byte();
        const type = imported[kind]();
        if (kind === FUNCTION) functions.push(type);
      }),
    [FUNCTIONS]: () => functions.push(...list(number)),
    [EXPORTS]: () => (exported = list(() => ({ name: text(), kind: byte(), index: number() }))),
  };
  while (at < bytes.length) {
    const read = sections[byte()];
    const end = number() + at;
    read?.();
    at = end;
  }
  return new Map(
    exported
      .filter(({ kind }) => kind === FUNCTION)
      .map(({ name, index }) => [name, types[functions[index]].results]),
  );
}
