// Scripted sessions of the overlay planner, as tests/identity/plan.cc reads them, and the same calls on a Planner.
import type { Core, Planner, PlannerOptions } from "@sotto/live/core";
import { Dice } from "./random.js";

const optionNames = [
  "width",
  "height",
  "laneHeight",
  "top",
  "lanes",
  "maxCommentWidth",
  "gap",
  "crossing",
  "patience",
] as const satisfies (keyof PlannerOptions)[];

const optionLine = (options: PlannerOptions) => optionNames.map((name) => options[name]).join(" ");

function randomOptions(dice: Dice): PlannerOptions {
  const laneHeight = dice.int(12, 60);
  return {
    width: dice.int(120, 1920),
    height: dice.int(40, 1080),
    laneHeight,
    top: dice.int(0, 20),
    lanes: dice.pick([0, 0, 1, 4, 12]),
    maxCommentWidth: dice.int(64, 900),
    gap: dice.int(0, 40),
    crossing: dice.int(1_000_000, 12_000_000),
    patience: dice.int(0, 4_000_000),
  };
}

/** About `frames` frames with everything that happens to an overlay: bursts, pauses, seeks, resizes, cards, picks. */
export function planScript(seed: number, frames: number): string[] {
  const dice = new Dice(seed);
  let options = randomOptions(dice);
  const lines = [`create ${optionLine(options)}`];
  let now = dice.int(0, 100_000_000);
  let id = 1;
  const comment = (at: number) => `${id++} ${dice.int(1, 1200)} ${at} ${Number(dice.unit() < 0.05)}`;
  if (dice.unit() < 0.5) {
    const count = dice.int(1, 300);
    const all = Array.from({ length: count }, () => comment(Math.max(0, now + dice.int(-20_000_000, 60_000_000))));
    lines.push(`recording ${count} ${all.join(" ")}`);
  }
  for (let frame = 0; frame < frames; frame++) {
    const burst = dice.unit() < 0.02 ? 60 : dice.int(0, 2);
    for (let i = 0; i < burst; i++) lines.push(`push ${comment(now)}`);
    const event = dice.unit();
    if (event < 0.01) now = Math.max(0, now + dice.int(-30_000_000, 30_000_000));
    else if (event < 0.015) {
      options = { ...randomOptions(dice), crossing: options.crossing };
      lines.push(`resize ${optionLine(options)}`);
    } else if (event < 0.03) {
      const place = `${dice.int(-50, 500)} ${dice.int(-50, 500)} ${dice.int(1, 400)} ${dice.int(1, 200)}`;
      lines.push(`card ${dice.int(1, 5)} ${now + dice.int(-1_000_000, 3_000_000)} ${dice.int(1, 5_000_000)} ${place}`);
    } else if (event < 0.035) lines.push(`remove ${dice.int(1, 5)}`);
    else if (event < 0.037) lines.push("clear");
    if (dice.unit() > 0.1) now += dice.pick([16_667, 16_666, 33_333, 8_000, 50_000]);
    lines.push(`plan ${now}`);
    if (frame % 7 === 0) lines.push(`pick ${dice.int(0, options.width)} ${dice.int(0, options.height)}`);
    if (frame % 31 === 0) lines.push("stats");
  }
  return lines;
}

/** What the native program prints for the same script, from WASM. */
export function runPlanScript(core: Core, script: readonly string[], failure: (error: unknown) => unknown): unknown[] {
  let planner: Planner | undefined;
  const answers = script.map((line) => {
    const [call = "", ...fields] = line.split(" ");
    const numbers = fields.map(Number);
    try {
      if (call === "create") {
        planner = core.createPlanner(readOptions(numbers));
        return [];
      }
      return planner ? answer(planner, call, numbers) : undefined;
    } catch (error) {
      return failure(error);
    }
  });
  planner?.dispose();
  return answers;
}

const readOptions = (numbers: readonly number[]) =>
  Object.fromEntries(optionNames.map((name, index) => [name, numbers[index]])) as unknown as PlannerOptions;

function answer(planner: Planner, call: string, numbers: readonly number[]): unknown {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = numbers;
  switch (call) {
    case "resize":
      planner.resize(readOptions(numbers));
      return [];
    case "push":
      planner.push({ id: a, width: b, at: c, own: d === 1 });
      return [];
    case "recording":
      planner.loadRecording(
        Array.from({ length: a }, (_, index) => {
          const [id = 0, width = 0, at = 0, own = 0] = numbers.slice(1 + 4 * index, 5 + 4 * index);
          return { id, width, at, own: own === 1 };
        }),
      );
      return [];
    case "card":
      planner.addCard({ id: a, at: b, duration: c, x: d, y: e, width: f, height: g });
      return [];
    case "remove":
      planner.removeCard(a);
      return [];
    case "clear":
      planner.clear();
      return [];
    case "plan":
      return [Array.from(planner.plan(a)), Array.from(planner.takeDropped()), Array.from(planner.takeFinished())];
    case "pick": {
      const id = planner.pick(a, b);
      return id === undefined ? [] : [id];
    }
    case "stats": {
      const { admitted, dropped, waiting, visible } = planner.stats();
      const { lanes, stripWidth, stripHeight } = planner;
      return [[admitted, dropped, waiting, visible], lanes, stripWidth, stripHeight];
    }
    default:
      throw new Error(`no call ${call}`);
  }
}
