// JSON as a text that a program might write: space, escapes and repeated keys in any place.

/** The text, and how many of its keys repeat another. */
export function text(dice, value, repeats) {
  let repeated = 0;
  const space = () => (dice.once(12) ? dice.pick([" ", "\n", "\t", "\r\n", "  "]) : "");
  const string = (content) => {
    const plain = JSON.stringify(content);
    if (!dice.once(6)) return plain;
    const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
    return `"${[...Array(content.length).keys()].map((at) => escape(content[at])).join("")}"`;
  };
  const write = (value) => {
    if (typeof value === "string") return string(value);
    if (Array.isArray(value)) {
      return `[${space()}${value.map((one) => space() + write(one) + space()).join(",")}]`;
    }
    if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
    const written = Object.entries(value).flatMap(([key, member]) => {
      const start = () => `${space()}${string(key)}${space()}:${space()}`;
      const whole = `${start()}${write(member)}${space()}`;
      if (!repeats || !dice.once(12)) return [whole];
      repeated++;
      return [start() + JSON.stringify(dice.pick([1, "e-1", null, [], {}, [member]])), whole];
    });
    return `{${space()}${written.join(",")}}`;
  };
  return { written: space() + write(value) + space(), repeated };
}

/** Bytes with some of them changed, cut off or doubled. */
export function damaged(dice, bytes) {
  const out = [...bytes];
  for (let times = 1 + dice.below(3); times > 0; times--) {
    const at = dice.below(out.length + 1);
    dice.pick([
      () => out.splice(at, 1),
      () => out.splice(at, 1, dice.below(256)),
      () => out.splice(at, 0, dice.below(256)),
      () => out.splice(at),
      () => out.splice(at, 0, ...out.slice(at, at + 9)),
      () => out.splice(0, 0, 0xef, 0xbb, 0xbf),
      () => out.splice(at, 0, ...dice.pick(["\\u00", "\\ud83d\\ude00", '"', "1e5", "-", "tru", "\u00e9", "00", "\\x"].map((part) => new TextEncoder().encode(part)))),
    ])();
  }
  return Uint8Array.from(out);
}
