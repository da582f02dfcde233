// Recordings cross as JSON: parsing one string is faster than making a hundred thousand objects through the core.
import type { CommentFormat, Heatmap, HeatmapOptions, ImportedComments, RecordedComment } from "../types.js";
import { unwrap } from "./answer.js";
import type { MainModule } from "./module.js";
import { wellFormed } from "./text.js";

/** `format` by the content if it is not given. */
export const importComments = (
  module: MainModule,
  file: string | Uint8Array | ArrayBuffer,
  format?: CommentFormat,
): ImportedComments =>
  JSON.parse(unwrap(module.importComments(typeof file === "string" ? wellFormed(file) : file, format ?? "")));

/** Throws INVALID_ARGUMENT if one of the comments cannot be written. */
export const exportComments = (
  module: MainModule,
  comments: readonly RecordedComment[],
  format: CommentFormat,
): string => unwrap(module.exportComments(JSON.stringify({ sotto: "comments", version: 1, comments }), format));

export const heatmap = (
  module: MainModule,
  comments: readonly { at: number }[],
  { duration, buckets }: HeatmapOptions,
): Heatmap => {
  const times = Float64Array.from(comments, ({ at }) => at);
  return unwrap(module.makeHeatmap(times, duration, buckets));
};
