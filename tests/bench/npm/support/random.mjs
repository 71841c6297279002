// Numbers that look random and are the same in every run.
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  const pick = (list) => list[below(list.length)];
  const text = (length, alphabet) => Array.from({ length }, () => pick(alphabet)).join("");
  const shuffled = (list) => {
    const out = [...list];
    for (let at = out.length - 1; at > 0; at--) {
      const other = below(at + 1);
      [out[at], out[other]] = [out[other], out[at]];
    }
    return out;
  };
  return { below, pick, text, shuffled };
}
