import {
  conflicts,
  forgotten,
  isSettled,
  maxEngagements,
  type Storage,
  type StoredEngagement,
  type StoredEntry,
} from "./storage.js";

/** Forgets everything with the page. */
export class MemoryStorage implements Storage {
  readonly kind = "memory";
  readonly standIn: boolean;
  #engagements: StoredEngagement[] = [];
  #entries: StoredEntry[] = [];
  readonly #learned = new Map<string, Uint8Array>();

  constructor({ standIn = false } = {}) {
    this.standIn = standIn;
  }

  async addEngagement(engagement: StoredEngagement): Promise<void> {
    this.#engagements.push({ ...engagement });
    const ofStream = this.#engagements.filter(({ stream }) => stream === engagement.stream);
    if (ofStream.length > maxEngagements) this.#engagements.splice(this.#engagements.indexOf(ofStream[0] as never), 1);
  }

  async engagements(stream: string): Promise<StoredEngagement[]> {
    return this.#engagements.filter((engagement) => engagement.stream === stream);
  }

  async entries(): Promise<StoredEntry[]> {
    return [...this.#entries];
  }

  async addEntry(entry: StoredEntry, spent: number): Promise<boolean> {
    if (conflicts(this.#entries, entry, spent)) return false;
    this.#entries.push(entry);
    return true;
  }

  async updateEntry(entry: StoredEntry): Promise<boolean> {
    const index = this.#entries.findIndex((each) => each.id === entry.id && !isSettled(each));
    if (index >= 0) this.#entries[index] = entry;
    return index >= 0;
  }

  async learned(name: string): Promise<Uint8Array | undefined> {
    return this.#learned.get(name);
  }

  async setLearned(name: string, bytes: Uint8Array): Promise<void> {
    this.#learned.set(name, bytes);
  }

  async clear(): Promise<void> {
    this.#learned.clear();
    this.#engagements = [];
    this.#entries = forgotten(this.#entries);
  }

  close(): void {}
}
