import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { receiveBatch } from '../../../main/headless/web/spool-batch.ts';
import { spoolLimits } from '../../../shared/contract/wire.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { batchesOf, bodyOf, findUnreadable } from '../../../renderer/bridge/spool-batches.ts';
import type { SpoolItem } from '../../../renderer/bridge/dropped-items.ts';

const file = (path: string, content: string): SpoolItem => ({
  path: path.split('/'),
  file: new File([content], path),
});
const sized = (path: string, size: number): SpoolItem => file(path, 'x'.repeat(size));
const bytesOf = async (blob: Blob) => Readable.from([Buffer.from(await blob.arrayBuffer())]);

test('what the window packs is what the host unpacks, in pieces of any size', async () => {
  const items = [file('a', 'first\n{"path":["b"],"bytes":1}\n'), file('b/ä\ud800', ''), { path: ['c'], file: null }];
  const [batch] = batchesOf(items);
  if (!batch) throw new Error('no batch');
  const body = Buffer.from(await bodyOf(batch).arrayBuffer());
  for (const pieceBytes of [1, 7, body.length]) {
    const pieces = Array.from({ length: Math.ceil(body.length / pieceBytes) }, (_, index) =>
      body.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    );
    const got: [string, string | null][] = [];
    const outcome = await receiveBatch(Readable.from(pieces), {
      writeSmall: async (path, bytes) => {
        got.push([path.join('/'), bytes.toString()]);
        return ok();
      },
      makeFolder: async (path) => {
        got.push([path.join('/'), null]);
        return ok();
      },
    });
    expect(outcome.ok).toBe(true);
    expect(got).toEqual([
      ['a', 'first\n{"path":["b"],"bytes":1}\n'],
      ['b/ä\ufffd', ''],
      ['c', null],
    ]);
  }
});

test('small files go together up to the limits, large ones by themselves', () => {
  const large = sized('large', spoolLimits.smallBytes + 1);
  const many = Array.from({ length: spoolLimits.batchFiles + 1 }, (_, index) => sized(`f${index}`, 1));
  const batches = batchesOf([sized('a', 10), large, sized('b', 10), ...many]);
  expect(batches.map(({ items, together }) => [items.length, together])).toEqual([
    [1, false],
    [spoolLimits.batchFiles, true],
    [3, true],
  ]);
  const heavy = Array.from({ length: 20 }, (_, index) => sized(`h${index}`, spoolLimits.smallBytes));
  for (const { bytes } of batchesOf(heavy)) expect(bytes).toBeLessThanOrEqual(spoolLimits.batchBytes);
  expect(batchesOf(heavy).flatMap(({ items }) => items)).toEqual(heavy);
  expect(batchesOf([])).toEqual([]);
});

test('a full disk ends the batch with its reason, after what was under way', async () => {
  const items = Array.from({ length: 100 }, (_, index) => sized(`f${index}`, 1000));
  const [batch] = batchesOf(items);
  if (!batch) throw new Error('no batch');
  let written = 0;
  const outcome = await receiveBatch(await bytesOf(bodyOf(batch)), {
    writeSmall: async (path) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (written >= 10) return err(appError('DiskFull', { path: path.join('/') }));
      written += 1;
      return ok();
    },
    makeFolder: async () => ok(),
  });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'DiskFull' } });
  expect(written).toBe(10);
});

test('a file that cannot be read any more is named', async () => {
  const gone = file('in/gone', 'x');
  Object.defineProperty(gone.file, 'slice', {
    value: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }),
  });
  expect(await findUnreadable([file('a', 'x'), gone])).toBe('in/gone');
  expect(await findUnreadable([file('a', 'x'), { path: ['f'], file: null }])).toBeNull();
});
