// Everything that needs the core, behind the protocol: comments are read, judged, analysed and drawn here without the
// page's thread, which may be busy.
import { CommentJudge } from "../comments/judge.js";
import type { CommentModel, CommentRoom, Core, CoreError, ParsedManifest } from "../core/core.js";
import { startCore } from "../core/start-core.js";
import { SottoError } from "../errors.js";
import { createBackend } from "../overlay/backends/create.js";
import { defaultPriority } from "../overlay/filters/priority.js";
import type { TimedText } from "../overlay/model.js";
import { Director } from "../overlay/stage/director.js";
import { wallClock } from "../overlay/stage/wall-clock.js";
import { createCanvas } from "../overlay/surface.js";
import { part } from "../part.js";
import type { Room } from "../recommend/room.js";
import { manifestFromCanonical } from "../stream/manifest.js";
import type { LiveComment, Manifest, Thresholds, Verdict } from "../types.js";
import type { Calls, Reply, Reports, Request, Tells } from "./protocol.js";
import { toWire } from "./to-wire.js";

/** A comment of the room, which says nothing of how it looks. */
const plain = (comment: LiveComment): TimedText => ({
  ...comment,
  color: "",
  mode: "scroll",
  x: 0,
  y: 0,
  duration: 0,
  size: 1,
  role: "viewer",
  priority: defaultPriority(comment),
  style: {},
  emotes: {},
});

/** Comments of one frame that are drawn: more have no place. */
const mostOfFrame = 512;
/** As many as the analysis takes. */
const mostProducts = 999;

/** Of a comment of the viewer, -1 (angry) to 1 (glad). */
const moodOf = ({ sentiment, emotion }: Verdict): number =>
  emotion.label === "anger" ? -1 : { positive: 1, neutral: 0, negative: -1 }[sentiment.label];

