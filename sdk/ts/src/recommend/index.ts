// @sotto/live/recommend: the recommender without a session, in a browser or in node. A session's worker loads it for rooms
// with products.
export { SottoError, type SottoErrorCode } from "../errors.js";
export { Model } from "./model.js";
export {
  type CatalogueProduct,
  type EventKind,
  type Ranked,
  Ranker,
  type RankRequest,
  type ViewerEvent,
} from "./ranker.js";
export { loadRecommender, Recommender } from "./recommender.js";
export { createRoom } from "./room.js";
export { SearchIndex, type SearchKind } from "./search.js";
export { HeadTuner } from "./tuner.js";
