// Paints hand-made plans with every backend, on the page and in a worker, and compares their pixels.
import { Op } from "../../../sdk/ts/src/core/planner.js";
import type { Backend, Painter, Size } from "../../../sdk/ts/src/overlay/backends/backend.js";
import { createBackend } from "../../../sdk/ts/src/overlay/backends/create.js";
import * as webgl from "../../../sdk/ts/src/overlay/backends/gl.js";
import type { Mask } from "../../../sdk/ts/src/overlay/model.js";
import { type Canvas, contextOf, createCanvas } from "../../../sdk/ts/src/overlay/surface.js";

type Command = readonly [op: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number];

interface Frame {
  plan: readonly Command[];
  opacity?: number;
  mask?: Mask;
  /** Of all sprites: another has other pixels. */
  version?: number;
}

export type Renderer = "canvas2d" | "webgl2" | "canvas2d in a worker" | "webgl2 in a worker";

const create = (canvas: Canvas, kind: "auto" | "canvas2d" | "webgl2", onRestore: () => void): Promise<Backend> =>
  createBackend(canvas, kind, onRestore, async () => webgl);

const size: Size = { width: 320, height: 96, stripWidth: 512, stripHeight: 96 };
const lane = 32;

const painter: Painter = {
  comment(context, id, x, y) {
    const paint = context.createLinearGradient(x, y, x + 120, y);
    paint.addColorStop(0, "rgba(255, 40, 40, 0.9)");
    paint.addColorStop(1, "rgba(40, 90, 255, 0.4)");
    context.fillStyle = paint;
    context.fillRect(x + 2, y - 20, 116, lane + 40); // taller than its lane: the clip cuts it
    context.font = "600 20px sans-serif";
    context.fillStyle = "#fff";
    context.strokeStyle = "rgba(0, 0, 0, 0.7)";
    context.lineWidth = 3;
    context.strokeText(`№${id} 好 😀`, x + 8, y + 23);
    context.fillText(`№${id} 好 😀`, x + 8, y + 23);
  },
  sprite(op, id) {
    if (id === 99) return undefined;
    const key = 10 * version + op;
    sprites[key] ??= pictureOf(key);
    return { image: sprites[key], version };
  },
};
const sprites: (Canvas | ImageBitmap)[] = [];
let version = 0;

/** Soft, so that a half pixel more or less of a scaled picture changes little. */
function pictureOf(op: number): Canvas {
  const canvas = createCanvas(64, 48);
  const context = contextOf(canvas);
  const paint = context.createRadialGradient(32, 24, 2, 32, 24, 23);
  paint.addColorStop(0, `hsl(${op * 40} 90% 60%)`);
  paint.addColorStop(0.6, `hsl(${op * 40 + 90} 90% 50% / 0.7)`);
  paint.addColorStop(1, "transparent");
  context.fillStyle = paint;
  context.fillRect(0, 0, 64, 48);
  return canvas;
}

async function maskBitmap(): Promise<ImageBitmap> {
  const canvas = createCanvas(40, 12);
  const context = contextOf(canvas);
  const paint = context.createLinearGradient(0, 0, 40, 0);
  paint.addColorStop(0.2, "transparent");
  paint.addColorStop(0.8, "black");
  context.fillStyle = paint;
  context.fillRect(0, 0, 40, 12);
  return createImageBitmap(canvas);
}

const whole = (id: number, on: number, x: number): Command => [Op.raster, id, on, x, on * lane, 120, lane, 0];
const blit = (on: number, x: number): Command => [Op.blit, on, x, on * lane, size.width, lane, 0, on * lane];
const scene: readonly Command[] = [
  whole(1, 0, 10),
  whole(2, 1, 80),
  whole(3, 2, 200),
  blit(0, 0),
  blit(1, 0),
  blit(2, 0),
];

const manySprites: readonly Command[] = [
  [Op.sprite, 1, 10, 10, 64, 48, 1000, 1000],
  [Op.sprite, 2, 60, 20, 128, 64, 700, 1000],
  [Op.host, 0, 190, 8, 80, 80, 1000, 1000],
  [Op.panel, 3, 220, 30, 64, 48, 900, 620],
  [Op.panel, 99, 0, 0, 64, 48, 1000, 1000],
];

