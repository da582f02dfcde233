// What left this device, and what that cost.
import { type Storage, spentMicroRho } from "../storage/storage.js";
import type { BudgetState, LedgerApi, LedgerEntry } from "../types.js";
import type { EngineClient } from "../worker/client.js";
import type { Contributing } from "./contributing.js";
import { publicEntry } from "./entry.js";

/** At which the whole budget's epsilon is told. */
const delta = 1e-5;

export interface LedgerParts {
  client: Pick<EngineClient, "call">;
  storage: Storage;
  contributor: Contributing;
  limitMicroRho: number;
  /** Deletes everything on the device and denies consent. */
  forget(): Promise<void>;
}

export class Ledger implements LedgerApi {
  readonly #parts: LedgerParts;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  async entries(): Promise<LedgerEntry[]> {
    return (await this.#parts.storage.entries()).reverse().map(publicEntry);
  }

  async budget(): Promise<BudgetState> {
    const { client, storage, limitMicroRho } = this.#parts;
    const spentRho = spentMicroRho(await storage.entries()) / 1e6;
    const { epsilon } = await client.call("epsilon", { rho: spentRho, delta });
    return { limitRho: limitMicroRho / 1e6, spentRho, epsilon, delta };
  }

  price(task: string): Promise<{ rho: number; epsilon: number; delta: number }> {
    return this.#parts.contributor.price(task);
  }

  preview(task: string): Promise<LedgerEntry> {
    return this.#parts.contributor.preview(task);
  }

  contribute(task?: string): Promise<LedgerEntry[]> {
    return this.#parts.contributor.contribute(task);
  }

  forget(): Promise<void> {
    return this.#parts.forget();
  }
}
