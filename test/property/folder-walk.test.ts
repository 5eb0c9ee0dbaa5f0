import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIgnoredKey } from '../../main/automation/folders/ignored-names.ts';
import { walkFolder } from '../../main/automation/folders/walk-folder.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createMemoryFolder } from '../fakes/memory-folder.ts';

const special = ['a', 'A', 'é', 'e\u0301', '!', '/x', '0', '.', '\uff61', '\ufffd', '😀', '\ue000', 'a!', '-', ' '];
const nameArbitrary = fc
  .array(fc.constantFrom(...special), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('').replaceAll('/', '-'));
const keyArbitrary = fc.array(nameArbitrary, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

/** A key that another one has as a folder cannot be a file. */
function asFiles(keys: readonly string[]): string[] {
  const files = new Set<string>();
  for (const key of keys) {
    const clashes = [...files].some(
      (other) => other === key || other.startsWith(`${key}/`) || key.startsWith(`${other}/`),
    );
    if (!clashes) files.add(key);
  }
  return [...files];
}

async function walk(keys: readonly string[], recursive: boolean): Promise<string[]> {
  const folder = createMemoryFolder('/watched', createManualClock());
  for (const key of keys) folder.write(key, 1);
  const root = await folder.statFolder('/watched');
  if (!root.ok) throw new Error('no folder');
  const found: string[] = [];
  const options = { folder: '/watched', root: root.value, recursive, signal: new AbortController().signal };
  for await (const batch of walkFolder(folder, options)) {
    expect(batch.ok).toBe(true);
    if (batch.ok) found.push(...batch.value.map(({ key }) => key));
  }
  return found;
}

test('a walk gives every file once, in the order of UTF-8 bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(keyArbitrary, { maxLength: 60 }), fc.boolean(), async (keys, recursive) => {
      const files = asFiles(keys);
      const expected = files
        .filter((key) => !isIgnoredKey(key) && (recursive || !key.includes('/')))
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await walk(files, recursive)).toEqual(expected);
    }),
  );
});

test('a walk of more files than one batch has, in one folder and in many', async () => {
  const keys = Array.from({ length: 1700 }, (_, i) => (i % 3 === 0 ? `f${i}` : `d${i % 7}/f${i}`));
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(await walk(keys, true)).toEqual(sorted);
});