const scenes: Record<string, () => Frame[] | Promise<Frame[]>> = {
  "across the ring's end": () => [
    {
      plan: [
        [Op.raster, 1, 0, 480, 0, 32, lane, 0],
        [Op.raster, 1, 0, 0, 0, 88, lane, 32],
        [Op.raster, 2, 1, 300, lane, 120, lane, 0],
        [Op.blit, 0, 400, 0, 112, lane, 0, 0],
        [Op.blit, 0, 0, 0, 208, lane, 112, 0],
        blit(1, 192),
      ],
    },
  ],
  "parts of comments": () => [
    {
      plan: [[Op.raster, 1, 0, 0, 0, 70, lane, 50], [Op.raster, 2, 1, 40, lane, 30, lane, 10], blit(0, 0), blit(1, 0)],
    },
  ],
  "what an earlier frame drew": () => [
    { plan: scene },
    {
      plan: [
        [Op.clear, 1, 100, lane, 60, lane, 0, 0],
        whole(4, 1, 210),
        [Op.clear, 2, 200, 2 * lane, 120, lane, 0, 0],
        [Op.raster, 5, 2, 200, 2 * lane, 120, lane, 0],
        blit(0, 4),
        blit(1, 9),
        blit(2, 2),
      ],
    },
  ],
  "a lane cleared after it was drawn": () => [
    { plan: [whole(1, 0, 10), [Op.clear, 0, 40, 0, 40, lane, 0, 0], whole(2, 0, 200), blit(0, 0)] },
  ],
  "comments over comments": () => [{ plan: [whole(1, 0, 10), whole(2, 0, 60), whole(3, 0, 100), blit(0, 0)] }],
  "more comments than the scratch canvas holds": () => [
    {
      plan: [
        ...Array.from({ length: 400 }, (_, i) => whole(i, i % 3, (i * 37) % 380)),
        blit(0, 0),
        blit(1, 0),
        blit(2, 90),
      ],
    },
  ],
  "a comment wider than the scratch canvas": () => [
    { plan: [[Op.raster, 1, 0, 0, 0, 3000, lane, 0], whole(2, 1, 10), blit(0, 0), blit(1, 0)] },
  ],
  opacity: () => [{ plan: scene, opacity: 0.4 }],
  sprites: async () => {
    sprites[Op.host] = await createImageBitmap(pictureOf(Op.host)); // as the page sends it
    return [{ plan: [...scene, ...manySprites], opacity: 0.8 }];
  },
  "sprites that changed": () => [{ plan: manySprites }, { plan: manySprites, version: 1 }],
  effects: () => [
    {
      plan: Array.from({ length: 40 }, (_, i) => [
        Op.effect,
        i % 2,
        i * 7,
        (i * 13) % 60,
        32,
        24,
        1000 - 20 * i,
        500 + 30 * i,
      ]),
    },
  ],
  "a mask of a bitmap": async () => [
    {
      plan: [...scene, [Op.mask, 0, 0, 0, 0, 0, 0, 0], [Op.panel, 3, 200, 30, 64, 48, 1000, 1000]],
      mask: { bitmap: await maskBitmap() },
      opacity: 0.7,
    },
  ],
  "a mask of rectangles": () => [
    {
      plan: [...scene, [Op.mask, 0, 0, 0, 0, 0, 0, 0], [Op.sprite, 3, 200, 30, 64, 48, 1000, 1000]],
      mask: {
        rectangles: [
          { x: 0.1, y: 0.2, width: 0.33, height: 0.3 },
          { x: 0.7, y: 0, width: 0.5, height: 0.5 },
        ],
      },
    },
  ],
  "a mask that is not there": () => [{ plan: [...scene, [Op.mask, 0, 0, 0, 0, 0, 0, 0]] }],
};

function execute(backend: Backend, { plan, opacity = 1, mask, ...frame }: Frame): void {
  version = frame.version ?? 0;
  backend.execute(Int32Array.from(plan.flat()), painter, opacity, mask);
}

function pixelsOf(canvas: Canvas): Uint8ClampedArray {
  const copy = contextOf(createCanvas(canvas.width, canvas.height));
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height).data;
}

async function paintHere(kind: "canvas2d" | "webgl2", name: string): Promise<Uint8ClampedArray> {
  const canvas = typeof document === "undefined" ? createCanvas(1, 1) : document.createElement("canvas");
  const backend = await create(canvas, kind, () => {});
  if (backend.kind !== kind) throw new Error(`${kind} is not to be had here`);
  backend.resize({ ...size, stripWidth: name.includes("wider") ? 4096 : size.stripWidth });
  for (const frame of (await scenes[name]?.()) ?? []) execute(backend, frame);
  const pixels = pixelsOf(canvas);
  backend.dispose();
  return pixels;
}

function paint(renderer: Renderer, name: string): Promise<Uint8ClampedArray> {
  const [kind = "", where] = renderer.split(" in ");
  if (!where) return paintHere(kind as "canvas2d" | "webgl2", name);
  const worker = new Worker((window as unknown as { bundleUrl: string }).bundleUrl);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (typeof data === "string") reject(new Error(data));
      else resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ kind, name });
  });
}

export interface Difference {
  /** Share of the pixels of which a channel differs by more than 3. */
  share: number;
  /** Pixels that show anything. */
  ink: number;
}

