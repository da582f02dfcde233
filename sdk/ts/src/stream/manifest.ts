import { SottoError } from "../errors.js";
import type { Manifest } from "../types.js";

/**
 * The core's canonical JSON as an object, URLs made absolute. `base` may be "": then they stay as they are.
 * Throws MALFORMED, naming the field, for what is no URL.
 */
export function manifestFromCanonical(json: string, base: string): Manifest {
  const manifest = JSON.parse(json) as Manifest;
  const absolute = (url: string, field: string) => {
    if (!url || !base) return url;
    try {
      return new URL(url, base).href;
    } catch (cause) {
      throw new SottoError("MALFORMED", `manifest.${field} is "${url.slice(0, 200)}", which is not a URL.`, {
        hint: "Give an absolute URL or one relative to the manifest.",
        cause,
      });
    }
  };
  return {
    ...manifest,
    hls: absolute(manifest.hls, "hls"),
    comments: absolute(manifest.comments, "comments").replace(/^http/, "ws"),
    products: manifest.products.map(({ stock = -1, ...product }, i) => ({
      ...product,
      ...(stock >= 0 && { stock }),
      image: absolute(product.image, `products[${i}].image`),
    })),
    campaigns: manifest.campaigns.map(({ until = 0, ...campaign }) => ({ ...campaign, ...(until > 0 && { until }) })),
    models: manifest.models.map((model, i) => ({ ...model, url: absolute(model.url, `models[${i}].url`) })),
    tasks: manifest.tasks.map((task, i) =>
      task.trust === "local" ? { ...task, url: absolute(task.url, `tasks[${i}].url`) } : task,
    ),
  };
}
