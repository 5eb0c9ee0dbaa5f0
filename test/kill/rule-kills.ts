import { type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { must, type S3Address } from '../fakes/test-connection.ts';
import { runBrigade, spawnBrigade } from '../servers/brigade.ts';

export type RuleKillOptions = {
  /** Empty; everything of the run goes there. */
  readonly work: string;
  readonly server: S3Address;
  /** Looks at the server past the product. */
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly objects: number;
  readonly kills: number;
  readonly seed: number;
  /** Puts all files of a folder below a prefix, by a program that is not ours; resolves when it has. */
  readonly drop: (folder: string, bucket: string, prefix: string) => Promise<void>;
  readonly say?: (line: string) => void;
};

export type RuleKillReport = {
  readonly problems: readonly string[];
  readonly kills: number;
  readonly runs: number;
  readonly seconds: number;
  /** How long after the last object was there everything had been done, kills included. */
  readonly behindSeconds: number;
};

type HistoryRow = {
  readonly runId: number;
  readonly event: { readonly type: string; readonly key: string; readonly etag: string | null };
  readonly outcome: string;
  readonly error?: { readonly code: string };
  readonly steps: readonly { readonly action: string; readonly outcome: string; readonly detail: string | null }[];
};

const pollSeconds = 5;
const settleMs = 300_000;

/**
 * Objects are dropped into a bucket by another program while `brigade run` follows three rules and is killed again and
 * again: every object is downloaded and copied once, and every file that came of it uploaded once. Nothing may be replaced
 * (`fail`): what is done a second time is a problem by itself.
 */
export async function runRuleKills(options: RuleKillOptions): Promise<RuleKillReport> {
  const { work, server, store, bucket, objects, kills, seed, say = () => undefined } = options;
  const random = createSeededRandom(seed);
  const dataDir = join(work, 'data');
  const downloads = join(work, 'downloads');
  const source = join(work, 'source');
  const problems: string[] = [];
  const hashes = await makeFiles(source, objects, random);
  await mkdir(downloads, { recursive: true });
  await mkdir(dataDir, { recursive: true });

  const write = async (name: string, value: unknown): Promise<string> => {
    const path = join(work, name);
    await writeFile(path, JSON.stringify(value));
    return path;
  };
  const brigade = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runBrigade(args, { dataDir });
    if (code !== 0) throw new Error(`brigade ${args.join(' ')}: ${stderr}`);
    return stdout.toString();
  };
  const { endpointUrl, accessKeyId, secretAccessKey } = server;
  const connection = {
    name: 'Kills',
    endpointUrl,
    region: 'us-east-1',
    pathStyle: true,
    auth: { type: 'accessKey', accessKeyId, secretAccessKey },
  };
  await brigade('connections', 'add', '--file', await write('connection.json', connection));
  const addRule = async (name: string, trigger: object, actions: object[]): Promise<string> =>
    (
      await brigade(
        'rules',
        'add',
        '--file',
        await write(`${name}.json`, { name, connection: 'Kills', trigger, actions }),
      )
    ).trim();
  const inRule = await addRule('in', { type: 'newObject', bucket, prefix: 'in/', pollSeconds, startFrom: 'now' }, [
    { type: 'download', folder: downloads, conflict: 'fail' },
    { type: 'copy', bucket, prefix: 'copies/', conflict: 'fail' },
    { type: 'move', bucket, prefix: 'done/', conflict: 'fail' },
  ]);
  const outRule = await addRule('out', { type: 'folder', folder: downloads, settleSeconds: 1 }, [
    { type: 'upload', bucket, prefix: 'back/', conflict: 'fail' },
  ]);

  const startedMs = Date.now();
  let child = await startRun(dataDir);
  let droppedMs = 0;
  const dropping = options.drop(source, bucket, 'in/').then(() => {
    droppedMs = Date.now();
    say(`all ${objects} objects are there after ${((droppedMs - startedMs) / 1000).toFixed(0)} s`);
    return undefined;
  });
  let killed = 0;
  while (killed < kills) {
    await sleep(random.between(700, 6000));
    await kill(child);
    killed += 1;
    say(`kill ${killed} of ${kills}`);
    child = await startRun(dataDir);
  }
  await dropping;

  const expected = objects;
  const endMs = Date.now() + settleMs + objects * 60;
  for (;;) {
    const rows = (await brigade('rules', 'list', '--json'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RuleRow);
    const [done, waiting, failed] = [
      sum(rows, 'done'),
      sum(rows, 'waiting') + sum(rows, 'running'),
      sum(rows, 'failed'),
    ];
    if ((done >= 2 * expected && waiting === 0) || failed > 0) break;
    if (Date.now() > endMs) {
      problems.push(`not at rest: ${JSON.stringify(rows.map(({ name, runs }) => ({ name, runs })))}`);
      break;
    }
    await sleep(500);
  }
  const behindSeconds = (Date.now() - droppedMs) / 1000;
  // Two more looks: nothing may come to life again.
  await sleep(2 * pollSeconds * 1000 + 1000);
  await stop(child);

  const history = async (rule: string): Promise<HistoryRow[]> =>
    (await brigade('rules', 'history', rule, '--all', '--json'))
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as HistoryRow);
  let runs = 0;
  for (const [name, rule] of [
    ['in', inRule],
    ['out', outRule],
  ] as const) {
    const rows = await history(rule);
    runs += rows.length;
    const byKey = new Map<string, HistoryRow[]>();
    for (const row of rows) byKey.set(row.event.key, [...(byKey.get(row.event.key) ?? []), row]);
    for (const key of hashes.keys()) {
      const all = byKey.get(name === 'in' ? `in/${key}` : key) ?? [];
      if (all.length !== 1) problems.push(`${name}: ${key} has ${all.length} runs`);
      for (const row of all)
        if (row.outcome !== 'done')
          problems.push(`${name}: run ${row.runId} of ${key} is ${row.outcome} (${row.error?.code ?? ''})`);
    }
    if (byKey.size !== hashes.size) problems.push(`${name}: ${byKey.size} keys instead of ${hashes.size}`);
  }
  problems.push(...(await checkFolder(downloads, hashes)));
  for (const prefix of ['copies/', 'done/', 'back/'])
    problems.push(...(await checkPrefix(store, bucket, prefix, hashes)));
  problems.push(...(await checkPrefix(store, bucket, 'in/', new Map())));
  const transfers = (await brigade('transfers', '--json')).trim();
  if (transfers !== '') problems.push(`transfers are left: ${transfers.slice(0, 500)}`);
  return {
    problems: problems.slice(0, 50),
    kills: killed,
    runs,
    seconds: (Date.now() - startedMs) / 1000,
    behindSeconds,
  };
}

