/** Does work on several items at once, at most `most`, and gives the results in the order of the items. */
export async function* mapInOrder<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  let next = 0;
  const fill = () => {
    for (let item = items[next]; item !== undefined && running.length < most; item = items[next]) {
      const result = work(item);
      // It is awaited below in its turn; until then a failure waits, too.
      result.catch(() => undefined);
      running.push(result);
      next += 1;
    }
  };
  fill();
  while (running.length > 0) {
    const first = running.shift();
    if (first !== undefined) yield await first;
    fill();
  }
}
