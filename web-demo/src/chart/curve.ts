// A smooth line through points, as SVG path data: quadratic curves from midpoint to midpoint, which never overshoot a
// point's value.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `ys` from left to right over `width`, evenly spaced; at least two. */
export function curve(ys: readonly number[], width: number): string {
  const step = width / (ys.length - 1);
  return smooth(ys.map((y, i) => ({ x: i * step, y })));
}

/** `points` by ascending x; at least two. */
export function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return "";
  let path = `M${at(first)}`;
  let before = first;
  rest.forEach((point, i) => {
    const middle = at({ x: (before.x + point.x) / 2, y: (before.y + point.y) / 2 });
    path += i === 0 ? `L${middle}` : `Q${at(before)} ${middle}`;
    before = point;
  });
  return `${path}L${at(last)}`;
}

/** The area between two such lines over the same xs. */
export function between(upper: readonly Point[], lower: readonly Point[]): string {
  return `${smooth(upper)}L${smooth([...lower].reverse()).slice(1)}Z`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
