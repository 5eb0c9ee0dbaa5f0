/** The value of `--data-dir DIR` or `--data-dir=DIR`; undefined when it was not given. Pure. */
export function chosenDataFolder(argv: readonly string[]): string | undefined {
  for (const [at, arg] of argv.entries()) {
    if (arg === '--data-dir') return argv[at + 1];
    if (arg.startsWith('--data-dir=')) return arg.slice('--data-dir='.length);
  }
  return undefined;
}
