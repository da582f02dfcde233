// Everything that needs the core, behind the protocol: comments are received, judged and drawn here without the page's
// thread, which may be busy.
import { CommentJudge } from "../comments/judge.js";
import { CommentSocket } from "../comments/socket.js";
import { renderMessage } from "../comments/wire.js";
import type { Core, EaseModel, ParsedManifest, Ranker, SentimentModel } from "../core/core.js";
import { startCore } from "../core/load.js";
import { SottoError } from "../errors.js";
import { Director } from "../overlay/director.js";
import { createCanvas } from "../overlay/surface.js";
import type { LiveComment, Manifest } from "../types.js";
import type { Calls, Reports, Tells } from "./protocol.js";
import { toWire } from "./wire-error.js";

type Report = <Name extends keyof Reports>(name: Name, content: Parameters<Reports[Name]>[0]) => void;
type Answers = {
  [Name in keyof Calls]: (
    ...args: Parameters<Calls[Name]>
  ) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;
};

export class Engine {
  readonly #report: Report;
  readonly #pageCanvas: HTMLCanvasElement | undefined;
  readonly #judge: CommentJudge;
  #core: Core | undefined;
  #sentiment: SentimentModel | undefined;
  #manifest: ParsedManifest | undefined;
  #ranker: Ranker | undefined;
  #affinity: EaseModel | undefined;
  #director: Director | undefined;
  #socket: CommentSocket | undefined;
  #socketUrl = "";

  constructor(report: Report, pageCanvas?: HTMLCanvasElement) {
    this.#report = report;
    this.#pageCanvas = pageCanvas;
    this.#judge = new CommentJudge(
      () => this.#need(this.#sentiment, "the sentiment model"),
      (comments) => report("comments", { comments }),
      (error) => report("problem", { error: toWire(error) }),
    );
  }

  readonly calls: Answers = {
    start: async ({ wasm }) => {
      this.#core = await startCore(wasm);
      return { buildId: this.#core.buildId };
    },
    loadSentiment: ({ file }) => {
      const model = this.#running.loadSentiment(file);
      this.#sentiment?.dispose();
      this.#sentiment = model;
      return { version: model.version };
    },
    classify: ({ texts }) => {
      const model = this.#need(this.#sentiment, "the sentiment model");
      return texts.map((text) => model.classify(text));
    },
    explain: ({ text }) => this.#need(this.#sentiment, "the sentiment model").explain(text),
    readManifest: ({ text }) => this.#readManifest(text),
    occurrences: ({ from, to, limit }) =>
      this.#need(this.#manifest, "the manifest").occurrencesBetween(from, to, limit),
    loadAffinity: ({ file }) => {
      const model = this.#running.loadEase(file);
      try {
        this.#ranker?.useModel(model);
      } catch (error) {
        model.dispose();
        throw error;
      }
      this.#affinity?.dispose();
      this.#affinity = model;
      return { version: model.version };
    },
    rank: ({ history, k, includeEngaged }) => this.#ranker?.rank(history, { k, includeEngaged }) ?? [],
    priceTask: ({ task, expires, delta }) => {
      const rho = this.#running.taskRho(task);
      return {
        rho,
        microRho: this.#running.toMicroRho(rho),
        epsilon: this.#running.epsilonOfZcdp(rho, delta),
        expires: this.#running.parseRfc3339(expires),
      };
    },
    spend: ({ limitMicroRho, spent, cost }) => ({ spent: this.#running.spendBudget(limitMicroRho, spent, cost) }),
    epsilon: ({ rho, delta }) => ({ epsilon: this.#running.epsilonOfZcdp(rho, delta) }),
    microRho: ({ rho }) => ({ microRho: this.#running.toMicroRho(rho) }),
    makeUpdate: ({ task, engaged }) => {
      const random = this.#running.osRandom();
      try {
        return { bytes: this.#running.makeLocalUpdate(task, engaged, random) as Uint8Array<ArrayBuffer> };
      } finally {
        random.dispose();
      }
    },
    attachOverlay: ({ canvas, geometry, style }) => {
      const surface = canvas ?? this.#pageCanvas ?? createCanvas(1, 1);
      this.#director = new Director(this.#running, surface, geometry, style, this.#report);
      for (const name of Object.keys(this.#director.tells) as (keyof Director["tells"])[]) {
        this.tells[name] = this.#director.tells[name] as never;
      }
    },
    loadRecording: (request) => this.#director?.loadRecording(request),
    pick: ({ x, y }) => ({ comment: this.#director?.stage.pick(x, y) }),
    send: ({ text, user, id, at }) => {
      const message = renderMessage(text, user);
      if (!this.#socket) throw new SottoError("UNAVAILABLE", "this room has no comment server");
      this.#socket.send(message);
      this.#receive({ id, at, user, text, own: true });
    },
  };

  readonly tells: { [Name in keyof Tells]?: Tells[Name] } = {
    push: (text) => this.#director?.push(text),
    clear: () => this.#director?.stage.clear(),
    connect: ({ url }) => this.#connect(url),
  };

  stop(): void {
    this.#judge.stop();
    this.#socket?.close();
    this.#director?.stop();
    for (const held of [this.#sentiment, this.#manifest, this.#ranker, this.#affinity]) held?.dispose();
  }

  get #running(): Core {
    return this.#need(this.#core, "the core");
  }

  #need<T>(part: T | undefined, what: string): T {
    if (part === undefined) throw new SottoError("INTERNAL", `${what} was used before it was loaded`);
    return part;
  }

  /** Keeps what it had if the text is no manifest. */
  #readManifest(text: string): { canonical: string; epoch: number | undefined } {
    const parsed = this.#running.parseManifest(text);
    const canonical = parsed.json;
    const { products, epoch } = JSON.parse(canonical) as Manifest;
    const catalogue = products.map(({ id, title, category, price }) => ({
      id,
      title: title.zh === title.en ? title.zh : `${title.zh} ${title.en}`,
      category,
      price: price.amount,
    }));
    const ranker = catalogue.length > 0 ? this.#running.createRanker(catalogue) : undefined;
    this.#manifest?.dispose();
    this.#ranker?.dispose();
    this.#manifest = parsed;
    this.#ranker = ranker;
    if (this.#affinity) {
      try {
        ranker?.useModel(this.#affinity);
      } catch {
        this.#affinity.dispose(); // a catalogue that the model does not know: content alone ranks it
        this.#affinity = undefined;
      }
    }
    return { canonical, epoch: epoch ? this.#running.parseRfc3339(epoch) : undefined };
  }

  #connect(url: string): void {
    if (url === this.#socketUrl) return;
    this.#socketUrl = url;
    this.#socket?.close();
    this.#socket = undefined;
    if (!url) return;
    this.#socket = new CommentSocket(url, {
      // The server's echo of the viewer's own message was shown when it was sent.
      comment: (comment) => comment.own || this.#receive(comment),
      state: (state) => this.#report("connection", { state }),
      problem: (error) => this.#report("problem", { error: toWire(error) }),
    });
  }

  #receive(comment: LiveComment): void {
    this.#director?.push({ ...comment, color: "" });
    this.#judge.add(comment);
  }
}
