// @sotto/live/core: the core without a session, in a browser or in node.
export { SottoError, type SottoErrorCode } from "../errors.js";
export type {
  Choice,
  CommentFormat,
  EmotionLabel,
  Evidence,
  HeadName,
  Heatmap,
  HeatmapOptions,
  ImportedComments,
  IntentLabel,
  LanguageLabel,
  RecordedComment,
  SentimentLabel,
  Thresholds,
  ToxicityLabel,
} from "../types.js";
export * from "./core.js";
export type { FetchWasmOptions } from "./fetch-wasm.js";
export { type LoadCoreOptions, loadCore } from "./load.js";
export type { Occurrence } from "./manifest.js";
export {
  Entrance,
  intsPerCommand,
  Mode,
  Op,
  Overlap,
  type PlannerBurst,
  type PlannerComment,
  type PlannerPanel,
} from "./planner.js";
