// The real stage with the real core and a clock that a test tells: frames at chosen times, and where their ink is.
import type { Core } from "../../../sdk/ts/src/core/core.js";
import { intsPerCommand, Op } from "../../../sdk/ts/src/core/planner.js";
import { startCore } from "../../../sdk/ts/src/core/start-core.js";
import type { Backend } from "../../../sdk/ts/src/overlay/backends/backend.js";
import { createBackend } from "../../../sdk/ts/src/overlay/backends/create.js";
import * as webgl from "../../../sdk/ts/src/overlay/backends/gl.js";
import type { Geometry, RecordedText, TimedText } from "../../../sdk/ts/src/overlay/model.js";
import { selectionOf, styleOf } from "../../../sdk/ts/src/overlay/options.js";
import { Stage } from "../../../sdk/ts/src/overlay/stage/stage.js";
import type { OverlayOptions } from "../../../sdk/ts/src/types.js";

export interface Region {
  left: number;
  top: number;
  /** The first beyond it. */
  right: number;
  bottom: number;
}

export interface Box extends Region {
  pixels: number;
}

const everything: Region = { left: 0, top: 0, right: Number.POSITIVE_INFINITY, bottom: Number.POSITIVE_INFINITY };
const visible = 24;

/** A frame's pixels, device pixels from the top left. */
class Look {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;

  constructor(image: CanvasImageSource & { width: number; height: number }) {
    this.width = image.width;
    this.height = image.height;
    const copy = new OffscreenCanvas(this.width, this.height).getContext("2d", { willReadFrequently: true });
    if (!copy) throw new Error("no 2d context");
    copy.drawImage(image, 0, 0);
    this.data = copy.getImageData(0, 0, this.width, this.height).data;
  }

  /** How many bytes differ, and by how much at most, colours as strongly as they are seen. */
  apart(other: Look): { bytes: number; most: number } {
    const apart = { bytes: other.data.length === this.data.length ? 0 : Number.POSITIVE_INFINITY, most: 0 };
    for (let i = 0; i < this.data.length; i++) {
      const alpha = i % 4 === 3 ? 255 : (this.data[i | 3] as number);
      const difference = Math.abs((this.data[i] as number) - (other.data[i] as number));
      if (difference === 0) continue;
      apart.bytes++;
      apart.most = Math.max(apart.most, (difference * alpha) / 255);
    }
    return apart;
  }

  /** Bytes that differ. */
  differs(other: Look): number {
    return this.apart(other).bytes;
  }

  /** What shows anything; of a colour "#rrggbb", what is more of it than of any other. */
  box(color?: string, within: Region = everything): Box | undefined {
    const [red, green, blue] = [1, 3, 5].map((i) => Number.parseInt(color?.slice(i, i + 2) ?? "0", 16)) as [
      number,
      number,
      number,
    ];
    const found: Box = { left: this.width, top: this.height, right: 0, bottom: 0, pixels: 0 };
    for (let y = within.top; y < Math.min(within.bottom, this.height); y++) {
      for (let x = within.left; x < Math.min(within.right, this.width); x++) {
        const i = 4 * (y * this.width + x);
        if ((this.data[i + 3] as number) < (color ? 128 : visible)) continue;
        const off = (k: number, wanted: number) => Math.abs((this.data[i + k] as number) - wanted);
        if (color && off(0, red) + off(1, green) + off(2, blue) > 60) continue;
        found.left = Math.min(found.left, x);
        found.right = Math.max(found.right, x + 1);
        found.top = Math.min(found.top, y);
        found.bottom = Math.max(found.bottom, y + 1);
        found.pixels++;
      }
    }
    return found.pixels ? found : undefined;
  }

  /** Pixels that show anything. */
  ink(within?: Region): number {
    return this.box(undefined, within)?.pixels ?? 0;
  }

  /** Mean opacity of what shows anything, 0 to 255. */
  opacity(within: Region = everything): number {
    let sum = 0;
    let count = 0;
    for (let y = within.top; y < Math.min(within.bottom, this.height); y++) {
      for (let x = within.left; x < Math.min(within.right, this.width); x++) {
        const alpha = this.data[4 * (y * this.width + x) + 3] as number;
        if (alpha === 0) continue;
        sum += alpha;
        count++;
      }
    }
    return count ? sum / count : 0;
  }
}

export type { Look };

const plain: TimedText = {
  id: "",
  text: "comment",
  user: "",
  own: false,
  color: "",
  at: 0,
  mode: "scroll",
  x: 0,
  y: 0,
  duration: 0,
  size: 1,
  role: "viewer",
  priority: 1,
  style: {},
  emotes: {},
};
let lastId = 0;
const named = (text: Partial<TimedText>): TimedText => ({ ...plain, id: `c${++lastId}`, ...text });
export type Recorded = Partial<TimedText> & { enters: number };

/** The type's outline would be in the way of colours. */
const bare: OverlayOptions = { outline: 0, merge: 0, speedSpread: 0 };

export interface Setup {
  backend?: "canvas2d" | "webgl2";
  options?: OverlayOptions;
  geometry?: Partial<Geometry>;
}

let core: Core;

class Show {
  stage!: Stage;
  readonly canvas = new OffscreenCanvas(1, 1);
  /** Comments that the last frame's plan drew anew. */
  rasters = 0;
  #geometry: Geometry;
  #options: OverlayOptions;
  /** Milliseconds since 1970. */
  #wall = 1_700_000_000_000;
  #media = 0;

  constructor({ options, geometry }: Setup) {
    this.#geometry = { width: 640, height: 360, ratio: 1, ...geometry };
    this.#options = { ...bare, ...options };
  }

