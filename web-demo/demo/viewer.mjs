// What the viewer's page shows, read from its elements.

/** The shelf's products in order: [{ id, title, reason }]. */
export function readShelf(page) {
  return page.getByTestId("shelf-list").evaluate((list) =>
    [...list.children].map((item) => ({
      id: item.dataset.product,
      title: item.querySelector("h3").textContent,
      reason: item.querySelector(".reason").textContent,
    })),
  );
}

/** Opens a product close up, as a viewer does, and closes it again. The shelf is as long afterwards as it was. */
export async function lookAt(page, id) {
  // From the whole shelf, since a new order may fold a product away between a look and a click.
  const more = page.getByTestId("shelf-more");
  const folded = (await more.getAttribute("aria-expanded")) === "false" && (await more.isVisible());
  if (folded) await more.click();
  await page.locator(`[data-testid=product][data-product=${id}]`).getByTestId("product-open").click();
  await page.getByTestId("dialog-close").click();
  if (folded) await more.click();
}
