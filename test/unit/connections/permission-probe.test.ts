import { describe, expect, it } from 'vitest';
import { judgePermissions } from '../../../main/connections/judge-steps.ts';
import { probePermissions } from '../../../main/connections/permission-probe.ts';
import type { ObjectStore } from '../../../main/s3/object-store.ts';
import { restrictStore } from '../../../main/s3/restrict-store.ts';
import { permissionResultSchema, testedActions } from '../../../shared/domain/connection-test.ts';
import { appError, type ErrorCode } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import { describeTestStep } from '../../../shared/words/describe-test-step.ts';
import { createMemoryObjectStore } from '../../fakes/memory-object-store.ts';

type Method = keyof ObjectStore;
type Refusals = Partial<Record<Method, ErrorCode | ((...input: never[]) => ErrorCode | null)>>;

/** A bucket `b` with these objects, on a server that refuses what it is told to. */
async function probe(
  scene: {
    readonly keys?: Readonly<Record<string, string>>;
    readonly path?: string;
    readonly writes?: boolean;
    readonly refuse?: Refusals;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { keys = { 'in/a': 'x' }, path = '', writes = false, refuse = {} } = scene;
  const memory = createMemoryObjectStore();
  await memory.createBucket('b');
  for (const [key, content] of Object.entries(keys)) await memory.putSmall('b', key, Buffer.from(content), {});
  const asked: string[] = [];
  const touched = new Set<string>();
  const server = new Proxy(memory, {
    get(target, name: Method) {
      const method = target[name] as (...input: unknown[]) => Promise<Result<unknown>>;
      return (...input: unknown[]) => {
        asked.push(name);
        const [bucket, key] = input;
        if (typeof key === 'string') touched.add(key);
        const rule = refuse[name] as ErrorCode | ((...all: unknown[]) => ErrorCode | null) | undefined;
        const code = typeof rule === 'function' ? rule(...input) : rule;
        const place = typeof bucket === 'string' ? { bucket, key: String(key) } : {};
        const isAnswer = code !== 'ConnectionReset' && code !== 'Stalled';
        return code === undefined || code === null
          ? method.apply(target, input)
          : Promise.resolve(err(appError(code, { ...place, ...(isAnswer ? { status: 403 } : {}) })));
      };
    },
  });
  const buckets = await server.listBuckets();
  asked.length = 0;
  const restriction = { bucket: 'b', path };
  const found = await probePermissions(restrictStore(server, restriction), restriction, {
    buckets,
    writes,
    signal: scene.signal,
  });
  const { left, page: _page, ...permissions } = found;
  expect(found.results.map(({ action }) => action)).toEqual(testedActions);
  for (const result of found.results) permissionResultSchema.parse(result);
  const outcome = (wanted: string) =>
    found.results.flatMap(({ action, outcome: one }) => (one === wanted ? [action] : []));
  const [state, words] = judgePermissions(permissions, left);
  return {
    asked,
    found,
    state,
    words: describeTestStep(words),
    allowed: outcome('allowed'),
    denied: outcome('denied'),
    errorOf: (action: string) => found.results.find((one) => one.action === action)?.error,
    /** Beside those that were there. */
    stays: [...(memory.buckets.get('b')?.objects.keys() ?? [])].filter((key) => !Object.hasOwn(keys, key)),
    lost: Object.keys(keys).filter((key) => memory.buckets.get('b')?.objects.has(key) !== true),
    uploads: memory.buckets.get('b')?.uploads.size,
    probeKeys: [...touched].filter((key) => key.includes('.bucket-brigade-probe-')),
  };
}

const reading = ['createConnection', 'download', 'presign', 'location', 'list', 'triggers'];

describe('without an object of its own', () => {
  it('tries what only reads, with three requests', async () => {
    const { asked, found, allowed, denied, state, words } = await probe();
    expect([allowed, denied, state]).toEqual([reading, [], 'ok']);
    expect(asked).toEqual(['listPage', 'bucketLocation', 'readRange', 'presignGet']);
    expect(found).toMatchObject({ bucket: 'b', prefix: '', wrote: false, left: [] });
    expect(words).toBe('Everything that was tried in b/ is allowed.');
  });

  it('names what each action needs', async () => {
    const { found } = await probe();
    expect(Object.fromEntries(found.results.map(({ action, permission }) => [action, permission]))).toEqual({
      createConnection: 's3:ListAllMyBuckets',
      createBucket: 's3:CreateBucket',
      delete: 's3:DeleteObject',
      download: 's3:GetObject',
      presign: 's3:GetObject',
      location: 's3:GetBucketLocation',
      list: 's3:ListBucket',
      upload: 's3:PutObject',
      streamingUpload: 's3:PutObject, s3:AbortMultipartUpload',
      triggers: 's3:ListBucket',
      auditLog: 's3:PutObject',
    });
  });

  it.each<[Method, string[]]>([
    ['listBuckets', ['createConnection']],
    ['bucketLocation', ['location']],
    ['readRange', ['download', 'presign']],
    ['listPage', ['list', 'triggers']],
    ['presignGet', ['presign']],
  ])('a refused %s denies %j', async (method, expected) => {
    const { denied, state, words } = await probe({ refuse: { [method]: 'AccessDenied' } });
    expect([denied, state]).toEqual([expected, 'warning']);
    expect(words).toContain(`${expected.length} action${expected.length === 1 ? ' is' : 's are'} not allowed in b/.`);
  });

  it.each<ErrorCode>(['NotImplemented', 'MethodNotAllowed', 'ConnectionReset', 'InternalError', 'SlowDown'])(
    '%s says nothing of permission',
    async (code) => {
      const refuse = { listBuckets: code, listPage: code, bucketLocation: code, readRange: code, presignGet: code };
      const { allowed, denied, state, words } = await probe({ refuse });
      expect([allowed, denied, state]).toEqual([[], [], 'skipped']);
      expect(words).toBe('No bucket is known to try permissions in.');
    },
  );

  it.each<ErrorCode>(['InvalidObjectState', 'InvalidRange', 'NoSuchKey'])(
    '%s is only said to who may download',
    async (code) => expect((await probe({ refuse: { readRange: code } })).allowed).toEqual(reading),
  );

  it('reads an object that has something to read, inside of the restriction', async () => {
    const read: string[] = [];
    const noteRead = (_: string, key: string) => {
      read.push(key);
      return null;
    };
    await probe({ keys: { 'in/': '', 'in/empty': '', 'in/full': 'x' }, path: 'in', refuse: { readRange: noteRead } });
    expect(read).toEqual(['in/full']);
    await probe({ keys: { 'in/': '', inner: 'x' }, path: 'in', refuse: { readRange: noteRead } });
    expect(read[1]).toMatch(/^in\/\.bucket-brigade-probe-[0-9a-f-]{36}$/);
  });

  it('asks for a key that cannot exist where there is nothing: a refusal counts only of who may list', async () => {
    const empty = { keys: {} };
    expect((await probe(empty)).allowed).toEqual(reading);
    expect((await probe({ ...empty, refuse: { readRange: 'AccessDenied' } })).denied).toEqual(['download', 'presign']);
    const blind = await probe({ ...empty, refuse: { readRange: 'AccessDenied', listPage: 'AccessDenied' } });
    expect(blind.denied).toEqual(['list', 'triggers']);
    expect(blind.allowed).toEqual(['createConnection', 'location']);
  });
});

describe('with an object that the person agreed to', () => {
  it('tries everything but making a bucket, and leaves nothing', async () => {
    const { allowed, found, stays, lost, uploads, asked, probeKeys } = await probe({ writes: true });
    expect(allowed).toEqual(testedActions.filter((action) => action !== 'createBucket'));
    expect([found.wrote, found.left, stays, lost, uploads]).toEqual([true, [], [], [], 0]);
    expect(asked.length).toBeLessThan(14);
    for (const key of probeKeys) expect(key).toMatch(/^\.bucket-brigade-probe-[0-9a-f-]{36}$/);
  });

  it.each([
    ['', ''],
    ['in/', 'in/'],
    ['in', 'in/'],
    ['in/one.txt', 'in/one.txt/'],
  ])('of the path %j is below %j', async (path, folder) => {
    const { probeKeys, stays } = await probe({ path, writes: true });
    expect(probeKeys.length).toBeGreaterThanOrEqual(2);
    for (const key of probeKeys) expect(key.startsWith(`${folder}.bucket-brigade-probe-`)).toBe(true);
    expect(stays).toEqual([]);
  });

  it('denied to upload has written nothing, and deletes nothing', async () => {
    const refuse = { putSmall: 'AccessDenied', putStream: 'AccessDenied', createMultipart: 'AccessDenied' } as const;
    const { denied, found, asked } = await probe({ writes: true, refuse });
    expect(denied).toEqual(['upload', 'streamingUpload', 'auditLog']);
    expect(found.wrote).toBe(false);
    expect(asked).not.toContain('remove');
  });

  it('reads it where nothing else told whether it may download', async () => {
    const { allowed, denied } = await probe({ keys: {}, writes: true, refuse: { listPage: 'AccessDenied' } });
    expect(denied).toEqual(['list', 'triggers']);
    expect(allowed).toEqual(expect.arrayContaining(['download', 'presign']));
  });

  it('uploads without the condition to a server that does not know it', async () => {
    const putSmall = (...input: unknown[]) => (input[4] === undefined ? null : 'NotImplemented');
    const { allowed, stays } = await probe({ writes: true, refuse: { putSmall } });
    expect([allowed, stays]).toEqual([testedActions.filter((action) => action !== 'createBucket'), []]);
  });

  it.each<Method>(['putSmall', 'putStream', 'createMultipart', 'abortMultipart'])(
    'cleans up also when %s fails',
    async (method) => {
      for (const code of ['AccessDenied', 'ConnectionReset', 'NotImplemented'] as const) {
        const { stays, lost } = await probe({ writes: true, refuse: { [method]: code } });
        expect([stays, lost]).toEqual([[], []]);
      }
    },
  );

  it('deletes also what only may have been stored', async () => {
    const { asked, allowed } = await probe({ writes: true, refuse: { putSmall: 'ConnectionReset' } });
    expect(asked.filter((name) => name === 'remove')).toHaveLength(2);
    expect(allowed).not.toContain('upload');
  });

  it('that may not be deleted is named, in the error and in words', async () => {
    const { denied, errorOf, found, stays, words, state } = await probe({
      path: 'in/',
      writes: true,
      refuse: { remove: 'AccessDenied' },
    });
    expect([denied, state]).toEqual([['delete'], 'warning']);
    expect(found.left.map(({ key }) => key)).toEqual(stays);
    expect(stays).toHaveLength(2);
    expect(errorOf('delete')).toMatchObject({ code: 'AccessDenied', context: { bucket: 'b', key: stays.join(', ') } });
    expect(words).toContain(
      `could not be deleted again: ${stays.map((key) => `b/${key}`).join(', ')}. Delete it by hand.`,
    );
  });

  it('that could not be deleted for another reason is named all the same', async () => {
    const { denied, errorOf, stays, words } = await probe({ writes: true, refuse: { remove: 'ConnectionReset' } });
    expect(denied).toEqual([]);
    expect(errorOf('delete')).toMatchObject({ code: 'ConnectionReset', context: { key: stays.join(', ') } });
    for (const key of stays) expect(words).toContain(`b/${key}`);
  });

  it('names an upload in parts that it may not abort', async () => {
    const { denied, found, uploads, words } = await probe({ writes: true, refuse: { abortMultipart: 'AccessDenied' } });
    expect([denied, uploads]).toEqual([['streamingUpload'], 1]);
    expect(words).toContain(`b/${found.left[0]?.key}`);
  });

  it('is not uploaded once the test was left', async () => {
    const { found, asked } = await probe({ writes: true, signal: AbortSignal.abort() });
    expect(found.wrote).toBe(false);
    expect(asked).not.toContain('putSmall');
  });
});