function differenceOf(a: Uint8ClampedArray, b: Uint8ClampedArray): Difference {
  let different = 0;
  let ink = 0;
  for (let i = 0; i < a.length; i += 4) {
    const apart = (k: number) => Math.abs((a[i + k] ?? 0) - (b[i + k] ?? 0));
    // Colours count as they are seen: that of a pixel that is nearly transparent is rounded coarsely.
    const seen = ((a[i + 3] ?? 0) + (b[i + 3] ?? 0)) / 510;
    if (apart(3) > 3 || Math.max(apart(0), apart(1), apart(2)) * seen > 3) different++;
    if ((a[i + 3] ?? 0) > 0) ink++;
  }
  return { share: (different * 4) / a.length, ink };
}

const restored = (canvas: HTMLCanvasElement) =>
  new Promise((resolve) => canvas.addEventListener("webglcontextrestored", () => setTimeout(resolve)));

const page = {
  scenes: Object.keys(scenes),

  async compare(name: string, first: Renderer, second: Renderer): Promise<Difference> {
    return differenceOf(await paint(first, name), await paint(second, name));
  },

  /** Loses the context between two frames, and draws everything anew when it is back. */
  async lose(name: string): Promise<{ difference: Difference; calls: number; whileLost: number }> {
    const [frame] = (await scenes[name]?.()) ?? [];
    if (!frame) throw new Error(`no scene ${name}`);
    const canvas = document.createElement("canvas");
    let calls = 0;
    const backend = await create(canvas, "webgl2", () => calls++);
    backend.resize(size);
    execute(backend, frame);
    const before = pixelsOf(canvas);
    const loss = (canvas.getContext("webgl2") as WebGL2RenderingContext).getExtension("WEBGL_lose_context");
    loss?.loseContext();
    execute(backend, frame); // before the page is told
    await new Promise((resolve) => setTimeout(resolve, 50));
    execute(backend, frame);
    backend.clearScreen();
    backend.resize(size);
    const whileLost = (await backend.capture()).size;
    const back = restored(canvas);
    loss?.restoreContext();
    await back;
    execute(backend, frame);
    const difference = differenceOf(before, pixelsOf(canvas));
    backend.dispose();
    return { difference, calls, whileLost };
  },

  /** How often the stage is told of a restored 2d canvas, before the backend's end and after it. */
  async restore2d(): Promise<number[]> {
    const canvas = createCanvas(1, 1);
    let calls = 0;
    const backend = await create(canvas, "canvas2d", () => calls++);
    canvas.dispatchEvent(new Event("contextrestored")); // nothing takes a page's 2d context away on demand
    const before = calls;
    backend.dispose();
    canvas.dispatchEvent(new Event("contextrestored"));
    return [before, calls - before];
  },

  /** Executes a whole scene at sizes that leave nothing to draw on. */
  async shrink(kind: "canvas2d" | "webgl2"): Promise<string> {
    const canvas = document.createElement("canvas");
    const backend = await create(canvas, kind, () => {});
    const plan = [...scene, [Op.mask, 0, 0, 0, 0, 0, 0, 0] as Command];
    const mask = { bitmap: await maskBitmap() };
    backend.resize({ width: 0, height: 0, stripWidth: 0, stripHeight: 0 });
    execute(backend, { plan, mask });
    backend.resize({ width: 320, height: 0, stripWidth: 512, stripHeight: 0 });
    execute(backend, { plan, mask });
    mask.bitmap.close();
    backend.resize(size);
    execute(backend, { plan, mask });
    const { ink } = differenceOf(pixelsOf(canvas), pixelsOf(canvas));
    backend.dispose();
    return ink > 0 ? backend.kind : "nothing";
  },

  /** Whether a capture shows what the canvas shows. */
  async capture(kind: "canvas2d" | "webgl2"): Promise<Difference> {
    const canvas = createCanvas(1, 1);
    const backend = await create(canvas, kind, () => {});
    backend.resize(size);
    execute(backend, { plan: scene });
    const seen = pixelsOf(canvas);
    const bitmap = await createImageBitmap(await backend.capture());
    backend.dispose();
    const copy = contextOf(createCanvas(size.width, size.height));
    copy.drawImage(bitmap, 0, 0);
    return differenceOf(seen, copy.getImageData(0, 0, size.width, size.height).data);
  },

  /** The error of strips that no texture can hold. */
  async tooLarge(): Promise<string> {
    const backend = await create(createCanvas(1, 1), "webgl2", () => {});
    try {
      backend.resize({ ...size, stripWidth: backend.maxSide + 1 });
      return "";
    } catch (error) {
      return (error as Error).message;
    } finally {
      backend.dispose();
    }
  },

  async probe(): Promise<{ probed: string; created: string }> {
    return { probed: webgl.probe(), created: (await create(createCanvas(1, 1), "auto", () => {})).kind };
  },
};

export type RenderersPage = typeof page;

if (typeof document === "undefined") {
  const scope = self as unknown as { onmessage: (event: MessageEvent) => void; postMessage(message: unknown): void };
  scope.onmessage = ({ data }) => {
    paintHere(data.kind, data.name).then(
      (pixels) => scope.postMessage(pixels),
      (error) => scope.postMessage(String(error)),
    );
  };
} else {
  Object.assign(window, { renderers: page });
}
