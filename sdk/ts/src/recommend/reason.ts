// Why a product stands where it does, for the viewer.
import type { LocalText, Product, Recommendation } from "../types.js";
import type { RankedId } from "../worker/protocol.js";

const sentences: Record<RankedId["reason"], (because: Product | undefined) => LocalText> = {
  listed: () => ({ zh: "直播间商品", en: "In this room" }),
  popular: () => ({ zh: "直播间人气好物", en: "Popular in this room" }),
  similar: (because) => ({
    zh: `与你看过的「${because?.title.zh}」相似`,
    en: `Similar to “${because?.title.en}”, which you looked at`,
  }),
  together: (because) => ({
    zh: `喜欢「${because?.title.zh}」的观众也喜欢`,
    en: `Viewers who liked “${because?.title.en}” like this too`,
  }),
};

export function toRecommendation(ranked: RankedId, products: ReadonlyMap<string, Product>): Recommendation | undefined {
  const product = products.get(ranked.product);
  if (!product) return undefined; // the manifest changed while the ranking was on its way
  const because = ranked.because === undefined ? undefined : products.get(ranked.because);
  const kind = ranked.because === undefined || because ? ranked.reason : "listed";
  return {
    product,
    score: ranked.score,
    reason: { kind, ...(because && { because }), text: sentences[kind](because) },
    contentShare: ranked.contentShare,
  };
}
