/** Does the work for each item, at most `lanes` at once; the next is taken only when there is room for it. */
export async function inLanes<T>(
  items: Iterable<T> | AsyncIterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const source: AsyncIterator<T> | Iterator<T> =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (;;) {
      const next = source.next();
      // What is there at once is begun at once.
      const step = next instanceof Promise ? await next : next;
      if (step.done === true) return;
      await work(step.value);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** The same with what came of each, in the order of the items. */
export async function eachInLanes<T, R>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = Array.from({ length: items.length });
  await inLanes(items.entries(), Math.min(lanes, items.length), async ([index, item]) => {
    results[index] = await work(item);
  });
  return results;
}
