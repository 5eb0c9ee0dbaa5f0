import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveBrigade } from '../servers/brigade.ts';
import { runCommandHere } from '../servers/command-here.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

let server: TestLocalS3;
let folder: string;
let held: Awaited<ReturnType<typeof serveBrigade>>;

beforeAll(async () => {
  server = await startTestLocalS3();
  folder = await mkdtemp(join(tmpdir(), 'brigade-rules-'));
  held = await serveBrigade({ dataDir: join(folder, 'data'), env: {} });
  const { accessKeyId, secretAccessKey, endpointUrl } = server;
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey };
  await writeFile(join(folder, 'connection.json'), JSON.stringify({ name: 'Archive', endpointUrl, auth }));
  await brigade(0, 'connections', 'add', '--file', 'connection.json');
  await brigade(0, 'mb', 's3://docs', '--connection', 'Archive');
});

afterAll(async () => {
  await held.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function brigade(code: number, ...args: string[]): Promise<{ out: string; said: string }> {
  const outcome = await runCommandHere(args, { dataDir: join(folder, 'data'), cwd: folder, env: {} });
  const out = outcome.stdout.toString();
  expect({ args, code: outcome.code, out, said: outcome.stderr }).toMatchObject({ code });
  return { out: out.trimEnd(), said: outcome.stderr };
}

const put = async (name: string, text: string, at = 'in') => {
  await writeFile(join(folder, name), text);
  await brigade(0, 'cp', name, `s3://docs/${at}/${name}`, '--connection', 'Archive');
};
const write = async (rule: object) =>
  writeFile(join(folder, 'rule.json'), JSON.stringify({ name: 'In', connection: 'Archive', ...rule }));
const trigger = { type: 'newObject', bucket: 'docs', prefix: 'in/', startFrom: 'all', pollSeconds: 3600 };

test('a rule is added, tried, run, read, changed and removed', async () => {
  await put('a.pdf', 'one');
  await put('b.txt', 'two');
  await write({ trigger: { ...trigger, match: ['*.pdf'] }, actions: [{ type: 'download', folder: 'got' }] });
  expect((await brigade(0, 'rules', 'test', '--file', 'rule.json')).said).toContain('1 of 2 that are there');
  const id = (await brigade(0, 'rules', 'add', '--file', 'rule.json')).out;
  expect((await brigade(0, 'rules', 'run', id)).said).toContain('"In": 1 done, 0 failed.');
  expect(await readdir(join(folder, 'got'))).toEqual(['a.pdf']);
  expect(await readFile(join(folder, 'got', 'a.pdf'), 'utf8')).toBe('one');
  const rows = (await brigade(0, 'rules', 'history', id, '--json')).out;
  expect(JSON.parse(rows)).toMatchObject({
    ruleId: id,
    event: { type: 'created', bucket: 'docs', key: 'in/a.pdf', sizeBytes: 3 },
    outcome: 'done',
    steps: [{ action: 'download', outcome: 'done', detail: join(folder, 'got', 'a.pdf') }],
  });
  // What a file does not say of it stays: a paused rule does not begin by being edited.
  await brigade(0, 'rules', 'pause', id);
  await write({ name: 'Inn', trigger, actions: [{ type: 'download', folder: 'got' }] });
  await brigade(0, 'rules', 'update', id, '--file', 'rule.json');
  expect((await brigade(0, 'rules', 'list')).out).toMatch(new RegExp(`^${id} {2}paused {3}1 done {2}Inn: created`));
  await brigade(0, 'rules', 'remove', 'inn');
  expect((await brigade(0, 'rules', 'list')).said).toContain('No rules.');
});

test.each([
  [{ trigger: { ...trigger, mach: ['*.pdf'] } }, 'trigger.mach'],
  [{ conditions: { minSize: 3 } }, 'conditions.minSize'],
  [{ actions: [{ type: 'delete', onlyOld: true }] }, 'actions.0.onlyOld'],
])(
  'a field that no rule has is refused: it may be the one that keeps a rule from doing too much',
  async (rule, field) => {
    await write({ trigger, actions: [{ type: 'delete' }], ...rule });
    expect((await brigade(1, 'rules', 'add', '--file', 'rule.json')).said).toContain(field);
    expect((await brigade(0, 'rules', 'list')).said).toContain('No rules.');
  },
);

test('what failed before is told, and is no failure of a run now; what must become older is not waited for', async () => {
  const later = { ...trigger, prefix: 'later/', startFrom: 'now' };
  await writeFile(join(folder, 'file'), 'no folder');
  await write({ trigger: later, actions: [{ type: 'download', folder: 'file' }] });
  const id = (await brigade(0, 'rules', 'add', '--file', 'rule.json')).out;
  await brigade(0, 'rules', 'run', id);
  await put('a', 'one', 'later');
  expect((await brigade(1, 'rules', 'run', id)).said).toContain('later/a');
  await rm(join(folder, 'file'));
  await put('b', 'two', 'later');
  const again = await brigade(0, 'rules', 'run', id);
  expect(again.said).toContain('"In": 1 done, 1 failed.');
  expect(again.said).toContain('1 run had failed before');
  await write({
    trigger: later,
    conditions: { minAgeSeconds: 3600 },
    actions: [{ type: 'download', folder: 'file' }],
  });
  await brigade(0, 'rules', 'update', id, '--file', 'rule.json');
  await put('c', 'three', 'later');
  expect((await brigade(0, 'rules', 'run', id)).said).toContain('1 to do');
  await brigade(0, 'rules', 'remove', id);
});

test('the index of a rule that was removed goes', async () => {
  const automation = join(folder, 'data', 'automation');
  await write({ trigger, actions: [{ type: 'download', folder: 'got' }] });
  const id = (await brigade(0, 'rules', 'add', '--file', 'rule.json')).out;
  await brigade(0, 'rules', 'run', id);
  await held.stop();
  const left = `${'0'.repeat(32)}.sqlite`;
  await writeFile(join(automation, left), 'of a rule that is gone');
  const before = await readdir(automation);
  held = await serveBrigade({ dataDir: join(folder, 'data'), env: {} });
  await expect.poll(() => readdir(automation)).not.toContain(left);
  for (const name of before)
    if (name.endsWith('.sqlite') && name !== left) expect(await readdir(automation)).toContain(name);
  await brigade(0, 'rules', 'remove', id);
  await expect.poll(async () => (await readdir(automation)).filter((name) => /\.sqlite/.test(name))).toEqual([]);
});
