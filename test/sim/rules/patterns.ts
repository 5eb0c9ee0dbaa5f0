/** Patterns with what they mean, said in another way than by globs. `path`: below the trigger's prefix or folder. */
type Patterns = {
  readonly match: readonly string[];
  readonly ignore: readonly string[];
  fits(path: string): boolean;
};

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

export const patterns: readonly Patterns[] = [
  { match: [], ignore: [], fits: () => true },
  { match: ['*.txt'], ignore: [], fits: (path) => path.endsWith('.txt') },
  { match: [], ignore: ['*.txt'], fits: (path) => !path.endsWith('.txt') },
  { match: ['c/**'], ignore: [], fits: (path) => path.startsWith('c/') },
  { match: ['a', 'd*'], ignore: ['c/e.txt'], fits: (path) => /^(a$|d)/.test(nameOf(path)) && path !== 'c/e.txt' },
];

export function patternsOf(match: readonly string[], ignore: readonly string[]): Patterns {
  const found = patterns.find((each) => JSON.stringify([each.match, each.ignore]) === JSON.stringify([match, ignore]));
  if (found === undefined) throw new Error(`patterns that mean nothing here: ${match.join()} ${ignore.join()}`);
  return found;
}
