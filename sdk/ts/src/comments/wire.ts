// The messages of the comment WebSocket: one JSON object in each text frame.
import { wellFormed } from "../core/text.js";
import { SottoError } from "../errors.js";
import type { LiveComment } from "../types.js";

/** Bytes of a message that a server takes. */
export const maxMessageBytes = 4096;

const malformed = (what: string) =>
  new SottoError("MALFORMED", `a message of the comment server ${what}`, { hint: "It was skipped." });

/** A comment, or why the server did not publish one of the viewer's. Throws MALFORMED, naming the field. */
export function parseMessage(data: unknown): LiveComment | SottoError {
  if (typeof data !== "string") throw malformed("is not text");
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw malformed("is not JSON");
  }
  if (typeof value !== "object" || value === null) throw malformed("is not an object");
  const refusal = refusalIn(value as Record<string, unknown>);
  if (refusal) return refusal;
  const { id, at, user = "", text, own = false } = value as Record<string, unknown>;
  if (typeof id !== "string" || id === "") throw malformed("has no id");
  if (typeof text !== "string") throw malformed("has no text");
  if (typeof at !== "number" || !Number.isFinite(at)) throw malformed("has no time");
  if (typeof user !== "string") throw malformed("has a user that is not text");
  return { id, at, user: wellFormed(user), text: wellFormed(text), own: own === true };
}

/** A problem (RFC 9457) in a comment's place; undefined if it is none. */
function refusalIn({ status, code, title, detail }: Record<string, unknown>): SottoError | undefined {
  if (typeof status !== "number" || typeof code !== "string") return undefined;
  const said = [title, detail].filter((part) => typeof part === "string" && part).join(": ");
  const message = `the room did not publish the comment: ${status} ${code} ${wellFormed(said)}`.trim();
  return code === "RATE_LIMITED"
    ? new SottoError("RATE_LIMITED", message, { hint: "Wait a little before the next one." })
    : new SottoError("HTTP_STATUS", message, { hint: "Check what the server allows." });
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
