// Whether something is said more often than before, or less.

/** How many times as often as before it has to be said to count as rising; falling: one over that. */
const kRising = 1.5;

export type Direction = "rising" | "falling" | "steady";

/** `trend`: how many times as often as before. */
export function direction(trend: number): Direction {
  return trend >= kRising ? "rising" : trend <= 1 / kRising ? "falling" : "steady";
}
