import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTargetNames, foldName } from '../../main/transfers/target-names.ts';
import { keyToNames, namesToKey, type PathRules } from '../../shared/domain/key-path.ts';

const root = '/to';
const segment = fc.constantFrom(
  'a',
  'A',
  'b',
  'B',
  'é',
  'e\u0301',
  'É',
  'straße',
  'STRASSE',
  'ς',
  'Σ',
  '',
  '..',
  'a%~1',
  'A%~',
  'x'.repeat(254),
  'X'.repeat(254),
  'y'.repeat(300),
  'Y'.repeat(300),
);
const keys = fc
  .uniqueArray(
    fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/')),
    { maxLength: 12 },
  )
  .map((all) => all.filter((key) => key !== '').sort());

/** Plans the keys as a job does, each once or twice. */
function plan(all: readonly string[], rules: Required<PathRules>, times: number) {
  const sources = new Map<string, string>();
  const targets = createTargetNames({
    foldsNames: rules.foldsNames,
    sourceOfTarget: (target) => sources.get(target) ?? null,
  });
  const paths = new Map<string, string>();
  for (let time = 0; time < times; time += 1) {
    for (const key of all) {
      const names = keyToNames(key, rules);
      const path = targets.fileApart(join(targets.folderPath(root, names.slice(0, -1)), names.at(-1) ?? ''), key);
      if (time > 0) expect(path).toBe(paths.get(key));
      if (!sources.has(path)) sources.set(path, key);
      paths.set(key, path);
    }
  }
  return paths;
}

test.each<Required<PathRules>>([
  { platform: 'posix', foldsNames: false },
  { platform: 'posix', foldsNames: true },
  { platform: 'win32', foldsNames: true },
])('[T30] [T31] [T34] [T36] keys of one job on %o: no file shares a path, no folder a name, all read back', (rules) => {
  const fold = rules.foldsNames ? foldName : (name: string) => name;
  fc.assert(
    fc.property(keys, fc.constantFrom(1, 2), (all, times) => {
      const paths = plan(all, rules, times);
      const files = new Set([...paths.values()].map(fold));
      expect(files.size).toBe(all.length);
      const spelled = new Map<string, string>();
      for (const [key, path] of paths) {
        const below = path.slice(root.length + 1);
        expect(namesToKey(below.split('/'), rules)).toBe(key);
        for (const name of below.split('/')) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
          expect(files.has(fold(folder))).toBe(false);
          expect(spelled.get(fold(folder)) ?? folder).toBe(folder);
          spelled.set(fold(folder), folder);
        }
      }
    }),
    { numRuns: 200 },
  );
});
