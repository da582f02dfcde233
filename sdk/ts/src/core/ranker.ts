import { unwrap } from "./answer.js";
import { Handle } from "./handle.js";
import type { EaseModel as RawEase, Ranker as RawRanker } from "./module.js";

export class EaseModel extends Handle<RawEase> {
  get version(): string {
    return this.raw.version;
  }
}

export interface RankedProduct {
  /** Index into the catalogue. */
  product: number;
  score: number;
  reason: "popular" | "similar" | "together";
  because: number | undefined;
  contentShare: number;
}

export class Ranker extends Handle<RawRanker> {
  /** "" before useModel(). */
  get modelVersion(): string {
    return this.raw.modelVersion;
  }

  /** Throws MISMATCH if the catalogue has none of the model's items. The model may be disposed afterwards. */
  useModel(model: EaseModel): void {
    unwrap(this.raw.useModel(model.raw));
  }

  /** `history`: indices into the catalogue with weights > 0, newest last. */
  rank(
    history: readonly { product: number; weight: number }[],
    { k = 10, includeEngaged = false }: { k?: number; includeEngaged?: boolean } = {},
  ): RankedProduct[] {
    return unwrap(
      this.raw.rank(
        Uint32Array.from(history, ({ product }) => product),
        Float32Array.from(history, ({ weight }) => weight),
        k,
        includeEngaged,
      ),
    );
  }
}
