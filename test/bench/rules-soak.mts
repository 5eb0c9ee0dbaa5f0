import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { engineNodeOptions } from '../../main/headless/node-runtime.mjs';
import { connectionId, createTestOpener, must } from '../fakes/test-connection.ts';
import { startServerProcess } from '../kill/kill-world.ts';
import { runBrigade, spawnBrigade } from '../servers/brigade.ts';
import { toMarkdown } from './markdown-table.ts';

/**
 * `npm run soak:rules -- [--minutes 30] [--ahead 2000]`: objects are put into a bucket as fast as `brigade run` handles them
 * (so many at most wait): each is downloaded and deleted there, and the file uploaded and deleted here. A line for each half
 * minute says what the engine holds; the end compares the second quarter with the last. Linux only, on the local S3.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, ahead: { type: 'string', default: '2000' } },
});
const lengthMs = Number(values.minutes) * 60_000;
const ahead = Number(values.ahead);
const sampleMs = 30_000;
const bucket = 'soak';
const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Sample = {
  readonly atMs: number;
  readonly residentMb: number;
  readonly handles: number;
  readonly threads: number;
  readonly dataMb: number;
  readonly done: number;
  readonly failed: number;
};

type RuleRow = { readonly id: string; readonly name: string; readonly runs: Readonly<Record<string, number>> };
type HistoryRow = {
  readonly event: { readonly lastModified: string };
  readonly seenAt: string;
  readonly endedAt: string;
};

const work = await mkdtemp(join(tmpdir(), 'brigade-soak-'));
const dataDir = join(work, 'data');
const downloads = join(work, 'downloads');
await mkdir(downloads, { recursive: true });
await mkdir(dataDir, { recursive: true });
const server = await startServerProcess(join(work, 'server'));
let child: ChildProcess | null = null;

async function brigade(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runBrigade(args, { dataDir });
  if (code !== 0) throw new Error(`brigade ${args.join(' ')}: ${stderr}`);
  return stdout.toString().trim();
}

async function addJson(command: string, value: { readonly name: string }): Promise<void> {
  const path = join(work, 'input.json');
  await writeFile(path, JSON.stringify(value));
  await brigade(command, 'add', '--file', path);
}

async function readRules(): Promise<RuleRow[]> {
  return (await brigade('rules', 'list', '--json')).split('\n').map((line) => JSON.parse(line) as RuleRow);
}

const total = (rows: readonly RuleRow[], state: string): number =>
  rows.reduce((sum, { runs }) => sum + (runs[state] ?? 0), 0);

async function sample(pid: number, rows: readonly RuleRow[]): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const figure = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    atMs: Date.now(),
    residentMb: Math.round(figure('VmRSS') / 1024),
    handles: (await readdir(`/proc/${pid}/fd`)).length,
    threads: figure('Threads'),
    dataMb: Math.round(Number(execFileSync('du', ['-sk', dataDir]).toString().split('\t')[0]) / 1024),
    done: total(rows, 'done'),
    failed: total(rows, 'failed'),
  };
}

const middle = (numbers: readonly number[], share = 0.5): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN;

try {
  const { endpointUrl, accessKeyId, secretAccessKey } = server.address;
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey };
  const { store } = must(await createTestOpener(() => server.address).open(connectionId));
  must(await store.createBucket(bucket));
  const connection = { name: 'Soak', endpointUrl, region: 'us-east-1', pathStyle: true, auth };
  await addJson('connections', connection);
  const inBucket = { type: 'newObject', bucket, prefix: 'in/', pollSeconds: 5, startFrom: 'all' };
  const rule = (name: string, trigger: object, actions: readonly object[]) =>
    addJson('rules', { name, connection: 'Soak', trigger, actions } as never);
  await rule('in', inBucket, [{ type: 'download', folder: downloads }, { type: 'delete' }]);
  const inFolder = { type: 'folder', folder: downloads, settleSeconds: 1, on: ['created', 'updated'] };
  // A hundred names: the bucket does not grow.
  await rule('out', inFolder, [{ type: 'upload', bucket, prefix: 'out/', name: '{ext}' }, { type: 'delete' }]);
  await rule('minute', { type: 'schedule', cron: '* * * * *' }, [{ type: 'audit', message: 'a minute' }]);

  child = spawnBrigade(['run'], { dataDir, nodeArgs: engineNodeOptions });
  child.stdout?.resume();
  child.stderr?.resume();
  const pid = child.pid as number;
  const startMs = Date.now();
  let rows = await readRules();
  let put = 0;
  const isOver = (): boolean => Date.now() - startMs > lengthMs;
  const putLane = async (): Promise<void> => {
    while (!isOver()) {
      const handled = rows.find(({ name }) => name === 'out')?.runs['done'] ?? 0;
      if (put - handled >= ahead) {
        await sleep(50);
        continue;
      }
      put += 1;
      const body = Buffer.alloc(1000 + (put % 3000), put);
      must(await store.putSmall(bucket, `in/${put % 50}/object-${put}.${put % 100}`, body, {}));
    }
  };
  const lanes = [1, 2, 3, 4].map(putLane);
  const samples: Sample[] = [];
  while (!isOver()) {
    rows = await readRules();
    if (Date.now() - (samples.at(-1)?.atMs ?? startMs) >= sampleMs) {
      const now = await sample(pid, rows);
      samples.push(now);
      say(JSON.stringify({ second: Math.round((now.atMs - startMs) / 1000), put, ...now, atMs: undefined }));
    }
    await sleep(2000);
  }
  await Promise.all(lanes);
  const seconds = (Date.now() - startMs) / 1000;
  const doneInTime = total(rows, 'done');
  for (let look = 0; look < 240 && total(rows, 'waiting') + total(rows, 'running') > 0; look += 1) {
    await sleep(1000);
    rows = await readRules();
  }
  const inRule = rows.find(({ name }) => name === 'in');
  const history = (await brigade('rules', 'history', inRule?.id ?? '', '--json'))
    .split('\n')
    .slice(0, 20_000)
    .map((line) => JSON.parse(line) as HistoryRow);
  const after = (row: HistoryRow, what: 'seenAt' | 'endedAt'): number =>
    (Date.parse(row[what]) - Date.parse(row.event.lastModified)) / 1000;
  const quarter = (n: number): readonly Sample[] =>
    samples.slice(Math.floor((samples.length * (n - 1)) / 4), Math.floor((samples.length * n) / 4));
  const compare = (what: 'residentMb' | 'handles' | 'threads'): string[] => {
    const [second, last] = [quarter(2), quarter(4)].map((some) => middle(some.map((each) => each[what])));
    return [what, String(second), String(last), String(Math.max(...samples.map((each) => each[what])))];
  };
  say(
    toMarkdown(
      ['', 'second quarter', 'last quarter', 'most'],
      [compare('residentMb'), compare('handles'), compare('threads')],
    ),
  );
  const delay = (what: 'seenAt' | 'endedAt'): string[] => {
    const delays = history.map((row) => after(row, what));
    return [what, middle(delays).toFixed(1), middle(delays, 0.95).toFixed(1), Math.max(...delays).toFixed(1)];
  };
  say(toMarkdown(['seconds after it was put', 'median', '95 %', 'most'], [delay('seenAt'), delay('endedAt')]));
  const [done, failed, skipped] = ['done', 'failed', 'skipped'].map((state) => total(rows, state));
  say(
    `${put} objects put; ${done} runs done, ${failed} failed, ${skipped} skipped; ${(doneInTime / seconds).toFixed(0)} runs a second.`,
  );
  const left = (await readdir(downloads, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  say(`${left.length} files left in the folder.`);
  process.exitCode = failed === 0 && left.length === 0 && (done ?? 0) >= 2 * put ? 0 : 1;
} finally {
  if (child !== null && child.exitCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  server.child.kill('SIGTERM');
  await rm(work, { recursive: true, force: true });
}
process.exit();
