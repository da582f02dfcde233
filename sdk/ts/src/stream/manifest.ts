import type { Manifest } from "../types.js";

/** The core's canonical JSON as an object, URLs made absolute. `base` may be "": then they stay as they are. */
export function manifestFromCanonical(json: string, base: string): Manifest {
  const manifest = JSON.parse(json) as Manifest;
  const absolute = (url: string) => (url && base ? new URL(url, base).href : url);
  return {
    ...manifest,
    hls: absolute(manifest.hls),
    comments: absolute(manifest.comments).replace(/^http/, "ws"),
    products: manifest.products.map((product) => ({ ...product, image: absolute(product.image) })),
    models: manifest.models.map((model) => ({ ...model, url: absolute(model.url) })),
    tasks: manifest.tasks.map((task) => ({ ...task, url: absolute(task.url) })),
  };
}
