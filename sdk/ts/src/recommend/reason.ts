// Why a product stands where it does, for the viewer.
import type { RankedProduct } from "../core/ranker.js";
import type { LocalText, Product, Recommendation } from "../types.js";

const sentences: Record<RankedProduct["reason"], (because: Product | undefined) => LocalText> = {
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

export function toRecommendation(ranked: RankedProduct, catalogue: readonly Product[]): Recommendation | undefined {
  const product = catalogue[ranked.product];
  if (!product) return undefined; // the catalogue changed while the ranking was on its way
  const because = ranked.because === undefined ? undefined : catalogue[ranked.because];
  const kind = because ? ranked.reason : "popular";
  return {
    product,
    score: ranked.score,
    reason: { kind, ...(because && { because }), text: sentences[kind](because) },
    contentShare: ranked.contentShare,
  };
}
