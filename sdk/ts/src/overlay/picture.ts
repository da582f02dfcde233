// A product's picture as an ImageBitmap, which the engine can draw. Only the page can decode every format, SVG among
// them.

/** Pixels to a side: a card's picture at a device pixel ratio of 2. */
const side = 192;

/** undefined if it cannot be had: a card does without. */
export async function loadPicture(url: string): Promise<ImageBitmap | undefined> {
  const image = new Image();
  image.crossOrigin = "anonymous"; // a picture without CORS could not be handed to the worker
  image.decoding = "async";
  image.src = url;
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext("2d");
    // Cover, as in CSS. An SVG without a size of its own reports 0.
    const width = image.naturalWidth || side;
    const height = image.naturalHeight || side;
    const scale = Math.max(side / width, side / height);
    context?.drawImage(image, (side - width * scale) / 2, (side - height * scale) / 2, width * scale, height * scale);
    return await createImageBitmap(canvas);
  } catch {
    return undefined;
  }
}
