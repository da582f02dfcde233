// What counts as sent: every contribution of which at least one request has left, whatever came back.

import type { LedgerEntry } from "@sotto/live";

export function sentEntries(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return entries.filter((entry) => entry.attempts > 0);
}

export function bytesSent(entries: readonly LedgerEntry[]): number {
  return sentEntries(entries).reduce((sum, entry) => sum + entry.bytes.length, 0);
}
