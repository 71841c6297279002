// Tables for people, on the screen and in the page of the documentation.
import { readFileSync, writeFileSync } from "node:fs";

const digits = (number) => (number < 0.1 ? number.toFixed(3) : number < 10 ? number.toFixed(2) : number.toFixed(1));

/** A median with its quartiles. */
export const shown = ({ low, median, high }) => `${digits(median)} (${digits(low)}–${digits(high)})`;

export const millis = (number) => `${digits(number)} ms`;

/** A table of Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** Puts a text between the markers of a page. */
export function replace(page, name, text) {
  const begin = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const whole = readFileSync(page, "utf8");
  const from = whole.indexOf(begin);
  const to = whole.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} lacks the markers ${begin} and ${end}`);
  writeFileSync(page, `${whole.slice(0, from + begin.length)}\n\n${text}\n\n${whole.slice(to)}`);
}
