import type { Logger } from "../logger.js";
import { IndexedDbStorage } from "./indexeddb.js";
import { MemoryStorage } from "./memory.js";
import type { Storage } from "./storage.js";

/** IndexedDB as asked; memory that stands in for it, with a warning, where it cannot be had. */
export async function openStorage(kind: "indexeddb" | "memory", logger: Logger): Promise<Storage> {
  if (kind === "memory") return new MemoryStorage();
  try {
    return await IndexedDbStorage.open();
  } catch (error) {
    logger.warn("the history is kept in memory and ends with this page, and nothing is contributed", error);
    return new MemoryStorage({ standIn: true });
  }
}
