import type { CommentMode } from "../../types.js";
import type { Filter } from "./chain.js";

export const hiddenModes =
  (modes: readonly CommentMode[]): Filter =>
  ({ mode }) =>
    modes.includes(mode) ? "hidden-mode" : undefined;
