// @sotto/live: one live session of one viewer in one room.
export { SottoError, type SottoErrorCode } from "./errors.js";
export type { Logger } from "./logger.js";
export { formatPrice } from "./session/price.js";
export { LiveSession } from "./session/session.js";
export type * from "./types.js";
export { version } from "./version.js";
