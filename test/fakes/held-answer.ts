/** An answer that is held back until the test lets it come. */
export function holdAnswer() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isAwaited = false;
  return {
    /** Somebody has come as far as waiting for it. */
    isAwaited: () => isAwaited,
    /** What the fake waits for before it answers; at once after `release`. */
    wait(): Promise<void> {
      isAwaited = true;
      return promise;
    },
    release: () => resolve(),
  };
}
