// Why a product stands where it does, for the viewer.
import type { LocalText, Manifest, Product, Recommendation } from "../types.js";
import type { RankedId } from "./protocol.js";

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
  suits: () => ({ zh: "符合你的喜好", en: "Fits what you look at" }),
  "on-stage": () => ({ zh: "主播正在讲解", en: "On stage now" }),
  offer: () => ({ zh: "正在优惠", en: "On offer now" }),
  explore: () => ({ zh: "换个口味试试", en: "Something new for you" }),
  pinned: () => ({ zh: "店铺推荐", en: "The shop’s pick" }),
};

/** Products that the manifest lacks are left out: it changed while the ranking was on its way. */
export function toRecommendations(ranked: readonly RankedId[], manifest: Manifest): Recommendation[] {
  const products = new Map(manifest.products.map((product) => [product.id, product]));
  return ranked.flatMap((one) => toRecommendation(one, products, manifest) ?? []);
}

function toRecommendation(
  ranked: RankedId,
  products: ReadonlyMap<string, Product>,
  manifest: Manifest,
): Recommendation | undefined {
  const product = products.get(ranked.product);
  if (!product) return undefined;
  const because = ranked.because === undefined ? undefined : products.get(ranked.because);
  const campaign = manifest.campaigns.find(({ id }) => id === ranked.campaign);
  const kind = ranked.because === undefined || because ? ranked.reason : "listed";
  const text = kind === "offer" && campaign?.coupon ? campaign.coupon.label : sentences[kind](because);
  const { score, contributions, contentShare } = ranked;
  return {
    product,
    score,
    reason: { kind, ...(because && { because }), text },
    contributions,
    contentShare,
    ...(campaign && { campaign }),
  };
}
