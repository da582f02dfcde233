// Scripted sessions of the overlay planner, as tests/identity/plan.cc reads them, and the same calls on a Planner.
import type { Core, Planner, PlannerOptions } from "@sotto/live/core";
import { Dice } from "./random.js";

const optionNames = [
  "width",
  "height",
  "laneHeight",
  "top",
  "lanes",
  "reverseLanes",
  "stillRows",
  "maxCommentWidth",
  "gap",
  "textScale",
  "spread",
  "maxVisible",
  "overlap",
  "crossing",
  "patience",
  "still",
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
    reverseLanes: dice.pick([0, 1, 3, 100]),
    stillRows: dice.pick([0, 1, 3]),
    maxCommentWidth: dice.int(64, 900),
    gap: dice.int(0, 40),
    textScale: dice.pick([1_000_000, 1_000_000, 1_234_567]),
    spread: dice.int(0, 500),
    maxVisible: dice.pick([10_000, 10_000, 12]),
    overlap: dice.pick([0, 0, 1, 2]),
    crossing: dice.int(1_000_000, 12_000_000),
    patience: dice.int(0, 4_000_000),
    still: dice.int(100_000, 6_000_000),
  };
}

/** About `frames` frames with everything that happens to an overlay: bursts, pauses, seeks, resizes, panels, picks. */
export function planScript(seed: number, frames: number): string[] {
  const dice = new Dice(seed);
  let options = randomOptions(dice);
  const lines = [`create ${optionLine(options)}`];
  let now = dice.int(0, 100_000_000);
  let id = 1;
  const someId = () => dice.int(Math.max(1, id - 40), id);
  const comment = (at: number) => {
    const who = `${id++} ${dice.int(1, 1200)} ${at} ${Number(dice.unit() < 0.05)}`;
    const how = `${dice.pick([0, 0, 0, 0, 1, 1, 2, 3, 4])} ${dice.pick([0, 0, 0, 3, 7])} ${dice.pick([0, 1_500_000])}`;
    return `${who} ${how} ${dice.int(-100, 1000)} ${dice.int(-100, 1000)} ${dice.pick([0, 50])}`;
  };
  if (dice.unit() < 0.5) {
    const count = dice.int(1, 300);
    const all = Array.from({ length: count }, () => comment(Math.max(0, now + dice.int(-20_000_000, 60_000_000))));
    lines.push(`recording ${count} ${all.join(" ")}`, "lost");
    const changes = Array.from({ length: 100 }, () => `${now + dice.int(0, 20_000_000)} ${dice.int(1, count)}`);
    lines.push(`changes 100 ${changes.join(" ")}`);
  }
  const place = () => `${dice.int(-50, 500)} ${dice.int(-50, 500)} ${dice.int(1, 400)} ${dice.int(1, 200)}`;
  const soon = () => Math.max(0, now + dice.int(-1_000_000, 3_000_000));
  const rare = [
    () => {
      options = { ...randomOptions(dice), crossing: options.crossing };
      return `resize ${optionLine(options)}`;
    },
    () => `panel ${dice.int(1, 5)} ${soon()} ${dice.int(1, 5_000_000)} ${place()} ${dice.int(0, 2)}`,
    () => `panel ${dice.int(1, 5)} ${soon()} ${dice.int(1, 5_000_000)} ${place()} ${dice.int(0, 3)}`,
    () => `remove ${dice.int(1, 5)}`,
    () =>
      `burst ${dice.int(0, 4_294_967_295)} ${soon()} ${dice.int(0, 500)} ${dice.int(0, 500)} ${dice.int(1, 64)} 30 200 5 0`,
    () => `host ${place()}`,
    () => `mask ${dice.int(0, 1)}`,
    () => `hold ${someId()}`,
    () => `hold ${someId()}`,
    () => "release",
    () => `redraw ${someId()}`,
    () => "invalidate",
    () => `limit ${dice.pick([0, 5, -1])}`,
    () => "visible",
  ];
  for (let frame = 0; frame < frames; frame++) {
    const burst = dice.unit() < 0.02 ? 60 : dice.int(0, 2);
    for (let i = 0; i < burst; i++) lines.push(`push ${comment(now)}`);
    const event = dice.unit();
    if (event < 0.01) now = Math.max(0, now + dice.int(-30_000_000, 30_000_000));
    else if (event < 0.15) lines.push(dice.pick(rare)());
    else if (event < 0.152) lines.push("clear");
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
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = numbers;
  const flat = (drops: readonly { id: number; reason: number }[]) => drops.flatMap(({ id, reason }) => [id, reason]);
  switch (call) {
    case "resize":
      planner.resize(readOptions(numbers));
      return [];
    case "push":
      planner.push(readComment(numbers));
      return [];
    case "recording":
      planner.loadRecording(
        Array.from({ length: a }, (_, index) => readComment(numbers.slice(1 + 10 * index, 11 + 10 * index))),
      );
      return [];
    case "changes":
      planner.setChanges(
        Array.from({ length: a }, (_, index) => ({ at: numbers[1 + 2 * index] ?? 0, id: numbers[2 + 2 * index] ?? 0 })),
      );
      return [];
    case "redraw":
      planner.redraw(a);
      return [];
    case "invalidate":
      planner.invalidate();
      return [];
    case "limit":
      planner.setEntryLimit(a);
      return [];
    case "hold":
      return [Number(planner.hold(a))];
    case "release":
      planner.release();
      return [];
    case "panel":
      planner.addPanel({ id: a, at: b, duration: c, x: d, y: e, width: f, height: g, entrance: h });
      return [];
    case "remove":
      planner.removePanel(a);
      return [];
    case "burst":
      planner.addBurst({ seed: a, at: b, x: c, y: d, count: e, size: f, rise: g, pictures: h, firstPicture: i });
      return [];
    case "host":
      planner.setHost(a, b, c, d);
      return [];
    case "mask":
      planner.setMask(a === 1);
      return [];
    case "clear":
      planner.clear();
      return [];
    case "plan":
      return [Array.from(planner.plan(a)), flat(planner.takeDropped()), Array.from(planner.takeFinished())];
    case "pick": {
      const id = planner.pick(a, b);
      return id === undefined ? [] : [id];
    }
    case "visible":
      return [Array.from(planner.visibleComments())];
    case "lost":
      return [flat(planner.recordingDropped())];
    case "stats": {
      const { admitted, dropped, waiting, visible } = planner.stats();
      const { lanes, stripWidth, stripHeight } = planner;
      return [[admitted, dropped, waiting, visible], lanes, stripWidth, stripHeight];
    }
    default:
      throw new Error(`no call ${call}`);
  }
}

function readComment(numbers: readonly number[]) {
  const [id = 0, width = 0, at = 0, own = 0, mode = 0, priority = 0, duration = 0, x = 0, y = 0, height = 0] = numbers;
  return { id, width, at, own: own === 1, mode, priority, duration, x, y, height };
}
