const page_most = 500;

/** Every item of a list that the API gives page by page. */
export async function everyItem<Item>(
  page: (asked: { limit: number; offset: number }) => Promise<{ readonly items: readonly Item[] }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (;;) {
    const { items } = await page({ limit: page_most, offset: all.length });
    all.push(...items);
    if (items.length < page_most) return all;
  }
}
