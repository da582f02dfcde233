// WebGL2: the textures of sprites, kept while they are in use.
import type { Canvas } from "../surface.js";
import type { Sprite } from "./backend.js";
import { createTexture, type Texture } from "./quads.js";

/** Frames after which a sprite that was not drawn is forgotten. */
const patience = 120;
/** Above so many pixels, those that the last frame did not draw go at once. */
const mostPixels = 8_000_000;

interface Entry extends Texture {
  version: number;
  frame: number;
}

export class SpriteTextures {
  readonly #gl: WebGL2RenderingContext;
  readonly #entries = new Map<number, Entry>();
  #frame = 0;
  #pixels = 0;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
  }

  /** `kind` and `id` name the sprite. */
  get(kind: number, id: number, { image, version }: Sprite): Texture {
    const key = kind * 2 ** 32 + (id >>> 0);
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { ...createTexture(this.#gl, this.#gl.LINEAR), version: Number.NaN, frame: 0 };
      this.#entries.set(key, entry);
    }
    if (entry.version !== version) this.#upload(entry, image, version);
    entry.frame = this.#frame;
    return entry;
  }

  /** At a frame's end. */
  sweep(): void {
    const kept = this.#pixels > mostPixels ? 0 : patience;
    if (kept === 0 || this.#frame % patience === 0) {
      for (const [key, { texture, width, height, frame }] of this.#entries) {
        if (this.#frame - frame <= kept) continue;
        this.#gl.deleteTexture(texture);
        this.#pixels -= width * height;
        this.#entries.delete(key);
      }
    }
    this.#frame++;
  }

  #upload(entry: Entry, image: Canvas | ImageBitmap, version: number): void {
    const gl = this.#gl;
    gl.bindTexture(gl.TEXTURE_2D, entry.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
    this.#pixels -= Number.isNaN(entry.version) ? 0 : entry.width * entry.height;
    entry.width = image.width;
    entry.height = image.height;
    entry.version = version;
    this.#pixels += entry.width * entry.height;
  }
}
