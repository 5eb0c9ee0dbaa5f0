import { expect, test } from 'vitest';
import { auditLine, type AuditEntry } from '../../../main/automation/audit/audit-line.ts';
import { describeEnd } from '../../../main/automation/audit/describe-request.ts';
import { recordCommands } from '../../../main/automation/audit/record-commands.ts';
import { recordSteps } from '../../../main/automation/audit/record-steps.ts';
import { recordStreams } from '../../../main/automation/audit/record-streams.ts';
import type { RuleJournal } from '../../../main/automation/rule-journal.ts';
import type { RunChange, RunRecord } from '../../../main/automation/rule-record.ts';
import { createRedactor } from '../../../main/credentials/redact.ts';
import { createRouter, type Handlers } from '../../../main/ipc/router.ts';
import type { CommandInput, CommandName } from '../../../shared/contract/commands.ts';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { appError, AppErrorException } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { auditStartMs, createAuditWorld } from '../../fakes/audit-world.ts';
import { createSecretHunt } from '../../fakes/secret-hunt.ts';
import { must } from '../../fakes/test-connection.ts';

function setUp(answers: Partial<Record<CommandName, unknown>>) {
  const entries: AuditEntry[] = [];
  const unexpected: unknown[] = [];
  const names = new Map([['conn-1', 'Archive']]);
  const handlers = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      async () => {
        if (name === 'connections.remove') names.delete('conn-1');
        if (answer instanceof Error) throw answer;
        return answer;
      },
    ]),
  ) as unknown as Handlers;
  const deps = {
    note: (entry: AuditEntry) => void entries.push(entry),
    connectionName: (id: string) => names.get(id) ?? null,
    ruleName: (id: string) => (id === 'rule-1' ? 'Invoices' : null),
    asker: 'window' as const,
    onUnexpected: (_where: string, thrown: unknown) => void unexpected.push(thrown),
  };
  const dispatch = createRouter(recordCommands(handlers, deps), {
    onUnexpected: (_name, thrown) => unexpected.push(thrown),
  });
  const call = <N extends CommandName>(name: N, input: CommandInput<N>) => dispatch(name, input);
  return { call, dispatch, entries, unexpected, deps };
}

const connectionId = 'conn-1' as never;
const docs = { connectionId, bucket: 'docs' };
const archive = { id: 'conn-1', name: 'Archive' };

test('[A50] what changes something leaves a line with what came of it; what reads leaves none', async () => {
  const { call, entries } = setUp({
    'buckets.list': ok({ buckets: [] }),
    'buckets.create': ok({}),
    'buckets.remove': err(appError('BucketNotEmpty', { bucket: 'docs' })),
    'objects.delete': ok({ deleted: ['a', 'b'], failed: [{ key: 'c', error: appError('AccessDenied') }] }),
    'objects.presign': ok({ url: 'https://x/?X-Amz-Signature=abc' }),
    'transfers.start': ok({ jobId: 'job-1' }),
    'rules.pause': ok({}),
    'connections.remove': ok({}),
    'connections.signIn': err(appError('Cancelled')),
  });
  await call('buckets.list', { connectionId });
  expect(entries).toEqual([]);
  await call('buckets.create', docs);
  await call('buckets.remove', docs);
  await call('objects.delete', { ...docs, keys: ['c'], prefixes: ['in/'] });
  await call('objects.presign', { ...docs, key: 'a', expiresInSeconds: 60 });
  const items = [{ file: '/home/kim/a.txt', key: 'in/a.txt' }];
  await call('transfers.start', { request: { ...docs, kind: 'upload', conflict: 'skip', removeSource: true, items } });
  await call('rules.pause', { ruleId: 'rule-1' });
  await call('connections.signIn', { connectionId });
  await call('connections.remove', { connectionId });
  const common = { actor: 'window', connection: archive };
  expect(entries).toEqual([
    { ...common, action: 'createBucket', outcome: 'done', place: 'docs' },
    { ...common, action: 'removeBucket', outcome: 'failed', error: 'BucketNotEmpty', place: 'docs' },
    {
      ...common,
      action: 'delete',
      outcome: 'failed',
      error: 'AccessDenied',
      place: 'docs/in/',
      names: ['docs/in/', 'docs/c'],
      count: 2,
      failed: 1,
    },
    { ...common, action: 'presign', outcome: 'done', place: 'docs/a', message: 'for 60 s' },
    {
      ...common,
      action: 'move',
      outcome: 'begun',
      place: '/home/kim/a.txt',
      to: 'docs/in/a.txt',
      names: ['/home/kim/a.txt'],
      jobId: 'job-1',
    },
    { actor: 'window', action: 'pauseRules', outcome: 'done', ruleId: 'rule-1', place: 'Invoices' },
    { ...common, action: 'signIn', outcome: 'cancelled' },
    // By the name it had.
    { ...common, action: 'removeConnection', outcome: 'done' },
  ]);
});

