import type { Filter } from "./chain.js";

/** Density "off" shows no comments. */
export const density =
  (off: boolean): Filter =>
  () =>
    off ? "density" : undefined;
