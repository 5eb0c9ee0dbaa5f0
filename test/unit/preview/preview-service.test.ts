import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createPreviewService,
  maxTextBytes,
  maxWholeBytes,
  type PreviewService,
} from '../../../main/preview/preview-service.ts';
import type { ObjectStore } from '../../../main/s3/object-store.ts';
import type { ConnectionOpener } from '../../../main/s3/open-connection.ts';
import { connectionIdSchema, fileIdSchema, jobIdSchema } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memory-object-store.ts';

const connectionId = connectionIdSchema.parse('conn-1');
let memory: MemoryObjectStore;
let changes: Partial<ObjectStore>;
let previews: PreviewService;
let folder: string;

beforeEach(async () => {
  memory = createMemoryObjectStore();
  changes = {};
  await memory.createBucket('b');
  folder = await mkdtemp(join(tmpdir(), 'brigade-preview-'));
  const opener = {
    open: async () => ok({ store: { ...memory, ...changes } }),
  } as unknown as ConnectionOpener;
  previews = createPreviewService({
    opener,
    findConflictSide: async ({ side }) =>
      side === 'source'
        ? ok({ path: join(folder, 'side.txt') })
        : ok({ connectionId, bucket: 'b', key: 'side.txt' } as never),
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
async function put(key: string, body: string | Uint8Array, contentType?: string): Promise<void> {
  must(await memory.putSmall('b', key, Buffer.from(body), { contentType }));
}
const open = (key: string) => previews.open({ source: { connectionId, bucket: 'b', key } });
const openPath = (path: string) => previews.open({ source: { path } });
async function read(previewId: string, range: string | null = null) {
  const { body, ...head } = must(await previews.stream({ previewId, range }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { ...head, text: Buffer.concat(chunks).toString() };
}
async function openStreamed(key: string): Promise<string> {
  const preview = must(await open(key));
  if (!('previewId' in preview)) throw new Error(preview.kind);
  return preview.previewId;
}

describe('a preview', () => {
  test('of text is its beginning', async () => {
    await put('a.txt', 'hello');
    await put('long.csv', 'ü'.repeat(maxTextBytes));
    await put('README', '# no ending');
    expect(must(await open('a.txt'))).toEqual({ kind: 'text', text: 'hello', truncated: false });
    expect(must(await open('README'))).toEqual({ kind: 'text', text: '# no ending', truncated: false });
    expect(must(await open('long.csv'))).toEqual({ kind: 'text', text: 'ü'.repeat(maxTextBytes / 2), truncated: true });
  });

  test('reads no more of the unknown than it takes to see that it is not text', async () => {
    await put('data', Buffer.alloc(1_000_000, 0xff));
    let readBytes = 0;
    changes.readRange = async (...asked) => {
      const body = must(await memory.readRange(...asked));
      return ok(
        (async function* () {
          for await (const chunk of body) {
            for (let at = 0; at < chunk.length; at += 1000) {
              readBytes += 1000;
              yield chunk.subarray(at, at + 1000);
            }
          }
        })(),
      );
    };
    expect(must(await open('data'))).toEqual({ kind: 'none', reason: 'binary' });
    expect(readBytes).toBeLessThanOrEqual(5000);
  });

  test('of what cannot be shown says why', async () => {
    expect(await open('missing.png')).toMatchObject({ ok: false, error: { code: 'NoSuchKey' } });
    await put('empty.png', '');
    await put('latin.txt', Buffer.from([0x66, 0xfc, 0x72]));
    await put('huge.png', 'x');
    changes.head = async (bucket, key) => {
      const found = must(await memory.head(bucket, key));
      return ok(key === 'huge.png' ? { ...found, sizeBytes: maxWholeBytes + 1 } : found);
    };
    expect(must(await open('empty.png'))).toEqual({ kind: 'none', reason: 'empty' });
    expect(must(await open('latin.txt'))).toEqual({ kind: 'none', reason: 'binary' });
    expect(must(await open('huge.png'))).toEqual({ kind: 'tooLarge', limitBytes: maxWholeBytes });
  });

  test('of something archived asks the server, which knows what was restored', async () => {
    await put('a.png', 'x');
    await put('a.txt', 'x');
    changes.head = async (bucket, key) => ok({ ...must(await memory.head(bucket, key)), storageClass: 'GLACIER' });
    expect(must(await open('a.png'))).toMatchObject({ kind: 'image' });
    changes.readRange = async () => err(appError('InvalidObjectState'));
    expect(must(await open('a.png'))).toEqual({ kind: 'none', reason: 'archived' });
    expect(must(await open('a.txt'))).toEqual({ kind: 'none', reason: 'archived' });
  });

  test('of an object replaced while it is looked at is the new one', async () => {
    await put('a.txt', 'old');
    changes.readRange = async (...asked) => {
      delete changes.readRange;
      await put('a.txt', 'new');
      return memory.readRange(...asked);
    };
    expect(must(await open('a.txt'))).toEqual({ kind: 'text', text: 'new', truncated: false });
  });

  test('is streamed in ranges, under a type of ours', async () => {
    await put('sound', '0123456789', 'audio/x-wav; note="<script>"');
    const id = await openStreamed('sound');
    expect(must(await open('sound'))).toMatchObject({
      kind: 'audio',
      url: expect.stringMatching(/^\/preview\/preview-[\w-]{32}\/sound$/),
    });
    expect(await read(id)).toEqual({ contentType: 'audio/wav', sizeBytes: 10, range: null, text: '0123456789' });
    expect(await read(id, 'bytes=2-4')).toMatchObject({ range: { from: 2, to: 4 }, text: '234' });
    expect(await previews.stream({ previewId: id, range: 'bytes=10-' })).toMatchObject({
      error: { code: 'InvalidRange', context: { sizeBytes: 10 } },
    });
  });

  test.each([
    ['in/a b#?%ü.png', 'a%20b%23%3F%25%C3%BC.png'],
    ['half \ud800.png', 'half%20%EF%BF%BD.png'],
  ])('of %s has its name in the address', async (key, name) => {
    await put(key, 'x', 'image/png');
    const preview = must(await open(key));
    expect('url' in preview && preview.url.endsWith(`/${name}`)).toBe(true);
  });

  test.each(['in/..', '.', 'folder/'])('of %s has no name in the address that could lead elsewhere', async (key) => {
    await put(key, 'x', 'image/png');
    expect(must(await open(key))).toMatchObject({ url: expect.stringMatching(/^\/preview\/[\w-]{40}$/) });
  });

  test('never mixes two versions', async () => {
    await put('a.png', '0123456789');
    const id = await openStreamed('a.png');
    await put('a.png', 'abcdefghij');
    expect(await previews.stream({ previewId: id, range: 'bytes=5-' })).toMatchObject({
      error: { code: 'PreconditionFailed' },
    });
  });

  test('ends when it is closed, and what is being read of it', async () => {
    await put('a.png', 'x');
    let given: AbortSignal | undefined;
    changes.readRange = async (bucket, key, range, signal) => {
      given = signal;
      return memory.readRange(bucket, key, range);
    };
    const id = await openStreamed('a.png');
    must(await previews.stream({ previewId: id, range: null }));
    expect(given?.aborted).toBe(false);
    must(await previews.close({ previewId: id as never }));
    expect(given?.aborted).toBe(true);
    expect(await previews.stream({ previewId: id, range: null })).toMatchObject({ error: { code: 'PreviewNotFound' } });
    must(await previews.close({ previewId: id as never }));
    for (const guess of ['', '__proto__', 'preview-', 'x'.repeat(1000)]) {
      expect(await previews.stream({ previewId: guess, range: null })).toMatchObject({ ok: false });
    }
  });

  test('closed while the server is asked is not there', async () => {
    await put('a.png', 'x');
    let id = '';
    changes.readRange = async () => {
      must(await previews.close({ previewId: id as never }));
      return err(appError('Cancelled'));
    };
    id = await openStreamed('a.png');
    expect(await previews.stream({ previewId: id, range: null })).toMatchObject({ error: { code: 'PreviewNotFound' } });
  });

  test('that was not looked at for longest gives way when there are many', async () => {
    await put('a.png', 'x');
    const first = await openStreamed('a.png');
    const second = await openStreamed('a.png');
    for (let count = 0; count < 30; count += 1) await openStreamed('a.png');
    await read(first);
    await openStreamed('a.png');
    expect((await read(first)).text).toBe('x');
    expect(await previews.stream({ previewId: second, range: null })).toMatchObject({
      error: { code: 'PreviewNotFound' },
    });
    previews.closeAll();
    expect(await previews.stream({ previewId: first, range: null })).toMatchObject({
      error: { code: 'PreviewNotFound' },
    });
  });
});

describe('a preview of a file', () => {
  test('is by its name, of regular files only', async () => {
    await writeFile(join(folder, 'a.txt'), 'hello');
    await writeFile(join(folder, 'a.wav'), '0123456789');
    await mkdir(join(folder, 'folder.txt'));
    expect(must(await openPath(join(folder, 'a.txt')))).toEqual({ kind: 'text', text: 'hello', truncated: false });
    const sound = must(await openPath(join(folder, 'a.wav')));
    expect(sound.kind).toBe('audio');
    expect(await read('previewId' in sound ? sound.previewId : '', 'bytes=3-5')).toMatchObject({ text: '345' });
    expect(await openPath(join(folder, 'folder.txt'))).toMatchObject({ error: { code: 'IsADirectory' } });
    expect(await openPath(join(folder, 'none.txt'))).toMatchObject({ error: { code: 'FileNotFound' } });
    expect(await openPath('a.txt')).toMatchObject({ error: { code: 'InvalidInput' } });
    expect(await openPath('/dev/zero')).toMatchObject({ error: { code: 'NotAFile' } });
  });

  test('does not wait for a pipe, nor when one takes its place', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.txt')]);
    expect(await openPath(join(folder, 'pipe.txt'))).toMatchObject({ error: { code: 'NotAFile' } });
    await writeFile(join(folder, 'a.png'), 'x');
    const preview = must(await openPath(join(folder, 'a.png')));
    await rm(join(folder, 'a.png'));
    execFileSync('mkfifo', [join(folder, 'a.png')]);
    const previewId = 'previewId' in preview ? preview.previewId : '';
    expect(await previews.stream({ previewId, range: null })).toMatchObject({ error: { code: 'SourceChanged' } });
  });

  test('that has changed since is refused', async () => {
    await writeFile(join(folder, 'a.png'), 'one');
    const preview = must(await openPath(join(folder, 'a.png')));
    await writeFile(join(folder, 'a.png'), 'other');
    const previewId = 'previewId' in preview ? preview.previewId : '';
    expect(await previews.stream({ previewId, range: null })).toMatchObject({ error: { code: 'SourceChanged' } });
  });
});

test('both sides of a conflict question can be looked at', async () => {
  await writeFile(join(folder, 'side.txt'), 'new');
  await put('side.txt', 'old');
  const question = { jobId: jobIdSchema.parse('job-1'), fileId: fileIdSchema.parse(1) };
  expect(must(await previews.open({ source: { ...question, side: 'source' } }))).toMatchObject({ text: 'new' });
  expect(must(await previews.open({ source: { ...question, side: 'target' } }))).toMatchObject({ text: 'old' });
});
