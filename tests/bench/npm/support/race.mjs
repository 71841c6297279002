// Contestants in turns in one process, so that what slows the machine down slows all of them.
const LEAST_MS = 20;
const WARM_MS = 150;
/** What takes longer than this sits out two rounds of three. */
const SLOW_MS = 250;

const now = () => performance.now();

/**
 * Times of every contestant, one a round, ms; none where it sat out. Each is `{ name, run }`; its
 * turn is as many runs as take a while, after the garbage of the one before is gone.
 */
export async function race(contestants, { rounds }) {
  const paces = contestants.map(warm);
  const times = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const at = (turn + round) % contestants.length;
      const { runs, slow } = paces[at];
      // The first is ours, which all are set beside.
      if (slow && at > 0 && round % 3 > 0) continue;
      const { run } = contestants[at];
      globalThis.gc();
      const start = now();
      for (let left = runs; left > 0; left--) run();
      times[at][round] = (now() - start) / runs;
    }
    // A page must be able to answer.
    await new Promise((next) => setTimeout(next));
  }
  return contestants.map(({ name }, at) => ({ name, times: times[at] }));
}

/** Runs one until it is compiled; how many runs make a turn, and whether one takes long. */
function warm({ run }) {
  const start = now();
  let count = 0;
  let last;
  do {
    const begin = now();
    run();
    last = now() - begin;
    count++;
  } while (now() - start < WARM_MS || count < 3);
  const runs = Math.max(1, Math.ceil(LEAST_MS / Math.max(last, 0.001)));
  return { runs, slow: last > SLOW_MS };
}

/** The quartiles of numbers. */
export function quartiles(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (part) => {
    const place = (sorted.length - 1) * part;
    const low = Math.floor(place);
    const high = Math.ceil(place);
    return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** How long one took beside another, round by round. */
export const ratio = (one, other) =>
  quartiles(other.times.map((time, round) => one.times[round] / time).filter(Number.isFinite));
