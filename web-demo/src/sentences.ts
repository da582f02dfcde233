// An error of the session in a sentence for the viewer; the error's own words follow it on the page.

import type { SottoError } from "@sotto/live";
import type { Texts } from "./texts.js";

export function sentenceFor(error: SottoError): (texts: Texts) => string {
  switch (error.code) {
    case "UNAVAILABLE":
    case "HTTP_STATUS":
      return (texts) => texts.problem.network;
    case "ASSET_INVALID":
    case "ASSET_MISMATCH":
      return (texts) => texts.problem.asset;
    default:
      return error.message.includes("manifest") ? (texts) => texts.problem.manifest : (texts) => texts.problem.other;
  }
}
