// A script for a ranker: each step as the native program reads it (tests/identity/ranking.cc) and as the package does it.
import type { Core } from "@sotto/live/core";
import type { Ranker, RankRequest, Recommender, ViewerEvent } from "@sotto/live/recommend";
import { easeModelBytes } from "./ease-file.js";
import { roomProducts } from "./files.js";
import { Dice } from "./random.js";

export interface Bench {
  core: Core;
  recommender: Recommender;
  ranker?: Ranker;
}

export interface Step {
  line: string;
  run(bench: Bench): unknown[];
}

const kinds = ["shown", "view", "click", "cart", "buy", "less"] as const;
const reasons = [
  ...["listed", "popular", "similar", "together", "suits", "on-stage", "offer", "explore", "pinned"],
] as readonly string[];
const bits = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0] as number;
const text = (value: string) => Buffer.from(value).toString("hex") || ".";
const list = (items: readonly (string | number)[]) => [items.length, ...items].join(" ");
const none = (value: number | undefined) => value ?? -1;

const needed = ({ ranker }: Bench): Ranker => ranker as Ranker;
const quiet = (work: (bench: Bench) => void) => (bench: Bench) => {
  work(bench);
  return [];
};

function catalogueStep(brands: readonly string[]): Step {
  const products = roomProducts().map(({ id, title, category, price }, place) => ({
    id,
    title: `${title.zh} ${title.en}`,
    category,
    brand: brands[place % brands.length] as string,
    price: price.amount,
  }));
  const fields = products.map(
    ({ id, title, category, brand, price }) => `${id} ${text(title)} ${text(category)} ${text(brand)} ${price}`,
  );
  return {
    line: `catalogue ${text("spring")} ${list(fields)}`,
    run: quiet((bench) => {
      const known = products.map(({ title, ...product }) => ({
        ...product,
        image: new Float32Array(),
        ngrams: bench.core.titleNgrams(title),
      }));
      bench.ranker = bench.recommender.createRanker(known, "spring");
    }),
  };
}

const modelStep = (file: Uint8Array): Step => ({
  line: `model ${Buffer.from(file).toString("hex")}`,
  run: quiet((bench) => {
    const model = bench.recommender.loadModel(file);
    try {
      needed(bench).useModel(model);
    } finally {
      model.dispose();
    }
  }),
});

const eventLine = ({ product, kind, at, onStage, mood = 0 }: ViewerEvent) =>
  `${product} ${kinds.indexOf(kind)} ${at} ${none(onStage)} ${bits(mood)}`;

const observeStep = (event: ViewerEvent): Step => ({
  line: `observe ${eventLine(event)}`,
  run: quiet((bench) => needed(bench).observe([event])),
});

const replayStep = (events: readonly ViewerEvent[]): Step => ({
  line: `replay ${list(events.map(eventLine))}`,
  run: quiet((bench) => needed(bench).replay(events)),
});

type FullRequest = Required<Omit<RankRequest, "programme" | "seed" | "onStage">> &
  Pick<RankRequest, "seed" | "onStage">;

function rankStep(request: FullRequest): Step {
  const { k, includeEngaged, onStage, mood, now, diversity, seed, rules } = request;
  const { pins = [], boosts = [], caps = [], exclude = [] } = rules;
  const target = (rule: { product?: number; category?: string }) =>
    `${none(rule.product)} ${text(rule.category ?? "")}`;
  return {
    line: [
      ...["rank", k, Number(includeEngaged), none(onStage), bits(mood), now, bits(diversity), none(seed)],
      list(pins.map(({ product, place }) => `${product} ${place}`)),
      list(boosts.map((rule) => `${target(rule)} ${bits(rule.factor)}`)),
      list(caps.map(({ category = "", brand = "", most }) => `${text(category)} ${text(brand)} ${most}`)),
      list(exclude.map(target)),
    ].join(" "),
    run: (bench) =>
      needed(bench)
        .rank(request)
        .recommendations.flatMap((one) => [
          one.product,
          bits(one.score),
          reasons.indexOf(one.reason),
          none(one.because),
          bits(one.contentShare),
          ...Array.from(one.contributions, bits),
        ]),
  };
}