  async start(kind: "canvas2d" | "webgl2" = "canvas2d"): Promise<this> {
    const backend = await createBackend(
      this.canvas,
      kind,
      () => this.stage.restore(),
      async () => webgl,
    );
    if (backend.kind !== kind) throw new Error(`no ${kind} here`);
    const { execute } = backend;
    const counting: Backend = Object.assign(backend, {
      execute: (...all: Parameters<Backend["execute"]>) => {
        const [plan] = all;
        this.rasters = 0;
        for (let i = 0; i < plan.length; i += intsPerCommand) if (plan[i] === Op.raster) this.rasters++;
        execute(...all);
      },
    });
    this.stage = new Stage(core, counting, this.#layout());
    this.seek(0);
    return this;
  }

  #layout() {
    const { width } = this.#geometry;
    return {
      geometry: this.#geometry,
      style: styleOf(this.#options, width),
      selection: selectionOf(this.#options),
    };
  }

  get now(): number {
    return this.#media;
  }

  push(text: Partial<TimedText>): string {
    const full = named(text);
    this.stage.push(full, this.#wall);
    return full.id;
  }

  load(comments: readonly Recorded[]): ReturnType<Stage["loadRecording"]> {
    return this.stage.loadRecording(comments.map((each) => ({ ...named(each), enters: each.enters }) as RecordedText));
  }

  like(count: number, x: number, y: number): void {
    this.stage.like({ count, x, y }, this.#wall);
  }

  configure(options: OverlayOptions, geometry: Partial<Geometry> = {}): void {
    this.#options = { ...this.#options, ...options };
    this.#geometry = { ...this.#geometry, ...geometry };
    this.stage.setLayout(this.#layout());
  }

  resize(geometry: Partial<Geometry>): void {
    this.configure({}, geometry);
  }

  /** The player jumps. */
  seek(to: number, rate = 1, paused = false): this {
    this.#media = to;
    this.stage.readClock({ mediaTime: to, rate, paused, at: this.#wall, jump: true });
    return this;
  }

  /** Frame by frame; `rate` is media seconds to a second. */
  play(to: number, hertz = 60, rate = 1): this {
    const from = this.#media;
    this.seek(from, rate);
    const start = this.#wall;
    const frames = Math.ceil(((to - from) * hertz) / rate);
    for (let i = 1; i <= frames; i++) {
      this.#wall = start + Math.min((i * 1000) / hertz, ((to - from) * 1000) / rate);
      this.stage.draw(this.#wall);
      this.stage.takeDropped();
    }
    return this.seek(to, rate);
  }

  /** Time goes on while the player does not. */
  pause(seconds: number): this {
    this.seek(this.#media, 1, true);
    for (let i = 0; i < seconds * 10; i++) {
      this.#wall += 100;
      this.stage.draw(this.#wall);
    }
    return this;
  }

  /** Draws until nothing is left to draw; how many comments each frame drew anew. */
  settle(): number[] {
    const drawn: number[] = [];
    while (this.stage.draw(this.#wall)) drawn.push(this.rasters);
    return drawn;
  }

  look(): Look {
    this.stage.refresh();
    this.settle();
    return new Look(this.canvas);
  }

  /** The frame at a time that is jumped to. */
  at(time: number): Look {
    return this.seek(time).look();
  }

  async captured(): Promise<Look> {
    return new Look(await createImageBitmap(await this.stage.capture(this.#wall)));
  }

  places() {
    this.settle();
    return this.stage.visibleComments().map(({ comment, ...place }) => ({ id: comment.id, ...place }));
  }

  place(id: string) {
    const found = this.places().find((each) => each.id === id);
    if (!found) throw new Error(`${id} is not in view`);
    return found;
  }

  cards() {
    return this.stage.visibleCards(this.#wall);
  }

  end(): void {
    this.stage.dispose();
  }
}

async function bitmap(
  width: number,
  height: number,
  color: string,
  ...rectangle: [number?, number?, number?, number?]
): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no 2d context");
  const [x = 0, y = 0, w = width, h = height] = rectangle;
  context.fillStyle = color;
  context.fillRect(x, y, w, h);
  return createImageBitmap(canvas);
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const words = [
  "好看",
  "这个多少钱",
  "ships to Kenya?",
  "مرحبا بكم",
  "❤️❤️",
  "[rose] for you",
  "哈哈哈哈",
  "+1",
  "שלום 123",
];
const modes = ["scroll", "scroll", "scroll", "scroll", "reverse", "top", "bottom", "free"] as const;

/** Comments of all kinds; equal words come again and again. */
function recording(count: number, seconds: number): Recorded[] {
  const random = randomOf(7);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  return Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    enters: random() * seconds,
    text: random() < 0.3 ? pick(words) : `${pick(words)} ${Math.floor(random() * 1000)}`,
    mode: pick(modes),
    size: random() < 0.8 ? 1 : pick([0.5, 1.3, 2]),
    role: pick(["viewer", "viewer", "viewer", "vip", "host"]),
    color: pick(["", "", "#ff8800", "#33ddff"]),
    own: random() < 0.02,
    x: random(),
    y: random(),
    duration: random() < 0.5 ? 0 : 1 + random() * 6,
    style: random() < 0.1 ? { gradient: ["#ff0000", "#0000ff"], border: "#00ff00" } : {},
    emotes: { "[rose]": "missing" },
  }));
}

const page = {
  async load(wasm: string): Promise<void> {
    core = await startCore(Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0)));
  },
  open: (setup: Setup = {}): Promise<Show> => new Show(setup).start(setup.backend),
  bitmap,
  recording,
  memory: () => core.memoryBytes,
};

export type FramesPage = typeof page;
Object.assign(window, { stages: page });
