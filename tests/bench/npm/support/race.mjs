// Contestants in turns in one process, so that what slows the machine down slows all of them.

/** A turn is so many pieces, each of as many runs as take this long; its time is the piece between. */
const PIECE_MS = 4;
const WARM_MS = 300;
/** What takes longer than this for one run has one piece, and sits out two rounds of three. */
const SLOW_MS = 200;

/** Clocks, in ms: the wall's, and what the process has computed, however busy the machine is. */
const CLOCKS = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/**
 * Times of every contestant for one run, one a round, ms; none where it sat out. Each is
 * `{ name, run }`, and its turn begins when the garbage of the one before is gone.
 */
export async function race(contestants, { rounds, clock }) {
  const now = CLOCKS[clock];
  const paces = contestants.map((one) => warm(one, now));
  const times = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const at = (turn + round) % contestants.length;
      // The first is ours, which all are set beside.
      if (paces[at].slow && at > 0 && round % 3 > 0) continue;
      globalThis.gc();
      times[at][round] = turnOf(contestants[at].run, paces[at], now);
    }
    // A page must be able to answer.
    await new Promise((next) => setTimeout(next));
  }
  return contestants.map(({ name }, at) => ({ name, times: times[at] }));
}

function turnOf(run, { runs, pieces }, now) {
  const took = [];
  for (let piece = 0; piece < pieces; piece++) {
    const start = now();
    for (let left = runs; left > 0; left--) run();
    took.push((now() - start) / runs);
  }
  return quartiles(took).median;
}

/** Runs one until it is compiled; its pace from then on. */
function warm({ run }, now) {
  const start = now();
  let count = 0;
  let least = Infinity;
  do {
    const begin = now();
    run();
    least = Math.min(least, now() - begin);
    count++;
  } while (now() - start < WARM_MS || count < 3);
  const slow = least > SLOW_MS;
  const runs = Math.max(1, Math.ceil(PIECE_MS / Math.max(least, 0.001)));
  return { runs, pieces: slow ? 1 : 5, slow };
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
