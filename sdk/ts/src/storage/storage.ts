// What stays on the device: what the viewer did, and what was contributed. Two backends behind one contract.
import type { EngagementKind, LedgerEntry } from "../types.js";

export interface StoredEngagement {
  stream: string;
  product: string;
  kind: EngagementKind;
  /** Milliseconds since 1970. */
  at: number;
}

/** A ledger entry with its cost as the budget counts it. */
export interface StoredEntry extends Omit<LedgerEntry, "trust" | "kind" | "epoch"> {
  /** Versions that knew local trust alone wrote none of these three. */
  readonly trust?: LedgerEntry["trust"];
  readonly kind?: LedgerEntry["kind"];
  readonly epoch?: number;
  /** rho * 1,000,000, rounded up. */
  readonly microRho: number;
  /** The task's end in milliseconds since 1970; nothing is sent after it. */
  readonly expires: number;
}

/** Engagements of a stream beyond this many are forgotten, oldest first. */
export const maxEngagements = 1000;

/** Every method may reject with UNAVAILABLE (the platform's storage failed). */
export interface Storage {
  readonly kind: "indexeddb" | "memory";
  /** In place of a storage that lasts, which could not be had: then nobody would remember a contribution. */
  readonly standIn: boolean;
  addEngagement(engagement: StoredEngagement): Promise<void>;
  /** Oldest first. */
  engagements(stream: string): Promise<StoredEngagement[]>;
  /** Of all streams, oldest first. */
  entries(): Promise<StoredEntry[]>;
  /**
   * Adds an entry in one transaction with the check that nobody (another tab) was faster: false, and nothing is
   * written, if its task already has an entry of that epoch or the entries' micro-rho are not `spent` in all.
   */
  addEntry(entry: StoredEntry, spent: number): Promise<boolean>;
  /** Replaces the entry with this id; false if there is none (any more), or if it was forgotten. */
  updateEntry(entry: StoredEntry): Promise<boolean>;
  /** What was learned on this device under a name: parameters, not what they were learned from. */
  learned(name: string): Promise<Uint8Array | undefined>;
  setLearned(name: string, bytes: Uint8Array): Promise<void>;
  /** Forgets everything, but for what `forgotten` leaves of entries. */
  clear(): Promise<void>;
  close(): void;
}

export const spentMicroRho = (entries: readonly StoredEntry[]): number =>
  entries.reduce((sum, entry) => sum + entry.microRho, 0);

export const conflicts = (entries: readonly StoredEntry[], entry: StoredEntry, spent: number): boolean =>
  spentMicroRho(entries) !== spent ||
  entries.some(
    (other) => other.task === entry.task && other.stream === entry.stream && (other.epoch || 0) === (entry.epoch || 0),
  );

/**
 * What is left when everything is forgotten: nothing of an entry that was never sent, whose charge goes with it. Of others
 * that they were sent, and their cost; neither the shares nor what went wrong. Before each request `attempts` is on disk.
 */
export const forgotten = (entries: readonly StoredEntry[]): StoredEntry[] =>
  entries
    .filter(({ attempts }) => attempts)
    .map(({ report: _, error: __, ...entry }) => (isSettled(entry) ? entry : { ...entry, state: "refused" }));

/** An entry that is so does not change any more, whatever another tab still has of it. */
export const isSettled = ({ state }: StoredEntry): boolean => state === "accepted" || state === "refused";
