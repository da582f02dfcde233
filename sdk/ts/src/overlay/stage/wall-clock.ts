/** Milliseconds since 1970, with their fraction: the same clock on the page and in its workers. */
export const wallClock = (): number => performance.timeOrigin + performance.now();
