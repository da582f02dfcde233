// @sotto/live/federation: the federation module without a session, in a browser or in node.
export { SottoError, type SottoErrorCode } from "../../errors.js";
export type { MadeReport, MadeShare } from "../protocol.js";
export { makeReport } from "./calls.js";
export {
  type DapTask,
  type DapTaskTerms,
  Federation,
  type LocalTask,
  loadFederation,
  type Measured,
  type Shares,
  type SpendingLimits,
  type SplitTask,
} from "./federation.js";
export { Prio3, type Prio3Parameters, VerifyState } from "./prio3.js";
export { DiscreteGaussian, RandomBits } from "./random.js";
