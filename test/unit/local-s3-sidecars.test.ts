import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDurableFiles } from '../../main/local-s3/storage/durable-files.ts';
import { createLayout } from '../../main/local-s3/storage/layout.ts';
import { createSidecars } from '../../main/local-s3/storage/sidecars.ts';
import type { StoredVersion } from '../../main/local-s3/storage/stored-version.ts';

test('who read the old tags from the disk does not put them in the place of the new ones in memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'brigade-sidecars-'));
  const layout = createLayout(folder);
  const files = createDurableFiles(folder, false);
  const tagged = (value: string): StoredVersion => ({
    sizeBytes: 1,
    mtimeNs: '1',
    etag: 'e',
    headers: {},
    metadata: {},
    tags: { value },
  });
  await createSidecars(layout, files).write('b', 'k', [tagged('old')]);

  // This write is done within the tick, no read of a file is.
  const sidecars = createSidecars(layout, { ...files, writeWhole: () => Promise.resolve() });
  const looking = sidecars.find('b', 'k', tagged('old'));
  await sidecars.write('b', 'k', [tagged('new')]);
  expect((await looking)?.tags).toEqual({ value: 'old' });
  expect((await sidecars.find('b', 'k', tagged('old')))?.tags).toEqual({ value: 'new' });
  await rm(folder, { recursive: true });
});
