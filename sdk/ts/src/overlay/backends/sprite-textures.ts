// WebGL2: the textures of sprites, kept while they are in use.
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

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
  }

  /** `op` and `id` name the sprite. */
  get(op: number, id: number, { image, version }: Sprite): Texture {
    const gl = this.#gl;
    const key = op * 2 ** 32 + (id >>> 0);
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { ...createTexture(gl, gl.LINEAR), version: Number.NaN, frame: 0 };
      this.#entries.set(key, entry);
    }
    if (entry.version !== version) {
      gl.bindTexture(gl.TEXTURE_2D, entry.texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
      entry.width = image.width;
      entry.height = image.height;
      entry.version = version;
    }
    entry.frame = this.#frame;
    return entry;
  }

  /** At a frame's end. */
  sweep(): void {
    let pixels = 0;
    for (const { width, height } of this.#entries.values()) pixels += width * height;
    const kept = pixels > mostPixels ? 0 : patience;
    for (const [key, { texture, frame }] of this.#entries) {
      if (this.#frame - frame <= kept) continue;
      this.#gl.deleteTexture(texture);
      this.#entries.delete(key);
    }
    this.#frame++;
  }
}
