// An error of the session in a sentence for the viewer; the error's own words follow it on the page.

import type { SottoError } from "@sotto/live";
import type { Texts } from "./texts.js";

/** What the page or the session tries again by itself, as its sentence says. */
export const promisesAgain = ({ code, message }: SottoError): boolean =>
  (code === "UNAVAILABLE" || code === "HTTP_STATUS") && !message.includes("storage");

export function sentenceFor(error: SottoError): (texts: Texts) => string {
  if (promisesAgain(error)) return (texts) => texts.problem.network;
  switch (error.code) {
    case "UNAVAILABLE":
      return (texts) => texts.problem.storage;
    case "ASSET_INVALID":
    case "ASSET_MISMATCH":
      return (texts) => texts.problem.asset;
    default:
      return error.message.includes("manifest") ? (texts) => texts.problem.manifest : (texts) => texts.problem.other;
  }
}
