// Files of recorded comments: the engine reads and writes them, with an overlay or without one.
import type { Heatmap, ImportedComments, OverlayApi } from "../types.js";
import type { EngineClient } from "../worker/client.js";

type Methods = Pick<OverlayApi, "importComments" | "exportComments" | "heatmap">;

export abstract class Recordings implements Methods {
  /** Throws DISPOSED after the session's end. */
  protected abstract get engine(): EngineClient;

  async importComments(...[file, options]: Parameters<Methods["importComments"]>): Promise<ImportedComments> {
    return this.engine.call("importComments", { file, format: options?.format });
  }

  async exportComments(...[comments, format]: Parameters<Methods["exportComments"]>): Promise<string> {
    return this.engine.call("exportComments", { comments, format });
  }

  async heatmap(...[comments, options]: Parameters<Methods["heatmap"]>): Promise<Heatmap> {
    return this.engine.call("heatmap", { comments: comments.map(({ at }) => ({ at })), options });
  }
}
