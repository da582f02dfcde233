// One contribution to a task: checked against the manifest's promise, paid from the budget, written down, then sent.
import { SottoError } from "../errors.js";
import type { Logger } from "../logger.js";
import { type BackoffOptions, wait } from "../net/backoff.js";
import { type Storage, type StoredEntry, spentMicroRho } from "../storage/storage.js";
import type {
  ConsentApi,
  LedgerEntry,
  LiveSessionOptions,
  LocalTaskReference,
  Manifest,
  SplitTaskReference,
  TaskReference,
} from "../types.js";
import { FederationClient, type FederationParts } from "./client.js";
import { publicEntry } from "./entry.js";
import { isOver, type MeasureParts, measure } from "./measure.js";
import type { MadeShare, Price } from "./protocol.js";
import { sendUpdate } from "./send.js";

export interface ContributorParts extends FederationParts, MeasureParts {
  storage: Storage;
  consent: ConsentApi;
  logger: Logger;
  /** Of all contributions together. */
  limitMicroRho: number;
  budget?: LiveSessionOptions["budget"];
  /** Contributes without being asked. If false, contributeSoon() and resume() do nothing. */
  automatic: boolean;
  manifest(): Manifest;
  changed(entry: StoredEntry): void;
  failed(error: unknown): void;
  /** Of requests. */
  backoff?: BackoffOptions | undefined;
  attempts?: number | undefined;
  /** Milliseconds: an automatic contribution happens at a moment drawn from the next so many. */
  delay: number;
  /** Uniform in [0, 1). Default Math.random. */
  random?: (() => number) | undefined;
  /** Default: a worker. */
  federation?: Pick<FederationClient, "call" | "close">;
}

/** Relative: the manifest's decimal and the device's own result are the same number. */
const tolerance = 1e-9;
/** Milliseconds after which it is seen again whether a minute of the stream is over. */
const again = 60_000;

/** Nothing is left to do. A report under split trust has no endpoint yet. */
const final = ({ state, trust }: StoredEntry) => state === "accepted" || state === "refused" || trust === "split";

/** Of all tasks, those that ended and those for which there is nothing to say now are left out. */
const passed = (error: unknown) => ["EXPIRED", "NOT_FOUND"].includes((error as SottoError).code);

export class Contributor {
  readonly #parts: ContributorParts;
  readonly #federation: Pick<FederationClient, "call" | "close">;
  readonly #running = new Map<string, Promise<StoredEntry>>();
  #abort = new AbortController();
  #drawn = false;
  #ended = false;

  constructor(parts: ContributorParts) {
    this.#parts = parts;
    this.#federation = parts.federation ?? new FederationClient(parts);
  }

