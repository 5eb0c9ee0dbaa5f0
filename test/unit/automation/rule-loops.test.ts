import { beforeEach, describe, expect, test } from 'vitest';
import { inBox, openRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;

beforeEach(async () => {
  world = await openRuleWorld();
});

describe('[A2] the same change again', () => {
  test('makes no second run', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await world.put('in/a', 'x');
    const changes = await world.see('box', { key: 'in/a' });
    const place = { type: 'bucket', connectionId: 'conn-world' as never, bucket: 'box' } as const;
    const served = new Map(world.runs.rules().flatMap(({ marks }) => marks.map(({ id }) => [id, 0] as const)));
    must(await world.deliver({ place, indexId: 'index-box', changes, served }));
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done']);
  });

  test('[A4] what was seen before the rule had its own look is not for it', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await world.put('in/a', 'x');
    const change = {
      id: 9,
      pass: 3,
      type: 'created',
      mark: null,
      key: 'in/a',
      sizeBytes: 1,
      etag: '"e"',
      lastModified: null,
      storageClass: null,
    } as const;
    const place = { type: 'bucket', connectionId: 'conn-world' as never, bucket: 'box' } as const;
    const mark = world.runs.rules()[0]?.marks[0]?.id ?? '';
    must(await world.deliver({ place, indexId: 'i', changes: [change], served: new Map() }));
    must(await world.deliver({ place, indexId: 'i', changes: [change], served: new Map([[mark, 3]]) }));
    expect(await world.outcomes(rule)).toEqual([]);
    must(await world.deliver({ place, indexId: 'i', changes: [change], served: new Map([[mark, 2]]) }));
    expect(await world.history(rule)).toHaveLength(1);
  });
});

describe('[A33] [A34] what rules do is not acted on for ever', () => {
  test('a move fires no other rule unless it asks for that', async () => {
    const mover = await world.add({ name: 'Mover', trigger: inBox, actions: [{ type: 'move', bucket: 'done' }] });
    const deaf = await world.add({
      name: 'Deaf',
      trigger: { type: 'newObject', bucket: 'done' },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'deaf/' }],
    });
    const asking = await world.add({
      name: 'Asking',
      trigger: { type: 'newObject', bucket: 'done', alsoMoved: true },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'asked/' }],
    });
    await world.put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    await world.see('done', { key: 'a' });
    await world.idle();
    expect(await world.outcomes(mover)).toEqual(['in/a done']);
    expect(await world.outcomes(deaf)).toEqual([]);
    expect(await world.outcomes(asking)).toEqual(['a done']);
    // Put there by somebody else, it is an event.
    await world.put('b', 'y', 'done');
    await world.see('done', { key: 'b' });
    await world.idle();
    expect(await world.outcomes(deaf)).toEqual(['b done']);
  });

  test('a rule whose copies lie where it looks does not copy them again', async () => {
    const rule = await world.add({
      name: 'Twins',
      trigger: { type: 'newObject', bucket: 'box' },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'twins/' }],
    });
    await world.put('a', 'x');
    await world.see('box', { key: 'a' });
    await world.idle();
    expect(world.keys('box')).toEqual(['a', 'twins/a']);
    await world.see('box', { key: 'twins/a' });
    await world.idle();
    expect(world.keys('box')).toEqual(['a', 'twins/a']);
    expect(await world.outcomes(rule)).toEqual(['a done']);
  });

  test('two rules that copy back and forth stop after one round, and say why', async () => {
    const there = await world.add({
      name: 'There',
      trigger: { type: 'newObject', bucket: 'box', on: ['created', 'updated'] },
      actions: [{ type: 'copy', bucket: 'done' }],
    });
    const back = await world.add({
      name: 'Back',
      trigger: { type: 'newObject', bucket: 'done', on: ['created', 'updated'] },
      actions: [{ type: 'copy', bucket: 'box' }],
    });
    await world.put('a', 'x');
    await world.see('box', { key: 'a' });
    await world.idle();
    await world.see('done', { key: 'a' });
    await world.idle();
    await world.see('box', { type: 'updated', key: 'a' });
    await world.idle();
    expect(await world.outcomes(there)).toEqual(['a done', 'a skipped']);
    expect(await world.outcomes(back)).toEqual(['a done']);
    expect((await world.history(there)).at(-1)?.error?.code).toBe('LoopDetected');
  });

  test('what is seen while it is being written waits until it is known who did it', async () => {
    const mover = await world.add({ name: 'Mover', trigger: inBox, actions: [{ type: 'move', bucket: 'done' }] });
    const other = await world.add({
      name: 'Other',
      trigger: { type: 'newObject', bucket: 'done' },
      actions: [{ type: 'copy', bucket: 'box', prefix: 'other/' }],
    });
    await world.put('in/a', 'x');
    const { store } = world;
    let seen: Promise<unknown> = Promise.resolve();
    world.on.store = {
      remove: async (...args) => {
        // The copy is there, the move has not ended.
        seen = world.see('done', { key: 'a' });
        await seen;
        return store.remove(...args);
      },
    };
    await world.see('box', { key: 'in/a' });
    await world.idle();
    await seen;
    expect(await world.outcomes(mover)).toEqual(['in/a done']);
    const [held] = await world.history(other);
    expect(held?.state).toBe('waiting');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await world.idle();
    expect((await world.history(other)).map(({ state, error }) => [state, error?.code])).toEqual([
      ['skipped', 'OwnChange'],
    ]);
    expect(world.keys('box')).toEqual([]);
  });
});
