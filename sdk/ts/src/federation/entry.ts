import type { StoredEntry } from "../storage/storage.js";
import type { LedgerEntry } from "../types.js";

/** Without what only the device needs. */
export const publicEntry = ({ microRho: _, expires: __, ...entry }: StoredEntry): LedgerEntry => entry;
