// A smooth line through evenly spaced points, as SVG path data: quadratic curves from midpoint to midpoint, which never
// overshoot a point's value.

/** `ys` from left to right over `width`; at least two. */
export function curve(ys: readonly number[], width: number): string {
  const step = width / (ys.length - 1);
  const at = (i: number) => `${round(i * step)} ${round(ys[i] ?? 0)}`;
  let path = `M${at(0)}`;
  for (let i = 1; i < ys.length; ++i) {
    const middle = `${round((i - 0.5) * step)} ${round(((ys[i - 1] ?? 0) + (ys[i] ?? 0)) / 2)}`;
    path += i === 1 ? `L${middle}` : `Q${at(i - 1)} ${middle}`;
  }
  return `${path}L${at(ys.length - 1)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