test('[A50] selections are told by what they hold', async () => {
  const { call, entries } = setUp({
    'listing.open': ok({ listingId: 'list-1' }),
    'selection.hold': ok({ selectionId: 'sel-1', names: ['a', 'b/'], summary: {} }),
    'selection.delete': ok({ deletedCount: 3, failedCount: 0, failed: [] }),
    'selection.transfer': ok({ jobId: 'job-1' }),
  });
  const view = { sortBy: 'name', descending: false, filter: '' } as const;
  const transfer = async (to: CommandInput<'selection.transfer'>['to'], removeSource = false) =>
    call('selection.transfer', { selectionId: 'sel-1', conflict: 'skip', to, removeSource });
  await call('listing.open', { ...docs, prefix: 'in/', view });
  await call('selection.hold', { listingId: 'list-1' });
  await call('selection.delete', { selectionId: 'sel-1' });
  await transfer({ folder: '/tmp' });
  await transfer({ connectionId, bucket: 'more', prefix: 'x/' }, true);
  await call('listing.open', { hostFolder: '/home/kim', view });
  await call('selection.hold', { listingId: 'list-1' });
  await transfer({ connectionId, bucket: 'more', prefix: 'x/' });
  const held = { actor: 'window', connection: archive, place: 'docs/in/a', names: ['docs/in/a', 'docs/in/b/'] };
  expect(entries).toEqual([
    { ...held, action: 'delete', outcome: 'done', count: 3 },
    { ...held, action: 'download', outcome: 'begun', to: '/tmp', jobId: 'job-1' },
    { ...held, action: 'move', outcome: 'begun', to: 'more/x/', jobId: 'job-1' },
    {
      actor: 'window',
      action: 'upload',
      outcome: 'begun',
      connection: archive,
      place: '/home/kim/a',
      names: ['/home/kim/a', '/home/kim/b/'],
      to: 'more/x/',
      jobId: 'job-1',
    },
  ]);
});

test('[A50] who asks is known or guessed; a bug is a failure; bad input is nothing that was done', async () => {
  const { dispatch, entries, unexpected } = setUp({ 'buckets.create': ok({}), 'buckets.remove': new Error('bug') });
  await dispatch('buckets.create', docs, 'command');
  await dispatch('buckets.create', { ...docs, bucket: '' });
  expect(await dispatch('buckets.remove', docs)).toMatchObject({ error: { code: 'UnexpectedFailure' } });
  expect(entries.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
    ['command', 'createBucket', 'done'],
    ['window', 'removeBucket', 'failed'],
  ]);
  expect(unexpected).toHaveLength(1);
});

