// What the viewer sends over the comment WebSocket: one JSON object in a text frame. What comes back the core reads.
import { wellFormed } from "../core/text.js";
import { SottoError } from "../errors.js";

/** Bytes of a message that a server takes. */
export const maxMessageBytes = 4096;

/** Throws INVALID_ARGUMENT for an empty message or one above 4,096 bytes. */
export function renderMessage(text: string, user: string): string {
  if (text.trim() === "") throw new SottoError("INVALID_ARGUMENT", "the comment is empty");
  const message = JSON.stringify({ text: wellFormed(text), user: wellFormed(user) });
  const { length } = new TextEncoder().encode(message);
  if (length > maxMessageBytes) {
    throw new SottoError("INVALID_ARGUMENT", `the comment takes ${length} bytes, the limit is ${maxMessageBytes}`, {
      hint: "Shorten it.",
    });
  }
  return message;
}
