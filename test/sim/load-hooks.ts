import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutants.ts';

const simFolder = dirname(fileURLToPath(import.meta.url));
const project = dirname(dirname(simFolder));
const urlOf = (path: string) => pathToFileURL(join(project, path)).href;

/** What the engine's transfers do on the disk. */
const onDisk = /\/main\/(?:transfers\/files\/|sync-folder\.ts$)/;

/** Modules that see another module than the one they name. */
const stand: readonly { readonly specifier: string; readonly from: RegExp; readonly instead: string }[] = [
  { specifier: 'node:fs', from: onDisk, instead: 'test/sim/disk-calls-sync.ts' },
  { specifier: 'node:fs/promises', from: onDisk, instead: 'test/sim/disk-calls.ts' },
  { specifier: 'node:timers/promises', from: /\/main\//, instead: 'test/sim/no-timers.ts' },
];

/**
 * The engine's modules are loaded as they are, but for the file system and the timers below them; a mutant changes one
 * text in one of them. Its text must be there exactly once: a mutant of code that is not there any more shows nothing.
 */
export function installHooks(mutant: Mutant | null): void {
  const mutated = mutant === null ? null : urlOf(mutant.file);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const parent = context.parentURL ?? '';
      const found = stand.find((each) => each.specifier === specifier && each.from.test(parent));
      return found === undefined ? nextResolve(specifier, context) : nextResolve(urlOf(found.instead), context);
    },
    load(url, context, nextLoad) {
      // The schema, as the bundler gives it.
      if (url.endsWith('.sql?raw')) {
        const source = `export default ${JSON.stringify(readFileSync(fileURLToPath(url), 'utf8'))};`;
        return { format: 'module', source, shortCircuit: true };
      }
      const loaded = nextLoad(url, context);
      if (mutant === null || url !== mutated) return loaded;
      let source = Buffer.from(loaded.source as Uint8Array).toString();
      for (const [text, instead] of mutant.edits) {
        const parts = source.split(text);
        if (parts.length !== 2)
          throw new Error(`mutant "${mutant.name}": its text is ${parts.length - 1} times in ${mutant.file}: ${text}`);
        source = parts.join(instead);
      }
      return { ...loaded, source };
    },
  });
}
