// What a session needs once its room has a comment server, loaded then.
export { CommentSocket } from "./socket.js";
export { renderMessage } from "./wire.js";