  /** Contributes now; see LedgerApi.contribute. */
  async contribute(id?: string): Promise<StoredEntry[]> {
    this.#needConsent();
    const chosen = id === undefined ? this.#parts.manifest().tasks : [this.#task(id)];
    const entries: StoredEntry[] = [];
    for (const task of chosen) {
      try {
        entries.push(await this.#once(task));
      } catch (error) {
        if (id !== undefined || !passed(error)) throw error;
      }
    }
    return entries;
  }

  /** See LedgerApi.price. */
  async price(id: string): Promise<{ rho: number; epsilon: number; delta: number }> {
    const task = this.#task(id);
    const { rho, epsilon } = await this.#priceOf(task);
    return { rho, epsilon, delta: task.delta };
  }

  /** See LedgerApi.preview. */
  async preview(id: string): Promise<LedgerEntry> {
    const task = this.#task(id);
    const price = await this.#priceOf(task);
    checkTask(task, price);
    const { stream } = this.#parts.manifest();
    const others = (await this.#parts.storage.entries()).filter(
      (entry) => entry.task !== task.id || entry.stream !== stream,
    );
    return publicEntry(await this.#draft(task, price, others));
  }

  /** Of a session or of consent: what was left unfinished, and what is due. */
  begin(): void {
    void this.resume();
    void this.contributeSoon();
  }

  /**
   * Everything that is due, at a moment drawn uniformly from the next `delay` milliseconds. A moment that was drawn
   * stands: nothing that the viewer does with products has a part in whether or when something is sent. Never rejects.
   */
  async contributeSoon(): Promise<void> {
    if (!this.#mayAct || this.#drawn) return;
    this.#drawn = true;
    const { delay, random = Math.random, manifest } = this.#parts;
    try {
      await wait(delay * random(), this.#abort.signal);
      this.#drawn = false;
      for (const task of manifest().tasks) await this.#quietly(task);
      if (!manifest().tasks.some(this.#waits)) return;
      await wait(again, this.#abort.signal);
      void this.contributeSoon();
    } catch (error) {
      this.#say(error);
    }
  }

  /** Sends what an earlier session or a withdrawn consent left unfinished. Never rejects. */
  async resume(): Promise<void> {
    if (!this.#mayAct) return;
    try {
      const { stream } = this.#parts.manifest();
      for (const entry of await this.#parts.storage.entries()) {
        if (entry.stream === stream && !final(entry)) await this.#exclusive(entry.task, () => this.#send(entry));
      }
    } catch (error) {
      this.#say(error);
    }
  }

  /** Stops what is on its way. It can go on later, with the same id. */
  stop(): void {
    this.#drawn = false;
    this.#abort.abort(new DOMException("sending was stopped", "AbortError"));
    if (!this.#ended) this.#abort = new AbortController();
  }

  /** Stops for good: nothing is begun any more. */
  end(): void {
    this.#ended = true;
    this.stop();
    this.#federation.close();
  }

  /** Without being asked. */
  get #mayAct(): boolean {
    return this.#parts.automatic && !this.#ended && this.#parts.consent.state === "granted";
  }

  async #quietly(task: TaskReference): Promise<void> {
    const { storage, manifest } = this.#parts;
    if (!this.#mayAct || this.#running.has(task.id)) return;
    try {
      const { stream } = manifest();
      const known = (await storage.entries()).find((entry) => entry.task === task.id && entry.stream === stream);
      if (!known || !final(known)) await this.#once(task);
    } catch (error) {
      if (!passed(error)) this.#say(error);
    }
  }

  #once(task: TaskReference): Promise<StoredEntry> {
    return this.#exclusive(task.id, async () => {
      const entry = await this.#prepare(task);
      return final(entry) ? entry : this.#send(entry);
    });
  }

  #task(id: string): TaskReference {
    const { tasks } = this.#parts.manifest();
    const task = tasks.find((each) => each.id === id);
    if (task) return task;
    throw new SottoError("NOT_FOUND", `the manifest has no task ${id}`, {
      hint: `It has ${tasks.map((each) => each.id).join(", ") || "none"}.`,
    });
  }

  #priceOf(task: TaskReference): Promise<Price> {
    return this.#federation.call("price", { task });
  }

  /** A minute of the stream that is not over. */
  readonly #waits = (task: TaskReference): boolean =>
    task.kind === "mood" && Date.parse(task.expires) > Date.now() && !isOver(task.minute, this.#parts.programmeTime());

  /** At most one at a time for each task. */
  #exclusive(task: string, work: () => Promise<StoredEntry>): Promise<StoredEntry> {
    const running = this.#running.get(task) ?? work().finally(() => this.#running.delete(task));
    this.#running.set(task, running);
    return running;
  }

  /** The task's entry: the one that exists, or a new one that is stored but not sent. */
  async #prepare(task: TaskReference): Promise<StoredEntry> {
    const { storage, manifest } = this.#parts;
    const { stream } = manifest();
    const price = await this.#priceOf(task);
    for (;;) {
      const entries = await storage.entries();
      const known = entries.find((entry) => entry.task === task.id && entry.stream === stream);
      if (known) return known;
      if (storage.standIn) {
        throw new SottoError("UNAVAILABLE", "this browser offers no storage that would remember a contribution", {
          hint: 'Nothing was contributed. Pass storage: "memory" to let budget and ledger end with the page.',
        });
      }
      checkTask(task, price);
      const entry = await this.#draft(task, price, entries);
      this.#needConsent();
      if (await storage.addEntry(entry, spentMicroRho(entries))) {
        this.#parts.changed(entry);
        return entry;
      }
      this.#parts.logger.debug("another tab wrote to the ledger first; reading it again");
    }
  }

  /** An entry for the task, within the policy after `entries`; neither stored nor sent. */
  async #draft(task: TaskReference, price: Price, entries: readonly StoredEntry[]): Promise<StoredEntry> {
    const { limitMicroRho, budget, manifest } = this.#parts;
    const epoch = task.trust === "split" ? task.epoch : 0;
    const before = spentMicroRho(entries);
    const { spent } = await this.#federation.call("spend", {
      policy: {
        perContribution: budget?.perContribution,
        perEpoch: budget?.perEpoch,
        lifetimeMicroRho: limitMicroRho,
      },
      epochs: spentByEpoch(entries),
      spent: before,
      epoch,
      cost: price.microRho,
      what: `task ${task.id}`,
    });
    const made = await (task.trust === "split" ? this.#report(task) : this.#update(task));
    return {
      task: task.id,
      stream: manifest().stream,
      trust: task.trust,
      kind: task.kind,
      epoch,
      state: "prepared",
      items: "items" in task ? task.items : [],
      rho: price.rho,
      epsilon: price.epsilon,
      delta: task.delta,
      budget: { limitRho: limitMicroRho / 1e6, beforeRho: before / 1e6, afterRho: spent / 1e6 },
      at: Date.now(),
      attempts: 0,
      status: 0,
      microRho: price.microRho,
      expires: price.expires,
      ...made,
    };
  }

