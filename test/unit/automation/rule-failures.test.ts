import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { planTransfer } from '../../../main/automation/runner/plan-transfer.ts';
import { systemClock } from '../../../main/system-clock.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import { createRuleWorld, inBox, openRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;

beforeEach(async () => {
  world = await openRuleWorld();
});

describe('[A45] [A46] failures', () => {
  test('what can be mended by a person fails at once, and retries from its step', async () => {
    const rule = await world.add({
      name: 'Two steps',
      trigger: inBox,
      actions: [
        { type: 'download', folder: '/files' },
        { type: 'copy', bucket: 'missing' },
      ],
    });
    await world.put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    const [failed] = await world.history(rule);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'NoSuchBucket' } });
    expect(failed?.steps.map(({ state }) => state)).toEqual(['done', 'failed']);
    world.files.entries.delete('/files/a');
    must(await world.store.createBucket('missing'));
    must(await world.rules.retry({ ruleId: rule }));
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done']);
    expect(world.body('missing', 'a')).toBe('x');
    // The first step was done, and stays so.
    expect(world.textOf('/files/a')).toBeNull();
  });

  test('a person’s retry makes no second copy of what the try before has left', async () => {
    const rule = await world.add({
      name: 'Beside',
      trigger: inBox,
      actions: [{ type: 'copy', bucket: 'missing', conflict: 'keep-both' }],
    });
    await world.put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    must(await world.store.createBucket('missing'));
    await world.put('a', 'x', 'missing');
    must(await world.rules.retry({ ruleId: rule }));
    await world.idle();
    expect(world.keys('missing')).toEqual(['a']);
    expect(await world.outcomes(rule)).toEqual(['in/a done']);
  });

  test('ten in a row stop the rule, which goes on when it is resumed', async () => {
    const rule = await world.add({ name: 'Wrong', trigger: inBox, actions: [{ type: 'copy', bucket: 'missing' }] });
    for (let index = 0; index < 12; index += 1) {
      await world.put(`in/${index}`, 'x');
      await world.see('box', { key: `in/${index}` });
      await world.idle();
    }
    const [stopped] = world.rules.views();
    expect(stopped).toMatchObject({
      state: 'stopped',
      stoppedBy: { code: 'RuleFailsAlways' },
      runs: { failed: 10, waiting: 2 },
    });
    must(await world.store.createBucket('missing'));
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    must(await world.rules.retry({ ruleId: rule }));
    await world.idle();
    expect(world.rules.views()[0]).toMatchObject({ state: 'on', runs: { failed: 0, waiting: 0, done: 12 } });
  });

  test('a transfer that is tried again leaves what the try before may have written', async () => {
    await world.add({
      name: 'Once',
      trigger: { type: 'folder', folder: '/docs' },
      actions: [{ type: 'upload', bucket: 'box', conflict: 'keep-both' }],
    });
    world.files.put('/docs/a', Buffer.from('x'));
    await world.seeFiles('/docs', { key: 'a' });
    await world.idle();
    const [rule] = world.runs.rules();
    const run = world.runs.run(world.runs.lastRunId() as never);
    const [action] = rule?.actions ?? [];
    if (rule === undefined || run === null || action?.type !== 'upload') throw new Error('no run of it');
    const context = { rule, values: { path: 'a' } as never, pathRules: {} as never, connectionId: rule.connectionId };
    const skips = [0, 1].map((attempts) => must(planTransfer(action, { ...run, attempts }, context)).header.skipSame);
    expect(skips).toEqual([false, true]);
    // What is replaced gets its new metadata, whatever its bytes.
    const replacing = { ...action, conflict: 'overwrite' as const };
    expect(must(planTransfer(replacing, { ...run, attempts: 1 }, context)).header.skipSame).toBe(false);
  });

  test('one object that fails holds up none of the others', async () => {
    const rule = await world.add({ name: 'Mixed', trigger: inBox, actions: [{ type: 'download', folder: '/files' }] });
    for (const name of ['a', 'b', 'c']) await world.put(`in/${name}`, name);
    const { files } = world;
    world.on.files = {
      commitTemp: async (...args) =>
        args[1] === '/files/b' ? err(appError('LocalAccessDenied', { path: args[1] })) : files.commitTemp(...args),
    };
    await world.see('box', { key: 'in/a' }, { key: 'in/b' }, { key: 'in/c' });
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done', 'in/b failed', 'in/c done']);
  });

  /** What is in no table of errors: a bug, or something new. */
  const thrown = () => new Error('out of the blue');

  test('a step that throws is tried again, says so, and holds up none of those that began with it', async () => {
    const rule = await world.add({ name: 'Delete', trigger: inBox, actions: [{ type: 'delete' }] });
    for (const name of ['a', 'b']) await world.put(`in/${name}`, name);
    const { store } = world;
    await world.see('box', { key: 'in/a' }, { key: 'in/b' });
    world.on.store = {
      remove: async (bucket, key, ...rest) => {
        if (key === 'in/a') throw thrown();
        return store.remove(bucket, key, ...rest);
      },
    };
    await vi.waitFor(() => expect(world.keys('box')).toEqual(['in/a']));
    await world.idle();
    const [failed] = await world.history(rule);
    expect(failed).toMatchObject({ state: 'waiting', error: { code: 'UnexpectedFailure', retry: 'backoff' } });
    expect(failed?.nextTryMs).toBeGreaterThan(Date.now());
    expect(await world.outcomes(rule)).toEqual(['in/a waiting', 'in/b done']);
    expect(world.unexpected).toHaveLength(1);
    world.on.store = {};
    must(await world.rules.retry({ ruleId: rule, runId: failed?.id }));
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done', 'in/b done']);
  });

  test('what throws before a run begins is tried again after a while, not at once', async () => {
    const rule = await world.add({
      name: 'Tagged',
      trigger: inBox,
      conditions: { tags: { a: 'b' } },
      actions: [{ type: 'audit' }],
    });
    await world.put('in/a', 'x');
    const getTags = vi.fn(async () => Promise.reject(thrown()));
    world.on.store = { getTags };
    await world.see('box', { key: 'in/a' });
    await world.idle();
    await sleep(50);
    expect(getTags).toHaveBeenCalledTimes(1);
    const [waits] = await world.history(rule);
    expect(waits).toMatchObject({ state: 'waiting', error: { code: 'UnexpectedFailure' } });
  });

  test.each(['start', 'outcomes'] as const)(
    'a transfer whose %s throws is done once: where its job is there, that one is followed',
    async (name) => {
      // Nobody waits ten seconds.
      world = createRuleWorld({
        clock: { ...systemClock, setTimer: (delayMs, due) => systemClock.setTimer(Math.min(delayMs, 20), due) },
      });
      for (const bucket of ['box', 'done']) must(await world.store.createBucket(bucket));
      must(await world.rules.activate({}));
      const { service } = world;
      const real = service[name] as (...given: never[]) => unknown;
      let isBroken = true;
      const copies: string[] = [];
      const { store } = world;
      world.on.store = {
        copy: async (...args) => {
          copies.push(args[1].key);
          return store.copy(...args);
        },
      };
      const throwing = (): never => {
        throw thrown();
      };
      vi.spyOn(service, name).mockImplementation(((...given: never[]) => {
        const came = real.apply(service, given);
        if (!isBroken) return came;
        isBroken = false;
        return came instanceof Promise ? came.then(throwing) : throwing();
      }) as never);
      const rule = await world.add({ name: 'Copy', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
      await world.put('in/a', 'x');
      await world.see('box', { key: 'in/a' });
      await vi.waitFor(async () => expect(await world.outcomes(rule)).toEqual(['in/a done']));
      expect(copies).toEqual(['a']);
    },
  );

  test('what cannot be looked at of one run is a failure of that one, not of all in its job', async () => {
    const rule = await world.add({ name: 'Copy', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await world.add({ name: 'Other', trigger: { type: 'newObject', bucket: 'done' }, actions: [{ type: 'audit' }] });
    const { store, service } = world;
    const isOver = () => service.list().length > 0 && service.list().every(({ state }) => state === 'done');
    world.on.store = {
      head: async (bucket, key, ...rest) => {
        if (bucket === 'done' && key === 'a' && isOver()) throw thrown();
        return store.head(bucket, key, ...rest);
      },
    };
    for (const key of ['in/a', 'in/b']) await world.put(key, key);
    await world.see('box', { key: 'in/a' }, { key: 'in/b' });
    await vi.waitFor(async () => expect(await world.outcomes(rule)).toEqual(['in/a waiting', 'in/b done']));
    expect((await world.history(rule))[0]?.error?.code).toBe('UnexpectedFailure');
  });

  test('[A44] what throws after a notice was given does not give it twice', async () => {
    const rule = await world.add({ name: 'Tell', trigger: inBox, actions: [{ type: 'notify', message: '{key}' }] });
    await world.put('in/a', 'x');
    const change = world.runs.change.bind(world.runs);
    world.runs.change = (what) => {
      if ((what.runs ?? []).every(({ patch }) => patch.state !== 'done')) return change(what);
      world.runs.change = change;
      throw thrown();
    };
    await world.see('box', { key: 'in/a' });
    await vi.waitFor(async () => expect((await world.history(rule))[0]?.error?.code).toBe('UnexpectedFailure'));
    must(await world.rules.retry({ ruleId: rule, runId: (await world.history(rule))[0]?.id }));
    await vi.waitFor(async () => expect(await world.outcomes(rule)).toEqual(['in/a done']));
    expect(world.notices).toHaveLength(1);
  });

  test.each([
    ['a folder to delete', [{ type: 'delete', source: { bucket: 'box', prefix: 'in/' } }], 'source'],
    ['a folder to tag', [{ type: 'tag', tags: { a: 'b' }, source: { bucket: 'box', prefix: 'in/' } }], 'source'],
    ['a folder as a stream', [{ type: 'uploadStream', bucket: 'box', source: { folder: '/docs' } }], 'source'],
    ['a stream kept beside', [{ type: 'uploadStream', bucket: 'box', conflict: 'keep-both' }], 'conflict'],
    ['what was removed', [{ type: 'download', folder: '/x' }], 'source', ['removed']],
  ])('what would fail each time is refused: %s', (_, actions, field, on = ['created']) => {
    const rule = { name: 'x', connection: 'World', trigger: { ...inBox, on }, actions };
    expect(ruleInputSchema.safeParse(rule).error?.issues).toMatchObject([{ path: ['actions', 0, field] }]);
  });

  test('a placeholder of nothing is refused', async () => {
    const actions = [{ type: 'delete', source: { bucket: 'box', key: '{nothing}' } }];
    const rule = ruleInputSchema.parse({ name: 'x', connection: 'World', trigger: inBox, actions });
    expect(await world.rules.add({ rule })).toMatchObject({
      ok: false,
      error: { code: 'InvalidInput', context: { field: 'actions.0.source.key' } },
    });
  });

  test('what a step before has brought is there, whatever the trigger is about', () => {
    const source = { bucket: 'box', key: 'fixed' };
    const actions = [
      { type: 'download', folder: '/x', source },
      { type: 'upload', bucket: 'done' },
    ];
    const rule = { name: 'x', connection: 'World', trigger: { ...inBox, on: ['removed'] }, actions };
    expect(ruleInputSchema.safeParse(rule).success).toBe(true);
  });

  test('a rule without its connection says so', async () => {
    const added = await world.rules.add({
      rule: {
        name: 'X',
        connection: 'Nobody',
        enabled: true,
        trigger: { type: 'manual' },
        actions: [{ type: 'notify', message: 'x' }],
      },
    });
    expect(added).toMatchObject({ ok: false, error: { code: 'ConnectionNotFound' } });
  });

  test('the journal cannot be written: nothing is lost, and it goes on', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'delete' }] });
    await world.put('in/a', 'x');
    const change = world.runs.change.bind(world.runs);
    let refused = 0;
    world.runs.change = async (what) => {
      if (what.runs === undefined || refused >= 1) return change(what);
      refused += 1;
      return err(appError('DiskFull'));
    };
    await world.see('box', { key: 'in/a' });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await world.idle();
    expect(refused).toBe(1);
    expect(await world.outcomes(rule)).toEqual(['in/a done']);
  });
});
