import type { StoredEntry } from "../storage/storage.js";
import type { LedgerEntry } from "../types.js";

/** Without what only the device needs, and with what earlier versions did not write. */
export const publicEntry = ({ microRho: _, expires: __, ...entry }: StoredEntry): LedgerEntry => ({
  ...{ trust: "local", kind: "affinity", epoch: 0 },
  ...entry,
});
