// The messages of the comment WebSocket: one JSON object in each text frame.
import { wellFormed } from "../core/text.js";
import { SottoError } from "../errors.js";
import type { LiveComment } from "../types.js";

/** Bytes of a message that a server takes. */
export const maxMessageBytes = 4096;

const malformed = (what: string) =>
  new SottoError("MALFORMED", `a message of the comment server ${what}`, { hint: "It was skipped." });

/** Throws MALFORMED, naming the field. */
export function parseComment(data: unknown): LiveComment {
  if (typeof data !== "string") throw malformed("is not text");
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw malformed("is not JSON");
  }
  if (typeof value !== "object" || value === null) throw malformed("is not an object");
  const { id, at, user = "", text, own = false } = value as Record<string, unknown>;
  if (typeof id !== "string" || id === "") throw malformed("has no id");
  if (typeof text !== "string") throw malformed("has no text");
  if (typeof at !== "number" || !Number.isFinite(at)) throw malformed("has no time");
  if (typeof user !== "string") throw malformed("has a user that is not text");
  return { id, at, user: wellFormed(user), text: wellFormed(text), own: own === true };
}

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
