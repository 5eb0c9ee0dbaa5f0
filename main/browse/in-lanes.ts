/** Does the work for each item, at most `lanes` at once; the next is taken only when there is room for it. */
export async function inLanes<T>(
  items: Iterable<T> | AsyncIterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const source: AsyncIterator<T> | Iterator<T> =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let step = await source.next(); step.done !== true; step = await source.next()) await work(step.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
