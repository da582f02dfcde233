// Looks at screenshots: decodes them in a blank page of the same browser, which knows how.
import type { Page } from "playwright-core";

/** Counts the pixels of `png` that are nearly white, as a comment's letters are, and those that differ from `other`. */
export async function comparePictures(
  page: Page,
  png: Buffer,
  other: Buffer,
): Promise<{ bright: number; changed: number }> {
  const blank = await page.context().newPage();
  try {
    return await blank.evaluate(
      async ([first, second]) => {
        const decode = async (base64: string) => {
          const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
          const bitmap = await createImageBitmap(blob);
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const context = canvas.getContext("2d");
          if (!context) throw new Error("no 2d context");
          context.drawImage(bitmap, 0, 0);
          return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
        };
        const [a, b] = [await decode(first), await decode(second)];
        let bright = 0;
        let changed = 0;
        for (let i = 0; i < a.length; i += 4) {
          const near = (k: number) => a[i + k] ?? 0;
          if (near(0) > 200 && near(1) > 200 && near(2) > 200) ++bright;
          if (Math.abs(near(0) - (b[i] ?? 0)) + Math.abs(near(1) - (b[i + 1] ?? 0)) > 40) ++changed;
        }
        return { bright, changed };
      },
      [png.toString("base64"), other.toString("base64")] as const,
    );
  } finally {
    await blank.close();
  }
}