  async #update(task: LocalTaskReference): Promise<Pick<StoredEntry, "id" | "url" | "bytes">> {
    const engaged = await measure(task, this.#parts);
    const { bytes } = await this.#federation.call("makeUpdate", { task, ...engaged });
    const id = hex(crypto.getRandomValues(new Uint8Array(16))); // unlinkable to anything else of this device
    return { id, url: `${task.url}/${id}`, bytes };
  }

  async #report(task: SplitTaskReference): Promise<Pick<StoredEntry, "id" | "url" | "bytes" | "report">> {
    const measured = await measure(task, this.#parts);
    const { nonce, publicShare, leader, helper, bytes } = await this.#federation.call("makeReport", { task, measured });
    const { aggregators } = task;
    const named = (role: "leader" | "helper", share: MadeShare) => {
      const { operator, url } = aggregators[role];
      return { operator, url, ...share };
    };
    return {
      id: hex(nonce),
      url: aggregators.leader.url,
      bytes,
      report: {
        ...{ nonce, publicShare, oneOperator: aggregators.oneOperator },
        ...{ leader: named("leader", leader), helper: named("helper", helper) },
      },
    };
  }

  async #send(entry: StoredEntry): Promise<StoredEntry> {
    this.#needConsent();
    const { storage, changed, fetch, backoff, attempts, logger } = this.#parts;
    const note = async (next: StoredEntry) => {
      if (!(await storage.updateEntry(next))) throw new DOMException("the ledger was forgotten", "AbortError");
      changed(next);
      logger.debug(`update ${next.id} of task ${next.task}: ${next.state}`, next.error?.message);
    };
    return sendUpdate(entry, note, { fetch, backoff, attempts, signal: this.#abort.signal });
  }

  #needConsent(): void {
    if (this.#parts.consent.state === "granted") return;
    throw new SottoError("CONSENT_REQUIRED", `the viewer's consent is "${this.#parts.consent.state}"`, {
      hint: "Ask the viewer, then call session.consent.grant().",
    });
  }

  #say(error: unknown): void {
    // Consent that was withdrawn meanwhile is no failure.
    if ((error as Error).name === "AbortError" || (error as SottoError).code === "CONSENT_REQUIRED") return;
    this.#parts.failed(
      error instanceof SottoError ? error : new SottoError("INTERNAL", (error as Error).message, { cause: error }),
    );
  }
}

/** Throws MISMATCH or EXPIRED. `price` is what the device computed from the task's parameters. */
function checkTask(task: TaskReference, price: Price): void {
  const hint = "Nothing was contributed. The operator must publish the true cost.";
  if (!(Math.abs(price.rho - task.rho) <= tolerance * price.rho)) {
    throw new SottoError("MISMATCH", `task ${task.id} states rho ${task.rho}, its parameters have ${price.rho}`, {
      hint,
    });
  }
  // A larger epsilon than necessary is no false promise.
  if (!(task.epsilon >= price.epsilon * (1 - tolerance))) {
    throw new SottoError(
      "MISMATCH",
      `task ${task.id} states epsilon ${task.epsilon} at delta ${task.delta}, its parameters have ${price.epsilon}`,
      { hint },
    );
  }
  if (Date.now() >= price.expires) {
    throw new SottoError("EXPIRED", `task ${task.id} ended at ${task.expires}`, { hint: "Wait for the next one." });
  }
}

function spentByEpoch(entries: readonly StoredEntry[]): Map<number, number> {
  const epochs = new Map<number, number>();
  for (const { epoch = 0, microRho } of entries) epochs.set(epoch, (epochs.get(epoch) ?? 0) + microRho);
  return epochs;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
