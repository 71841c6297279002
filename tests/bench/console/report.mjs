// The figures as a table, and the page that has it.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const ROWS = [
  ['first visit, processor 4 × slower: something painted, ms', 'painted', 400],
  ['the largest of it painted, ms', 'largest', 1200],
  ['program of the first view, compressed, kB', 'needed', 150],
  ['the whole program, compressed, kB', 'program', 400],
  ['navigation to all shown, ms', 'ready', 1000],
  ['over the wire, MB', 'bytes', 12],
  ['a second visit: navigation to all shown, ms', 'readyAgain'],
  ['a second visit: over the wire, kB', 'bytesAgain'],
  ['longest task while loading, ms', 'longest', 100],
  ['filter: key to paint, median, ms', 'key', 15],
  ['filter: key to paint, p95, ms', 'keyLate', 30],
  ['sort: the slowest click, ms', 'sort', 35],
  ['select all: main thread, ms', 'select', 10],
  ['wheel: frame, p95, ms', 'wheel', 16.7],
  ['fling: frame, p95, ms', 'fling', 16.7],
  ['frames with a blank row', 'blank', 0],
  ['JavaScript heap and WebAssembly, MB', 'heap', 35],
  ['renderer, MB', 'renderer', 110],
];

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const shown = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value > 0 && value < 1 ? value.toFixed(2) : value.toFixed(1).replace(/\.0$/, ''));

export function table(results, events) {
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores; Node ${process.versions.node}`;
  const lines = ROWS.map(([name, key, goal]) => {
    const of = (page) => shown(median(results[page].map((result) => result[key])));
    return `| ${name} | ${of('console')} | ${of('peer')} | ${goal === undefined ? '' : shown(goal)} |`;
  });
  const head = `| ${events.toLocaleString('en')} events | console | React + TanStack | goal |\n| --- | ---: | ---: | ---: |`;
  return `${machine}; medians of ${results.console.length} runs.\n\n${head}\n${lines.join('\n')}`;
}

// Between the markers `<!-- console -->`.
export function write(page, text) {
  const parts = readFileSync(page, 'utf8').split('<!-- console -->');
  if (parts.length !== 3) throw new Error(`${page} has no place for the console's figures`);
  parts[1] = `\n\n${text}\n\n`;
  writeFileSync(page, parts.join('<!-- console -->'));
}