test('[A50] a command is answered as before when its line cannot be made or written', async () => {
  // An answer that is no answer of the contract.
  const { call, unexpected } = setUp({ 'objects.delete': ok(null) });
  expect(await call('objects.delete', { ...docs, keys: ['c'], prefixes: [] })).toEqual(ok(null));
  expect(unexpected).toHaveLength(1);

  const world = await createAuditWorld();
  const service = world.open();
  world.db.pragma('query_only = ON');
  const line = { actor: 'window', action: 'delete', outcome: 'done' } as const;
  expect(await service.record(line)).toMatchObject({ ok: false });
  expect(world.warnings).toHaveLength(1);
  world.db.pragma('query_only = OFF');
  must(await service.record(line));
  // No number was used up.
  expect(must(await service.list({ from: 0, count: 10 })).lines.map(({ seq }) => seq)).toEqual([1]);
});

test('[A50] transfers end with a line; streams do too', async () => {
  const job = { id: 'job-1', kind: 'upload', removeSource: false, connectionId: 'conn-1', connectionName: 'Archive' };
  const figures = { from: 'a', to: 'docs/in', filesDone: 2, filesFailed: 1, bytesDone: 10, endedMs: 5 };
  const ended = { ...job, ...figures, state: 'failed', ruleId: 'rule-1', error: appError('DiskFull') };
  expect(describeEnd({ ...ended, state: 'active', endedMs: null } as unknown as JobView)).toBeNull();
  expect(describeEnd(ended as unknown as JobView)).toEqual({
    id: 'job-job-1-5',
    actor: 'rule',
    action: 'upload',
    outcome: 'failed',
    connection: archive,
    place: 'a',
    to: 'docs/in',
    count: 2,
    failed: 1,
    bytes: 10,
    error: 'DiskFull',
    jobId: 'job-1',
    ruleId: 'rule-1',
  });

  const { deps, entries } = setUp({});
  async function* body(fails: boolean) {
    yield Buffer.from('abc');
    if (fails) throw new AppErrorException(appError('ConnectionReset'));
  }
  let fails = false;
  const streams = recordStreams(
    {
      put: async () => ok({ sizeBytes: 7, verification: 'size' as const }),
      get: async () => ok({ details: {} as never, body: body(fails) }),
      list: async () => ok({ body: body(false) }),
    },
    deps,
  );
  const place = { ...docs, key: 'a' };
  await streams.put(place, body(false));
  const readAll = async () => {
    for await (const _ of must(await streams.get(place)).body);
  };
  await readAll();
  fails = true;
  await expect(readAll()).rejects.toThrow('ConnectionReset');
  for await (const _ of must(await streams.get(place)).body) break;
  expect(entries.map(({ action, outcome, bytes, error }) => [action, outcome, bytes, error])).toEqual([
    ['upload', 'done', 7, undefined],
    ['download', 'done', 3, undefined],
    ['download', 'failed', 3, 'ConnectionReset'],
    ['download', 'cancelled', 3, undefined],
  ]);
});

test('[A50] steps of rules that end leave a line before the journal is written; a step that is done has one', async () => {
  const entries: (AuditEntry | RunChange)[] = [];
  const object = { connectionId, bucket: 'docs', key: 'a', sizeBytes: 1, etag: null, lastModified: null };
  const run = { id: 7, ruleId: 'rule-1', event: { path: null }, subject: { object, file: null, url: null } };
  const journal = recordSteps(
    {
      run: (id: number) => (id === 7 ? (run as unknown as RunRecord) : null),
      change: async (change: RunChange) => {
        entries.push(change);
        return ok();
      },
    } as unknown as RuleJournal,
    {
      note: (entry) => void entries.push(entry),
      connectionName: (id) => (id === 'conn-1' ? 'Archive' : null),
      connectionOf: () => 'conn-2',
    },
  );
  const change = async (step: object, runId = 7) => {
    await journal.change({ steps: [{ runId, position: 1, step }] } as unknown as RunChange);
    return entries.splice(0).map((entry) => ('outcome' in entry ? entry : 'journal'));
  };
  const common = { actor: 'rule', ruleId: 'rule-1', connection: archive, place: 'docs/a' };
  expect(await change({ action: 'tag', state: 'done', detail: 'a=b' })).toEqual([
    { ...common, id: 'step-7-1', action: 'tag', outcome: 'done', message: 'a=b' },
    'journal',
  ]);
  const denied = { state: 'failed', error: appError('AccessDenied'), endedMs: 5 };
  expect(await change({ action: 'delete', ...denied })).toEqual([
    { ...common, id: 'step-7-1-5', action: 'delete', outcome: 'failed', error: 'AccessDenied' },
    'journal',
  ]);
  expect(await change({ action: 'uploadStream', state: 'done', detail: 'more/a', bytes: 9 })).toEqual([
    { ...common, id: 'step-7-1', action: 'upload', outcome: 'done', to: 'more/a', bytes: 9 },
    'journal',
  ]);
  run.subject = { object: null as never, file: null, url: null };
  const made = await change({ action: 'createBucket', state: 'done', detail: 'more' });
  const second = { id: 'conn-2', name: 'conn-2' };
  expect(made[0]).toMatchObject({ action: 'createBucket', place: 'more', connection: second });
  // Not ended, nothing done, told elsewhere, or of a rule that is gone.
  for (const state of ['running', 'waiting', 'skipped'])
    expect(await change({ action: 'tag', state })).toEqual(['journal']);
  for (const action of ['upload', 'audit']) expect(await change({ action, state: 'done' })).toEqual(['journal']);
  expect(await change({ action: 'tag', state: 'done' }, 8)).toEqual(['journal']);
});

