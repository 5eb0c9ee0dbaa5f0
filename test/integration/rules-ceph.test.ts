import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectionId, createTestOpener, must } from '../fakes/test-connection.ts';
import { serveBrigade } from '../servers/brigade.ts';
import { runCommandHere } from '../servers/command-here.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import { versionBucket } from '../servers/version-bucket.ts';

type Row = {
  readonly event: { readonly type: string; readonly key: string; readonly versionId?: string };
  readonly outcome: string;
};

test('[A3] [A42] every version in a bucket of Ceph is acted on once, as it was, in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'brigade-rules-ceph-'));
  const ceph = await useSharedCeph();
  const { store } = must(await createTestOpener(() => ceph).open(connectionId));
  const [bucket, copies] = ['versions', 'copies'].map((name) => `${name}-${randomBytes(4).toString('hex')}`) as [
    string,
    string,
  ];
  for (const name of [bucket, copies]) must(await store.createBucket(name));
  await versionBucket(ceph, bucket);
  const held = await serveBrigade({ dataDir: join(folder, 'data'), env: {} });
  const brigade = async (...args: string[]): Promise<string> => {
    const outcome = await runCommandHere(args, { dataDir: join(folder, 'data'), cwd: folder, env: {} });
    expect({ args, code: outcome.code, said: outcome.stderr }).toMatchObject({ code: 0 });
    return outcome.stdout.toString().trim();
  };
  const write = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value));
  const md5s = new Set<string>();
  const put = async (key: string, body: string) => {
    must(await store.putSmall(bucket, key, Buffer.from(body), {}));
    md5s.add(createHash('md5').update(body).digest('hex'));
  };
  try {
    const { endpointUrl, accessKeyId, secretAccessKey } = ceph;
    const auth = { type: 'accessKey', accessKeyId, secretAccessKey };
    await write('connection.json', { name: 'Ceph', endpointUrl, pathStyle: true, region: 'us-east-1', auth });
    await brigade('connections', 'add', '--file', 'connection.json');
    const trigger = { type: 'newObject', bucket, on: ['created', 'updated'], pollSeconds: 3600 };
    const actions = [
      { type: 'download', folder: 'got' },
      { type: 'copy', bucket: copies, name: '{etag}', conflict: 'fail' },
    ];
    await write('rule.json', { name: 'Every version', connection: 'Ceph', trigger, actions });
    const rule = await brigade('rules', 'add', '--file', 'rule.json');
    await brigade('rules', 'run', rule);

    const keys = Array.from({ length: 5 }, (_, n) => `in/key ${n}`);
    for (const version of [1, 2, 3]) for (const key of keys) await put(key, `${key}, version ${version}`);
    await brigade('rules', 'run', rule);
    for (const key of keys.slice(0, 2)) for (const version of [4, 5]) await put(key, `${key}, version ${version}`);
    // What is deleted and put anew begins anew.
    must(await store.remove(bucket, 'in/key 4'));
    await put('in/key 4', 'in/key 4, version 6');
    await brigade('rules', 'run', rule);

    const rows = (await brigade('rules', 'history', rule, '--json'))
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
      .toReversed();
    expect(new Set(rows.map(({ event }) => event.versionId)).size).toBe(20);
    expect(rows.map(({ outcome }) => outcome)).toEqual(Array(20).fill('done'));
    expect(rows.filter(({ event }) => event.key === 'in/key 0').map(({ event }) => event.type)).toEqual([
      'created',
      ...Array<string>(4).fill('updated'),
    ]);
    const { objects } = must(await store.listPage({ bucket: copies, prefix: '', delimiter: '' }));
    expect(new Set(objects.map(({ key }) => key))).toEqual(md5s);
    for (const { key, etag } of objects) expect(etag).toBe(`"${key}"`);
    expect(await readFile(join(folder, 'got', 'in', 'key 0'), 'utf8')).toBe('in/key 0, version 5');
    expect(await readFile(join(folder, 'got', 'in', 'key 4'), 'utf8')).toBe('in/key 4, version 6');
  } finally {
    await held.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