const offersStep = (offers: readonly { product: number; price: number; stock: number; coupon: number }[]): Step => ({
  line: `offers ${list(offers.map(({ product, price, stock, coupon }) => `${product} ${price} ${stock} ${bits(coupon)}`))}`,
  run: quiet((bench) => needed(bench).setOffers(offers)),
});

const scoresStep = (scores: readonly number[]): Step => ({
  line: `scores ${list(scores.map(bits))}`,
  run: quiet((bench) => needed(bench).useScores(Float32Array.from(scores))),
});

const segmentsStep = (now: number): Step => ({
  line: `segments ${now}`,
  run: (bench) =>
    needed(bench)
      .segments(now)
      .flatMap(({ name, strength }) => [text(name), bits(strength)]),
});

const learnedStep: Step = {
  line: "learned",
  run: (bench) => [Buffer.from(needed(bench).learned()).toString("hex")],
};

/** Draws, observes and ranks for a while, with all options, and does what is refused. */
export function rankingScript(): Step[] {
  const dice = new Dice(5);
  const brands = ["Pine", "Kettle", ""];
  const products = roomProducts();
  const product = () => dice.int(0, products.length - 1);
  let now = 1000;
  const event = (): ViewerEvent => {
    now += dice.int(0, 40_000);
    const onStage = dice.unit() < 0.3 ? product() : undefined;
    return { product: product(), kind: dice.pick(kinds), at: now, onStage, mood: dice.pick([0, 0.5, -1]) };
  };
  const rank = (changed: Partial<FullRequest> = {}) =>
    rankStep({
      k: dice.int(1, 30),
      includeEngaged: dice.unit() < 0.5,
      onStage: dice.unit() < 0.5 ? product() : undefined,
      mood: dice.pick([0, 0.7, -0.4]),
      now: now + dice.int(0, 1e8),
      diversity: dice.pick([0, 0.2, 0.6]),
      seed: dice.unit() < 0.5 ? dice.int(0, 1e9) : undefined,
      rules:
        dice.unit() < 0.5
          ? {}
          : {
              pins: [{ product: product(), place: dice.int(0, 9) }],
              boosts: [
                { category: "tea", factor: dice.pick([0.5, 2, 7.3]) },
                { product: product(), factor: 3 },
              ],
              caps: [
                { category: "tea", most: 2 },
                { brand: "Pine", most: 3 },
              ],
              exclude: [{ category: "home" }, { product: product() }],
            },
      ...changed,
    });
  const step = () => {
    const draw = dice.unit();
    if (draw < 0.5) return observeStep(event());
    if (draw < 0.9) return rank();
    return draw < 0.95 ? segmentsStep(now + dice.pick([0, 1e8])) : learnedStep;
  };
  const steps = (count: number) => Array.from({ length: count }, step);
  const ids = products.map(({ id }) => id).slice(0, 16);
  const weights = Array.from({ length: ids.length ** 2 }, (_, place) =>
    place % (ids.length + 1) === 0 ? 0 : dice.unit() - 0.3,
  );
  return [
    catalogueStep(brands),
    ...steps(60),
    modelStep(easeModelBytes(ids, weights, "1")),
    ...steps(80),
    offersStep(
      ids.map((_, place) => ({
        product: place,
        price: dice.int(1, 90_000),
        stock: dice.pick([-1, 0, 3, 50]),
        coupon: dice.pick([0, 0.1, 0.35]),
      })),
    ),
    scoresStep(products.map(() => 6 * dice.unit() - 3)),
    ...steps(80),
    // What is refused changes nothing.
    observeStep({ product: 99, kind: "click", at: 1 }),
    rank({ k: 0 }),
    modelStep(easeModelBytes(["p01"], [0], "1", "autumn")),
    scoresStep([0]),
    offersStep([{ product: 99, price: 1, stock: 1, coupon: 0 }]),
    { line: "restore 00", run: quiet((bench) => needed(bench).restoreLearned(Uint8Array.of(0))) },
    ...steps(20),
    { line: "forget", run: quiet((bench) => needed(bench).forget()) },
    replayStep(Array.from({ length: 100 }, event)),
    ...steps(60),
    scoresStep([]),
    rank(),
  ];
}