type RuleRow = {
  readonly name: string;
  readonly runs: Readonly<Record<'waiting' | 'running' | 'done' | 'failed', number>>;
};

function sum(rows: readonly RuleRow[], state: keyof RuleRow['runs']): number {
  return rows.reduce((total, { runs }) => total + runs[state], 0);
}

async function makeFiles(
  folder: string,
  count: number,
  random: ReturnType<typeof createSeededRandom>,
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const name = `${index % 7}/${index % 3 === 0 ? 'sub/' : ''}file-${index}.bin`;
    // Mostly small, some in parts.
    const sizeBytes = random.chance(0.005) ? random.between(17, 20) * 1024 * 1024 : random.between(0, 8000);
    const bytes = Buffer.alloc(sizeBytes, seedText(index));
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
    hashes.set(name, hashOf(bytes));
  }
  return hashes;
}

const seedText = (index: number): string => `object ${index} `;
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function startRun(dataDir: string): Promise<ChildProcess> {
  const child = spawnBrigade(['run'], { dataDir });
  child.stdout?.resume();
  child.stderr?.resume();
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function checkFolder(folder: string, hashes: ReadonlyMap<string, string>): Promise<string[]> {
  const problems: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let files = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    files += 1;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    const hash = hashOf(await readFile(path));
    if (hashes.get(name) !== hash) problems.push(`downloads: ${name} is not what was dropped`);
  }
  if (files !== hashes.size) problems.push(`downloads: ${files} files instead of ${hashes.size}`);
  return problems;
}

async function checkPrefix(
  store: ObjectStore,
  bucket: string,
  prefix: string,
  hashes: ReadonlyMap<string, string>,
): Promise<string[]> {
  const problems: string[] = [];
  const waiting: string[] = [];
  for await (const listed of store.listAll({ bucket, prefix }))
    for (const { key } of must(listed).rows()) waiting.push(key);
  if (waiting.length !== hashes.size) problems.push(`${prefix}: ${waiting.length} objects instead of ${hashes.size}`);
  const reader = async (): Promise<void> => {
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const { body } = must(await store.getStream(bucket, key));
      const hash = createHash('sha256');
      for await (const chunk of body) hash.update(chunk);
      if (hashes.get(key.slice(prefix.length)) !== hash.digest('hex')) problems.push(`${key} is not what was dropped`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, reader));
  return problems;
}
