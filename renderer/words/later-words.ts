let bring: () => Promise<void> = () => Promise.resolve();
let brought: Promise<void> | null = null;

/** Says once, at the start, how the texts are got that the window does not begin with. */
export function bringLaterWordsBy(how: () => Promise<void>): void {
  bring = how;
  brought = null;
}

/** A part of the window that is loaded when it is needed, once the texts are there that come with such parts. */
export async function withLaterWords<M>(part: Promise<M>): Promise<M> {
  brought ??= bring();
  const [module] = await Promise.all([part, brought]);
  return module;
}
