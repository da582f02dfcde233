import type { CommentsApi, ConnectionState, Explanation, LiveComment, SendOptions, Sentiment } from "../types.js";
import type { EngineClient } from "../worker/client.js";

export class SessionComments implements CommentsApi {
  readonly #client: () => EngineClient;
  readonly #now: () => number;
  #nextId = 1;
  /** Kept by the session. */
  state: ConnectionState = "none";

  constructor(client: () => EngineClient, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  get connection(): ConnectionState {
    return this.state;
  }

  classify(text: string): Promise<Sentiment>;
  classify(texts: readonly string[]): Promise<Sentiment[]>;
  async classify(text: string | readonly string[]): Promise<Sentiment | Sentiment[]> {
    const texts = typeof text === "string" ? [text] : text;
    const sentiments = await this.#client().call("classify", { texts });
    return typeof text === "string" ? (sentiments[0] as Sentiment) : sentiments;
  }

  async explain(text: string): Promise<Explanation> {
    return this.#client().call("explain", { text });
  }

  async send(text: string, { user = "", mode = "scroll", color = "" }: SendOptions = {}): Promise<LiveComment> {
    const comment = { id: `own-${this.#nextId++}`, at: this.#now(), user, text, own: true };
    await this.#client().call("send", { ...comment, mode, color });
    return comment;
  }
}
