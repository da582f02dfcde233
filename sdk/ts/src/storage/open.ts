import type { Logger } from "../logger.js";
import { part } from "../part.js";
import { IndexedDbStorage } from "./indexeddb.js";
import type { Storage } from "./storage.js";

/** IndexedDB as asked; memory that stands in for it, with a warning, where it cannot be had. */
export async function openStorage(kind: "indexeddb" | "memory", logger: Logger): Promise<Storage> {
  if (kind === "memory") return inMemory(false);
  try {
    return await IndexedDbStorage.open();
  } catch (error) {
    logger.warn("the history is kept in memory and ends with this page, and nothing is contributed", error);
    return inMemory(true);
  }
}

/** Few sessions need it. */
async function inMemory(standIn: boolean): Promise<Storage> {
  const { MemoryStorage } = await part(import("./memory.js"));
  return new MemoryStorage({ standIn });
}
