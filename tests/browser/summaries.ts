// What a room might say, for tests of how the page shows it: a quarter of an hour in, a mood that rose, a surge.
import type { CommentSummary, Verdict } from "@sotto/live";

/** Ten seconds each, until `at`: calm at first, then warmer, and less sure where fewer spoke. */
function buckets(at: number): CommentSummary["mood"]["buckets"] {
  return Array.from({ length: 30 }, (_, i) => {
    const comments = i % 7 === 3 ? 3 : 12 + ((i * 5) % 9);
    const wave = 0.09 * Math.sin(i / 1.7) + 0.05 * Math.sin(i * 2.3);
    const level = i < 9 ? 0.06 : i < 17 ? -0.22 : 0.34;
    return { begin: at - 296 + 10 * i, mean: level + wave, error: 0.46 / Math.sqrt(comments), comments };
  });
}

export function summaryAt(at: number, change: Partial<CommentSummary> = {}): CommentSummary {
  return {
    at,
    comments: 1284,
    leftOut: 17,
    rate: 6.4,
    burst: { since: at - 24, peak: 14 },
    mood: {
      mean: 0.31,
      error: 0.028,
      positive: 96.2,
      neutral: 181.7,
      negative: 22.4,
      buckets: buckets(at),
      changes: [
        { at: at - 206, from: 0.07, to: -0.21 },
        { at: at - 126, from: -0.21, to: 0.35 },
      ],
    },
    keywords: [
      { text: "桂花", score: 41, count: 46, trend: 2.4 },
      { text: "包邮", score: 22, count: 28, trend: 1.1 },
      { text: "优惠券", score: 19, count: 22, trend: 1.8 },
      { text: "盖碗", score: 16, count: 19, trend: 0.9 },
      { text: "发货", score: 14, count: 17, trend: 0.5 },
      { text: "好香", score: 12, count: 16, trend: 1.2 },
      { text: "小猫", score: 10, count: 12, trend: 3.1 },
      { text: "osmanthus", score: 9, count: 9, trend: 1 },
      { text: "白茶饼", score: 7, count: 8, trend: 0.6 },
      { text: "茶漏", score: 6, count: 7, trend: 1 },
      { text: "月亮", score: 5, count: 6, trend: 1.7 },
    ],
    questions: [
      { text: "什么时候发货？", weight: 18.4, viewers: 14, since: at - 240 },
      { text: "桂花乌龙多少钱一罐", weight: 11.2, viewers: 9, since: at - 95 },
      { text: "does it ship to Portugal?", weight: 4.1, viewers: 3, since: at - 60 },
      { text: "盖碗是不是手工的，会不会烫手，新手能不能用", weight: 2.6, viewers: 2, since: at - 31 },
      { text: "主播叫什么", weight: 0.9, viewers: 1, since: at - 12 },
    ],
    products: [
      opinion("p02", 46, 0.44, 18.2, 20.1, 2.3, 0.74, 0.97),
      opinion("p05", 19, 0.08, 5.1, 9.3, 3.8, 0.3, 0.79),
      opinion("p09", 8, -0.31, 0.9, 3.1, 4.2, 0.05, 0.5),
      opinion("p01", 3, 0, 0, 2.6, 0, 0, 1),
      opinion("p07", 0, 0, 0, 0, 0, 0, 1),
    ],
    intents: {
      ...{ price: 14, availability: 6, shipping: 22, discount: 12, product_question: 9, usage: 3, purchase: 11 },
      ...{ after_sales: 2, praise: 48, greeting: 20, host_request: 8, chatter: 131 },
    },
    ...change,
  };
}

function opinion(
  id: string,
  mentions: number,
  mean: number,
  positive: number,
  neutral: number,
  negative: number,
  low: number,
  high: number,
): CommentSummary["products"][number] {
  return { id, mentions, mean, low, high, positive, neutral, negative };
}

/** Nothing was said yet. */
export function silence(at: number): CommentSummary {
  const { intents } = summaryAt(at);
  const none = Object.fromEntries(Object.keys(intents).map((intent) => [intent, 0])) as typeof intents;
  const mood = { mean: 0, error: 1, positive: 0, neutral: 0, negative: 0, buckets: [], changes: [] };
  return { at, comments: 0, leftOut: 0, rate: 0, mood, keywords: [], questions: [], products: [], intents: none };
}

export function verdict(change: Partial<Verdict> = {}): Verdict {
  return {
    sentiment: { label: "neutral", score: 0.02, confidence: 0.71, abstains: false },
    emotion: { label: "neutral", confidence: 0.66, abstains: false },
    intent: { label: "chatter", confidence: 0.58, abstains: false },
    toxicity: { label: "none", confidence: 0.98, abstains: false },
    language: { label: "zh", confidence: 0.99, abstains: false },
    ...change,
  };
}

export const praising = verdict({
  sentiment: { label: "positive", score: 0.83, confidence: 0.88, abstains: false },
  emotion: { label: "joy", confidence: 0.74, abstains: false },
  intent: { label: "praise", confidence: 0.81, abstains: false },
});

export const complaining = verdict({
  sentiment: { label: "negative", score: -0.77, confidence: 0.84, abstains: false },
  emotion: { label: "anger", confidence: 0.37, abstains: true },
  intent: { label: "after_sales", confidence: 0.69, abstains: false },
});

export const asking = verdict({
  sentiment: { label: "neutral", score: 0.1, confidence: 0.62, abstains: true },
  intent: { label: "shipping", confidence: 0.92, abstains: false },
});

export const luring = verdict({
  toxicity: { label: "contact", confidence: 0.97, abstains: false },
  intent: { label: "chatter", confidence: 0.31, abstains: true },
});
