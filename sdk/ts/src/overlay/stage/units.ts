// Media time of the core.
const longest = 30 * 24 * 3600;

/** Whole microseconds, within what the core plans. */
export const micros = (seconds: number): number => Math.round(Math.min(Math.max(0, seconds), longest) * 1e6);
