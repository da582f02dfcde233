import type { CommentSocket } from "../comments/socket.js";
import { SottoError } from "../errors.js";
import { part } from "../part.js";
import type {
  CommentSummary,
  CommentsApi,
  ConnectionState,
  Explanation,
  HeadName,
  LiveComment,
  ObservedComment,
  SendOptions,
  Thresholds,
  Verdict,
} from "../types.js";
import type { EngineClient } from "../worker/client.js";

export interface CommentsParts {
  client(): EngineClient;
  /** Seconds of programme time. */
  now(): number;
  state(state: ConnectionState): void;
  failed(error: unknown): void;
}

const live = () => part(import("../comments/live.js"));

/** Texts that are judged in one go; the overlay is drawn in between. */
const slice = 500;

export class SessionComments implements CommentsApi {
  readonly #parts: CommentsParts;
  #socket: CommentSocket | undefined;
  #url = "";
  #nextId = 1;
  #state: ConnectionState = "none";
  /** What the viewer wrote. */
  readonly own: LiveComment[] = [];

  constructor(parts: CommentsParts) {
    this.#parts = parts;
  }

  get connection(): ConnectionState {
    return this.#state;
  }

  classify(text: string): Promise<Verdict>;
  classify(texts: readonly string[]): Promise<Verdict[]>;
  async classify(text: string | readonly string[]): Promise<Verdict | Verdict[]> {
    const texts = typeof text === "string" ? [text] : [...text];
    const verdicts: Verdict[] = [];
    while (verdicts.length < texts.length) {
      const some = texts.slice(verdicts.length, verdicts.length + slice);
      verdicts.push(...(await this.#parts.client().call("classify", { texts: some })));
    }
    return typeof text === "string" ? (verdicts[0] as Verdict) : verdicts;
  }

  async explain(text: string, of?: { head?: HeadName; label?: string }): Promise<Explanation> {
    return this.#parts.client().call("explain", { text, ...of });
  }

  async setThresholds(thresholds: Thresholds): Promise<void> {
    return this.#parts.client().call("setThresholds", { thresholds });
  }

  observe(comments: readonly ObservedComment[]): void {
    this.#parts.client().tell("observe", {
      texts: comments.map(({ text }) => text),
      times: Float64Array.from(comments, ({ at = Number.NaN }) => at),
      viewers: comments.map(({ viewer = "" }) => viewer),
      programme: this.#parts.now(),
    });
  }

  async summary(): Promise<CommentSummary> {
    return this.#parts.client().call("summary", null);
  }

  async send(text: string, { user = "", mode = "scroll", color = "" }: SendOptions = {}): Promise<LiveComment> {
    const client = this.#parts.client();
    const message = (await live()).renderMessage(text, user);
    if (!this.#socket) throw new SottoError("UNAVAILABLE", "this room has no comment server");
    this.#socket.send(message);
    const comment = { id: `own-${this.#nextId++}`, at: this.#parts.now(), user, text, own: true };
    this.own.push(comment);
    client.tell("sent", { ...comment, mode, color });
    return comment;
  }

  /** Opens the comment WebSocket, or closes it for "". */
  connect(url: string): void {
    if (url === this.#url) return;
    this.close();
    this.#url = url;
    if (url) this.#open(url).catch(this.#parts.failed);
  }

  async #open(url: string): Promise<void> {
    const { CommentSocket } = await live();
    if (url !== this.#url) return; // closed meanwhile
    const { client, state, failed } = this.#parts;
    this.#socket = new CommentSocket(url, {
      frame: (bytes) => client().tell("frame", { bytes }, [bytes.buffer]),
      state: (now) => {
        this.#state = now;
        state(now);
      },
      problem: failed,
    });
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#url = "";
    this.#state = "closed";
  }
}
