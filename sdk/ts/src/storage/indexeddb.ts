import { SottoError } from "../errors.js";
import {
  conflicts,
  forgotten,
  isSettled,
  maxEngagements,
  type Storage,
  type StoredEngagement,
  type StoredEntry,
} from "./storage.js";

const databaseName = "sotto-live";
const databaseVersion = 2;

type StoreName = "engagements" | "entries" | "learned";

/** One database for each origin. */
export class IndexedDbStorage implements Storage {
  readonly kind = "indexeddb";
  readonly standIn = false;
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    database.onversionchange = () => database.close(); // a page with a newer version of the package waits for us
  }

  /** Rejects with UNAVAILABLE where there is no IndexedDB (private windows of some browsers, node). */
  static async open(factory: IDBFactory | undefined = globalThis.indexedDB): Promise<IndexedDbStorage> {
    if (!factory) throw unavailable(new Error("this platform has no IndexedDB"));
    try {
      const request = factory.open(databaseName, databaseVersion);
      request.onupgradeneeded = ({ oldVersion }) => {
        const database = request.result;
        if (oldVersion < 1) {
          // Keys grow, so reading by key is reading by age.
          database.createObjectStore("engagements", { autoIncrement: true }).createIndex("stream", "stream");
          database.createObjectStore("entries", { keyPath: "id" });
        }
        database.createObjectStore("learned");
      };
      return new IndexedDbStorage(
        await new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
          request.onblocked = () => reject(new Error("another tab holds an older version open"));
        }),
      );
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  addEngagement(engagement: StoredEngagement): Promise<void> {
    return this.#transact(["engagements"], "readwrite", async (store) => {
      await result(store.add(engagement));
      const keys = await result(store.index("stream").getAllKeys(engagement.stream));
      for (const key of keys.slice(0, Math.max(0, keys.length - maxEngagements))) store.delete(key);
    });
  }

  engagements(stream: string): Promise<StoredEngagement[]> {
    return this.#transact(["engagements"], "readonly", (store) => result(store.index("stream").getAll(stream)));
  }

  entries(): Promise<StoredEntry[]> {
    return this.#transact(["entries"], "readonly", allEntries);
  }

  addEntry(entry: StoredEntry, spent: number): Promise<boolean> {
    return this.#transact(["entries"], "readwrite", async (store) => {
      if (conflicts(await allEntries(store), entry, spent)) return false;
      await result(store.add(entry));
      return true;
    });
  }

  updateEntry(entry: StoredEntry): Promise<boolean> {
    return this.#transact(["entries"], "readwrite", async (store) => {
      const known = await result(store.get(entry.id));
      if (!known || isSettled(known)) return false;
      await result(store.put(entry));
      return true;
    });
  }

  learned(name: string): Promise<Uint8Array | undefined> {
    return this.#transact(["learned"], "readonly", (store) => result(store.get(name)));
  }

  setLearned(name: string, bytes: Uint8Array): Promise<void> {
    return this.#transact(["learned"], "readwrite", async (store) => {
      await result(store.put(bytes, name));
    });
  }

  clear(): Promise<void> {
    return this.#transact(["entries", "engagements", "learned"], "readwrite", async (...stores) => {
      const [entries] = stores as [IDBObjectStore];
      const left = forgotten(await allEntries(entries));
      for (const store of stores) store.clear();
      for (const entry of left) entries.put(entry);
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Runs `work` and resolves once it is on disk. */
  async #transact<T>(
    names: StoreName[],
    mode: IDBTransactionMode,
    work: (...stores: IDBObjectStore[]) => Promise<T>,
  ): Promise<T> {
    try {
      const transaction = this.#database.transaction(names, mode, { durability: "strict" });
      const done = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      const [value] = await Promise.all([work(...names.map((name) => transaction.objectStore(name))), done]);
      return value;
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

const allEntries = async (store: IDBObjectStore): Promise<StoredEntry[]> =>
  ((await result(store.getAll())) as StoredEntry[]).sort((a, b) => a.at - b.at);

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const unavailable = (cause: unknown) =>
  new SottoError("UNAVAILABLE", `the browser's storage failed: ${(cause as Error | null)?.message ?? cause}`, {
    hint: 'Pass storage: "memory" to do without.',
    cause,
  });
