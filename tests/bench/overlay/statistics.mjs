// What a list of measurements says.

const ascending = (values) => [...values].sort((a, b) => a - b);

/** The value below or at which a share `q` of them lies; undefined for none. */
export function quantile(values, q) {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** The one in the middle, between the two in the middle; undefined for none. */
export function median(values) {
  const sorted = ascending(values);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 || sorted.length === 0 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of each field over several rounds; a field that a round lacks is left out there. */
export function medians(rounds) {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)));
  const of = (name) => rounds.map((round) => round[name]).filter((value) => Number.isFinite(value));
  return Object.fromEntries([...names].map((name) => [name, median(of(name))]));
}

/**
 * The longest wait for a frame between `from` and `to`, whose own distances to the first and last frame count. `times`
 * ascend.
 */
export function longestInterval(times, from, to) {
  const edges = [from, ...times.filter((time) => time > from && time < to), to];
  return Math.max(...edges.slice(1).map((time, index) => time - edges[index]));
}
