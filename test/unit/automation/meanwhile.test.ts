import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { compareSides } from '../../../main/automation/mirror/compare-sides.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { createMemoryObjectIndexes } from '../../fakes/memory-object-indexes.ts';
import { openRuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

/** What a person does while the engine asks a server something. */
function gate() {
  let open = (): void => undefined;
  const held = new Promise<void>((resolve) => void (open = resolve));
  return { held, open };
}

test('a run that is skipped while it is looked at whether it may begin stays skipped, and the others begin', async () => {
  const world = await openRuleWorld();
  const rule = await world.add({
    name: 'Delete',
    trigger: { type: 'newObject', bucket: 'box' },
    conditions: { tags: { old: 'yes' } },
    actions: [{ type: 'delete' }],
  });
  for (const key of ['a', 'b']) await world.put(key, key);
  const { held, open } = gate();
  const getTags = vi.fn(async () => {
    await held;
    return ok({ old: 'yes' });
  });
  world.on.store = { getTags };
  await world.see('box', { key: 'a' }, { key: 'b' });
  while (getTags.mock.calls.length < 2) await nextTurn();
  const [run] = await world.history(rule);
  must(await world.rules.skip({ ruleId: rule, runId: run?.id }));
  open();
  await vi.waitFor(() => expect(world.keys('box')).toEqual(['a']));
  await world.idle();
  expect(await world.outcomes(rule)).toEqual(['a skipped', 'b done']);
});

test('a rule that is removed while it is edited does not come back', async () => {
  const world = await openRuleWorld();
  const trigger = { type: 'newObject' as const, bucket: 'box' };
  const rule = await world.add({ name: 'Gone', trigger, actions: [{ type: 'audit' }] });
  const { held, open } = gate();
  const listPage = vi.fn(async () => {
    await held;
    return ok({ objects: [], prefixes: [], continuationToken: null });
  });
  world.on.store = { listPage };
  const [view] = world.rules.views();
  const edited = { name: 'Gone', connection: view?.connection, trigger: { ...trigger, bucket: 'done' } };
  const updating = world.rules.update({
    ruleId: rule,
    rule: ruleInputSchema.parse({ ...edited, actions: [{ type: 'delete' }] }),
  });
  while (listPage.mock.calls.length === 0) await nextTurn();
  const removing = world.rules.remove({ ruleId: rule });
  await vi.waitFor(() => expect(world.rules.views()).toEqual([]));
  open();
  expect(await updating).toMatchObject({ ok: false, error: { code: 'RuleNotFound' } });
  must(await removing);
  expect(world.rules.views()).toEqual([]);
});

test.each(['before it begins', 'while it is compared'])(
  '[A62] what looks find removed after a mirror was shown, %s, is not meant with the rest',
  async (when) => {
    const indexes = createMemoryObjectIndexes();
    let meanwhile: () => Promise<void> = () => Promise.resolve();
    const world = await openRuleWorld({
      async compare(source, target) {
        const found = await compareSides(indexes, '/compared', source, target);
        await meanwhile();
        return found;
      },
    });
    const names = ['a', 'b', 'c', 'd'];
    for (const key of names) {
      world.files.put(`/docs/${key}`, Buffer.from(key));
      await world.put(`docs/${key}`, key);
    }
    const rule = await world.add({
      name: 'Mirror',
      trigger: { type: 'folder', folder: '/docs' },
      mirror: { maxDeletes: 1, maxDeletePercent: 1 },
      actions: [{ type: 'upload', bucket: 'box', prefix: 'docs/' }],
    });
    expect(must(await world.rules.preview({ rule }))).toMatchObject({ extra: 0, waiting: 0 });
    const looksFindThemGone = async () => {
      for (const key of names) world.files.entries.delete(`/docs/${key}`);
      await world.seeFiles('/docs', ...names.map((key) => ({ type: 'removed' as const, key, sizeBytes: 1 })));
      if (when === 'before it begins') for (const key of names) world.files.put(`/docs/${key}`, Buffer.from(key));
    };
    if (when === 'before it begins') await looksFindThemGone();
    else meanwhile = looksFindThemGone;
    const resumed = await world.rules.resume({ ruleId: rule, deletesSeen: true, deletesCounted: 0 });
    expect(resumed).toMatchObject({ ok: false, error: { code: 'MirrorNotConfirmed' } });
    await sleep(100);
    expect(world.keys('box')).toEqual(names.map((key) => `docs/${key}`));
  },
);

test('[A47] one that is retried while the next about the same object is looked at goes before that', async () => {
  const world = await openRuleWorld();
  world.store.versionBucket('box');
  const put = async (body: string) =>
    must(await world.store.putSmall('box', 'a', Buffer.from(body), { metadata: { kind: 'report' } }));
  const rule = await world.add({
    name: 'Copy',
    trigger: { type: 'newObject', bucket: 'box', on: ['created', 'updated'] },
    conditions: { metadata: { kind: 'report' } },
    actions: [{ type: 'copy', bucket: 'done', name: 'x', conflict: 'fail' }],
  });
  await world.put('x', 'in the way', 'done');
  await put('old');
  const [was] = await world.see('box', { key: 'a' });
  await world.idle();
  expect(await world.outcomes(rule)).toEqual(['a failed']);
  must(await world.store.remove('done', 'x'));
  await put('newer');
  const { versionId } = must(await world.store.head('box', 'a'));
  const { held, open } = gate();
  const head = vi.fn<typeof world.store.head>(async (bucket, key, signal, version) => {
    if (version?.versionId === versionId) await held;
    return world.store.head(bucket, key, signal, version);
  });
  world.on.store = { head };
  await world.see('box', { type: 'updated', key: 'a', was });
  await vi.waitFor(() => expect(head.mock.calls.at(-1)?.[3]?.versionId).toBe(versionId));
  const [old] = await world.history(rule);
  must(await world.rules.retry({ ruleId: rule, runId: old?.id }));
  open();
  await world.idle();
  expect(await world.outcomes(rule)).toEqual(['a done', 'a failed']);
  expect(world.body('done', 'x')).toBe('old');
});

test('a run that is skipped while what became of it cannot be written stays skipped', async () => {
  const world = await openRuleWorld();
  const rule = await world.add({
    name: 'Tagged',
    trigger: { type: 'newObject', bucket: 'box' },
    conditions: { tags: { old: 'yes' } },
    actions: [{ type: 'delete' }],
  });
  await world.put('a', 'x');
  world.on.store = { getTags: async () => err(appError('SlowDown', {}, undefined, 'backoff')) };
  const change = world.runs.change.bind(world.runs);
  const refusing = vi.fn(async () => err(appError('DiskFull')));
  world.runs.change = refusing;
  await world.see('box', { key: 'a' });
  await vi.waitFor(() => expect(refusing).toHaveBeenCalledTimes(1));
  world.runs.change = change;
  const [run] = await world.history(rule);
  must(await world.rules.skip({ ruleId: rule, runId: run?.id }));
  await sleep(1200);
  await world.idle();
  expect(await world.outcomes(rule)).toEqual(['a skipped']);
  expect(world.keys('box')).toEqual(['a']);
});