const wireOf = (error: CoreError) => ({ ...error, cause: "" });

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
  #room: CommentRoom | undefined;
  #model: CommentModel | undefined;
  #thresholds: Thresholds = {};
  #manifest: ParsedManifest | undefined;
  /** Ids of the manifest's products and events, by the core's indices. */
  #products: readonly string[] = [];
  #read: Manifest | undefined;
  #onStage = "";
  #events: readonly string[] = [];
  /** Of rooms with products, once it is loaded. */
  #recommender: Room | undefined;
  #director: Director | undefined;
  /** The page has a say about what is shown: it sees comments first. */
  #asks = false;
  /** The page listens, or shows the comments itself. */
  #listens = false;
  #lists = false;
  /** The viewer's comments that the server has not answered yet, oldest first. */
  #unanswered: { id: string; text: string }[] = [];

  constructor(report: Report, pageCanvas?: HTMLCanvasElement) {
    this.#report = report;
    this.#pageCanvas = pageCanvas;
    this.#judge = new CommentJudge({
      room: () => this.#need(this.#room, "the room"),
      model: () => this.#judging,
      listens: () => this.#asks || this.#listens || this.#lists,
      report: (comments) => report("comments", { comments }),
      noticed: (events) => report("noticed", { events }),
      problem: (error) => report("problem", { error: wireOf(error) }),
    });
  }

  readonly calls: Answers = {
    start: async ({ wasm }) => {
      this.#core = await startCore(wasm);
      this.#room = this.#core.createCommentRoom();
      return { buildId: this.#core.buildId };
    },
    loadCommentModel: ({ file }) => {
      const model = this.#running.loadCommentModel(file);
      model.setThresholds(this.#thresholds);
      this.#model?.dispose();
      this.#model = model;
      this.#nameProducts();
      return { version: model.version };
    },
    classify: ({ texts }) => this.#judging.classifyMany(texts),
    explain: ({ text, ...of }) => this.#judging.explain(text, of),
    setThresholds: ({ thresholds }) => {
      this.#judging.setThresholds(thresholds);
      this.#thresholds = thresholds;
    },
    summary: () => this.#judge.summary(),
    readManifest: (request) => this.#readManifest(request),
    occurrences: ({ from, to, limit }) =>
      this.#need(this.#manifest, "the manifest")
        .occurrencesBetween(from, to, limit)
        .map((occurrence) => ({ ...occurrence, event: this.#events[occurrence.event] as string })),
    startRecommender: async ({ script, wasm }) => {
      const { createRoom }: typeof import("../recommend/room.js") = await part(
        import(/* @vite-ignore */ /* webpackIgnore: true */ script),
      );
      const recommender = await createRoom(wasm, {
        ngrams: (title) => this.#running.titleNgrams(title),
        dropped: (error) => this.#report("problem", { error: toWire(error) }),
      });
      recommender.setManifest(this.#need(this.#read, "the manifest"));
      recommender.stage(this.#onStage);
      this.#recommender?.stop();
      this.#recommender = recommender;
    },
    recommender: ({ name, request }) =>
      this.#need(this.#recommender, "the recommender").calls[name](request as never) as never,
    epsilon: ({ rho, delta }) => ({ epsilon: this.#running.epsilonOfZcdp(rho, delta) }),
    microRho: ({ rho }) => ({ microRho: this.#running.toMicroRho(rho) }),
    attachOverlay: async ({ canvas, layout, backend, webgl }) => {
      const surface = canvas ?? this.#pageCanvas ?? createCanvas(1, 1);
      this.#asks = layout.selection.asks;
      const load = () => import(/* @vite-ignore */ /* webpackIgnore: true */ webgl);
      const chosen = await createBackend(surface, backend, () => this.#director?.stage.restore(), load);
      this.#director = new Director(this.#running, chosen, layout, this.#report);
      for (const name of Object.keys(this.#director.tells) as (keyof Director["tells"])[]) {
        this.tells[name] = this.#director.tells[name] as never;
      }
      const { layout: lay, mode } = this.#director.tells;
      this.tells.mode = (state) => {
        this.#lists = state.mode === "list";
        mode(state);
      };
      this.tells.layout = (changed) => {
        this.#asks = changed.selection.asks;
        lay(changed);
      };
    },
    loadRecording: ({ comments }) => this.#need(this.#director, "the overlay").stage.loadRecording(comments),
    importComments: async ({ file, format }) =>
      this.#running.importComments(await new Response(file).arrayBuffer(), format),
    exportComments: ({ comments, format }) => this.#running.exportComments(comments, format),
    heatmap: ({ comments, options }) => this.#running.heatmap(comments, options),
    pick: ({ x, y }) => ({ comment: this.#director?.stage.pick(x, y) }),
    visibleComments: () => ({ comments: this.#director?.stage.visibleComments() ?? [] }),
    hold: (request) => ({ held: this.#director?.stage.hold(request) }),
    capture: async () => ({ picture: await this.#need(this.#director, "the overlay").stage.capture(wallClock()) }),
  };

  readonly tells: { [Name in keyof Tells]?: Tells[Name] } = {
    push: (text) => this.#director?.push(text),
    clear: () => this.#director?.stage.clear(),
    frame: ({ bytes }) => {
      const listened = this.#asks || this.#listens || this.#lists;
      const wanted = listened ? Number.POSITIVE_INFINITY : this.#director ? mostOfFrame : 0;
      const { comments, answers } = this.#judge.receive(bytes, wanted);
      // The server's echo of the viewer's own message was shown when it was sent.
      for (const answer of answers) {
        if (typeof answer === "string") this.#answered(answer);
        else this.#refused(answer);
      }
      if (!this.#asks) for (const comment of comments) this.#director?.push(plain(comment));
    },
    lost: () => {
      this.#unanswered = [];
    },
    sent: ({ text, user, id, at, mode, color }) => {
      this.#unanswered.push({ id, text });
      const comment = { id, at, user, text, own: true };
      this.#director?.push({ ...plain(comment), mode, color });
      this.#judge.add(comment);
      this.#recommender?.mood(moodOf(this.#judging.classify(text)), Date.now());
    },
    observe: ({ programme, ...comments }) => this.#judge.observe(comments, programme),
    listen: () => {
      this.#listens = true;
    },
    stage: ({ product }) => {
      this.#onStage = product;
      this.#recommender?.stage(product);
      this.#room?.setOnStage(this.#products.indexOf(product));
    },
  };

  stop(): void {
    this.#judge.stop();
    this.#director?.stop();
    for (const held of [this.#room, this.#model, this.#manifest]) held?.dispose();
    this.#recommender?.stop();
  }

  get #running(): Core {
    return this.#need(this.#core, "the core");
  }

  get #judging(): CommentModel {
    return this.#need(this.#model, "the comment model");
  }

  #need<T>(part: T | undefined, what: string): T {
    if (part === undefined) throw new SottoError("INTERNAL", `${what} was used before it was loaded`);
    return part;
  }

  #readManifest({ text, base, stream }: Request<"readManifest">): Reply<"readManifest"> {
    const parsed = this.#running.parseManifest(text);
    const manifest = manifestFromCanonical(parsed.json, base);
    if (stream !== undefined && manifest.stream !== stream) {
      throw new SottoError("MISMATCH", `the manifest is now of stream ${manifest.stream}, not ${stream}`, {
        hint: "Create a session for each stream.",
      });
    }
    const epoch = manifest.epoch ? this.#running.parseRfc3339(manifest.epoch) : undefined;
    this.#recommender?.setManifest(manifest);
    // Nothing below fails.
    this.#manifest?.dispose();
    this.#manifest = parsed;
    this.#read = manifest;
    this.#products = manifest.products.map(({ id }) => id);
    this.#nameProducts();
    this.#events = manifest.events.map(({ id }) => id);
    return { manifest, epoch };
  }

  /** What the analysis looks for in comments. */
  #nameProducts(): void {
    if (!this.#model) return;
    try {
      this.#room?.setProducts(this.#read?.products.slice(0, mostProducts) ?? [], this.#model);
      this.tells.stage?.({ product: this.#onStage });
    } catch (error) {
      this.#report("problem", { error: toWire(error) });
    }
  }

  /** Of a viewer who reads slowly the server drops messages: what was sent before this one was answered as well. */
  #answered(text: string): void {
    const place = this.#unanswered.findIndex((sent) => sent.text === text);
    this.#unanswered.splice(0, Math.max(0, place) + 1);
  }

  #refused(reason: CoreError): void {
    const error = wireOf(reason);
    const sent = this.#unanswered.shift();
    if (sent) this.#report("refused", { id: sent.id, error });
    else this.#report("problem", { error });
  }
}
