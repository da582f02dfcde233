// What a device has to say to a task. Nothing of it leaves the device as it is.
import { SottoError } from "../errors.js";
import type { RecommenderCalls } from "../recommend/protocol.js";
import type { IntentLabel, LocalTaskReference, SentimentLabel, SplitTaskReference } from "../types.js";
import type { EngineClient } from "../worker/client.js";
import type { Measured } from "./protocol.js";

/** A comment of the viewer. */
export interface OwnComment {
  readonly text: string;
  /** Seconds of programme time. */
  readonly at: number;
}

export interface MeasureParts {
  client: Pick<EngineClient, "call">;
  /** Ids of products that may be encoded. */
  engaged(): Set<string>;
  /** What the viewer wrote in this session, oldest first. */
  wrote(): readonly OwnComment[];
  /** Seconds; undefined while nobody knows. */
  programmeTime(): number | undefined;
}

/** In the order of the comment model's heads, by which a mood is encoded. */
export const sentiments: readonly SentimentLabel[] = ["negative", "neutral", "positive"];
export const intents: readonly IntentLabel[] = [
  ...(["price", "availability", "shipping", "discount", "product_question", "usage"] as const),
  ...(["purchase", "after_sales", "praise", "greeting", "host_request", "chatter"] as const),
];

export function measure(task: LocalTaskReference, parts: MeasureParts): Promise<{ engaged: readonly number[] }>;
export function measure(task: SplitTaskReference, parts: MeasureParts): Promise<Measured>;
/** Throws NOT_FOUND where there is nothing to say, which for tasks about products is never. */
export async function measure(task: LocalTaskReference | SplitTaskReference, parts: MeasureParts): Promise<Measured> {
  if (task.kind === "mood") return mood(task, parts);
  if (task.kind === "delta") return delta(task, parts);
  const ids = parts.engaged();
  // None is as good as many: that a contribution exists must say nothing about the history.
  return { engaged: task.items.flatMap((item, index) => (ids.has(item) ? [index] : [])) };
}

export const isOver = (minute: number, programmeTime = 0): boolean => programmeTime >= 60 * (minute + 1);

/** The last that the viewer wrote in the minute. */
async function mood(
  { id, minute }: SplitTaskReference & { kind: "mood" },
  { client, wrote, programmeTime }: MeasureParts,
): Promise<Measured> {
  if (!isOver(minute, programmeTime())) {
    throw new SottoError("NOT_FOUND", `minute ${minute} of task ${id} is not over`, { hint: "Ask again when it is." });
  }
  const last = wrote().findLast(({ at }) => Math.floor(at / 60) === minute);
  if (!last) throw new SottoError("NOT_FOUND", `the viewer wrote nothing in minute ${minute} of task ${id}`);
  const [verdict] = await client.call("classify", { texts: [last.text] });
  return {
    sentiment: sentiments.indexOf(verdict?.sentiment.label as SentimentLabel),
    intent: intents.indexOf(verdict?.intent.label as IntentLabel),
  };
}

/** How the head of the room's two-tower model was tuned to this viewer; zeros if it was not. */
async function delta(
  { id, model, dimension }: SplitTaskReference & { kind: "delta" },
  { client }: MeasureParts,
): Promise<Measured> {
  const tuned = (await client.call("recommender", { name: "headChange", request: null })) as ReturnType<
    RecommenderCalls["headChange"]
  >;
  if (tuned?.version === model && tuned.change.length === dimension) return { change: tuned.change };
  throw new SottoError("NOT_FOUND", `the room has no model ${model} with ${dimension} parameters, of task ${id}`);
}