test('a journal that cannot be read for it fails the change, which is tried again', async () => {
  const journal = recordSteps(
    {
      run: () => {
        throw new Error('disk I/O error');
      },
      change: async () => ok(),
    } as unknown as RuleJournal,
    { note: () => undefined, connectionName: () => null, connectionOf: () => null },
  );
  const step = { action: 'tag', state: 'done' };
  expect(await journal.change({ steps: [{ runId: 7, position: 1, step }] } as unknown as RunChange)).toMatchObject({
    ok: false,
    error: { code: 'UnexpectedFailure', retry: 'backoff' },
  });
});

test('[A54] secrets that get into an entry do not get into its line', () => {
  const hunt = createSecretHunt();
  const redactor = createRedactor();
  const known = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  redactor.remember(known);
  const signature = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
  hunt.add('known secret', known);
  hunt.add('signature', signature);
  const url = `https://s3.example.com/docs/a?X-Amz-Expires=60&X-Amz-Signature=${signature}`;
  const entry: AuditEntry = {
    actor: 'rule',
    ruleId: 'rule-1',
    action: 'notify',
    outcome: 'done',
    place: `docs/${known}`,
    names: [url, known],
    message: `look: ${url} ${known} ${'x'.repeat(5000)}`,
  };
  const { line } = auditLine(entry, auditStartMs, 'kim@desk', redactor);
  hunt.see('line', line);
  expect(hunt.leaks()).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ who: 'rule:rule-1', at: '2026-11-27T23:59:00.000Z', action: 'notify' });
  expect(line.length).toBeLessThan(5000);
});

test('lists the newest first, by text and time, or those after a line; the same id is written once', async () => {
  const world = await createAuditWorld();
  const service = world.open();
  for (const id of ['a', 'b', 'a', 'b', 'c']) {
    world.clock.advance(1000);
    must(await service.record({ id, actor: 'engine', action: 'upload', outcome: 'done', place: `docs/100%_${id}` }));
  }
  const seqs = async (query: object) => {
    const { lines, total } = must(await service.list({ from: 0, count: 2, ...query }));
    return [lines.map(({ seq }) => seq), total];
  };
  expect(await seqs({})).toEqual([[3, 2], 3]);
  expect(await seqs({ from: 2 })).toEqual([[1], 3]);
  expect(await seqs({ afterSeq: 1 })).toEqual([[2, 3], 2]);
  expect(await seqs({ text: '%_B' })).toEqual([[2], 1]);
  const startMs = auditStartMs + 1000;
  expect(await seqs({ fromMs: startMs + 1000, toMs: startMs + 4000 })).toEqual([[2], 1]);
});
