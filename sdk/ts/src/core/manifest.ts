import { Handle } from "./handle.js";
import type { Manifest as Raw } from "./module.js";

export interface Occurrence {
  /** Index into the manifest's events. */
  event: number;
  /** 0 for the first. */
  repetition: number;
  /** Seconds of programme time. */
  start: number;
  end: number;
}

export class ParsedManifest extends Handle<Raw> {
  /** Canonical JSON: every field, every default written out. URLs as they were. */
  get json(): string {
    return this.raw.json;
  }

  /** What overlaps [from, to), by start; at most `limit`. */
  occurrencesBetween(from: number, to: number, limit: number): Occurrence[] {
    return this.raw.occurrencesBetween(from, to, limit);
  }
}
