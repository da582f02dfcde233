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
import { hex } from "./hex.js";
import { isOver, type MeasureParts, measure } from "./measure.js";
import type { MadeReport, MadeShare, Price } from "./protocol.js";
import { type SendOptions, send } from "./send.js";
import { update } from "./update.js";
import { reportsUrl, upload } from "./upload.js";

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
/** Milliseconds within which a page that is busy all the time contributes nevertheless. */
const idleWithin = 5_000;

/** Nothing is left to do. Versions before there was somebody to send them to sealed reports that nobody can open. */
const final = ({ state, trust, report }: StoredEntry) =>
  state === "accepted" || state === "refused" || (trust === "split" && !report?.taskId);

/** It waits for a manifest that names another key. */
const isOutdated = ({ error, expires }: StoredEntry) => error?.code === "OUTDATED_KEY" && Date.now() < expires;

const epochOf = (task: TaskReference) => (task.trust === "split" ? task.epoch : 0);

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
    const others = (await this.#parts.storage.entries()).filter((entry) => !this.#isOf(entry, task));
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
      await idle();
      this.#abort.signal.throwIfAborted();
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
    const unfinished = async () => {
      const { stream } = this.#parts.manifest();
      return (await this.#parts.storage.entries()).filter((entry) => entry.stream === stream && !final(entry));
    };
    try {
      for (const entry of await unfinished()) {
        await this.#exclusive(entry.task, entry.epoch, () => this.#send(entry)).catch((error) => this.#say(error));
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
    const { storage } = this.#parts;
    if (!this.#mayAct || this.#running.has(runningKey(task.id, epochOf(task)))) return;
    try {
      const known = (await storage.entries()).find((entry) => this.#isOf(entry, task));
      if (!known || !final(known)) await this.#once(task);
    } catch (error) {
      if (!passed(error)) this.#say(error);
    }
  }

  #once(task: TaskReference): Promise<StoredEntry> {
    return this.#exclusive(task.id, epochOf(task), async () => {
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

  /** At most one at a time for each task and epoch. */
  #exclusive(task: string, epoch: number | undefined, work: () => Promise<StoredEntry>): Promise<StoredEntry> {
    const key = runningKey(task, epoch);
    const running = this.#running.get(key) ?? work().finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    return running;
  }

  /** One contribution is made to a task in its epoch. */
  #isOf({ task, stream, epoch = 0 }: StoredEntry, of: TaskReference): boolean {
    return task === of.id && stream === this.#parts.manifest().stream && epoch === epochOf(of);
  }

  /** The task's entry: the one that exists, or a new one that is stored but not sent. */
  async #prepare(task: TaskReference): Promise<StoredEntry> {
    const { storage } = this.#parts;
    const price = await this.#priceOf(task);
    for (;;) {
      const entries = await storage.entries();
      const known = entries.find((entry) => this.#isOf(entry, task));
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
    const epoch = epochOf(task);
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
    return reportOf(task, await this.#federation.call("makeReport", { task, measured }));
  }

  async #send(entry: StoredEntry): Promise<StoredEntry> {
    this.#needConsent();
    const { storage, changed, fetch, backoff, attempts, logger } = this.#parts;
    const { signal } = this.#abort;
    const elsewhere = new DOMException("the entry was settled or forgotten elsewhere", "AbortError");
    const note = async (next: StoredEntry) => {
      if (!(await storage.updateEntry(next))) throw elsewhere;
      changed(next);
      logger.debug(`contribution ${next.id} to task ${next.task}: ${next.state}`, next.error?.message);
    };
    const options: SendOptions = { fetch, backoff, attempts, signal };
    try {
      if (entry.trust !== "split") return await send(entry, update, note, options);
      const sent = isOutdated(entry) ? entry : await send(entry, upload, note, options);
      const resealed = isOutdated(sent) && (await this.#reseal(sent));
      if (!resealed) return sent;
      await note(resealed);
      return await send(resealed, upload, note, options);
    } catch (error) {
      const settled = error === elsewhere && (await storage.entries()).find(({ id }) => id === entry.id);
      if (settled) return settled;
      throw error;
    }
  }

  /**
   * The same report, id and shares included, sealed to the keys that the manifest names; undefined if they are those that it
   * is sealed to. Not a new one: the leader could say of any report that its key is outdated, and an honest helper counts
   * one id once, so that the device is in the sum once for the one price that it paid.
   */
  async #reseal({ error: _, ...entry }: StoredEntry): Promise<StoredEntry | undefined> {
    const { report, bytes } = entry;
    const task = this.#parts.manifest().tasks.find((each) => this.#isOf(entry, each));
    if (!report || task?.trust !== "split") return undefined;
    const { leader, helper } = task.aggregators;
    if (leader.hpke.id === report.leader.configId && helper.hpke.id === report.helper.configId) return undefined;
    const made = await this.#federation.call("resealReport", { task, report: { ...report, bytes } });
    if (hex(made.taskId) !== hex(report.taskId)) return undefined; // another task by now, under the same name
    const fresh = reportOf(task, made);
    return { ...entry, ...fresh, report: { ...fresh.report, resealed: true } };
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

const runningKey = (task: string, epoch = 0) => `${task} ${epoch}`;

/** When the page has nothing better to do. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof requestIdleCallback !== "function") return resolve();
    requestIdleCallback(() => resolve(), { timeout: idleWithin });
  });

function reportOf({ aggregators }: SplitTaskReference, made: MadeReport) {
  const { taskId, nonce, publicShare, leader, helper, bytes } = made;
  const named = (role: "leader" | "helper", share: MadeShare) => {
    const { operator, url } = aggregators[role];
    return { operator, url, ...share };
  };
  return {
    id: hex(nonce),
    url: reportsUrl(aggregators.leader.url, taskId),
    bytes,
    report: {
      ...{ taskId, nonce, publicShare, oneOperator: aggregators.oneOperator },
      ...{ leader: named("leader", leader), helper: named("helper", helper) },
    },
  };
}
