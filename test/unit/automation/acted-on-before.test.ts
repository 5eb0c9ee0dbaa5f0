import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Action } from '../../../shared/domain/rule-action.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { type RuleDraft, ruleInputSchema } from '../../../shared/domain/rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { inBox, openRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;

beforeEach(async () => {
  world = await openRuleWorld();
});

const copy = { type: 'copy', bucket: 'done' } as const;
const addCopying = (actions: readonly Partial<Action>[] = [copy]) =>
  world.add({ name: 'New', trigger: inBox, actions: actions as never });

async function edit(ruleId: RuleId, to: Omit<RuleDraft, 'name' | 'connection'>): Promise<void> {
  const connection = world.rules.views().find(({ id }) => id === ruleId)?.connection;
  must(await world.rules.update({ ruleId, rule: ruleInputSchema.parse({ name: 'New', connection, ...to }) }));
}

/** Seen as it is, and again as it is after it was written anew. */
async function seeRewritten(): Promise<void> {
  await world.put('in/a', 'old');
  const [was] = await world.see('box', { key: 'in/a' });
  await world.put('in/a', 'newer');
  await world.see('box', { type: 'updated', key: 'in/a', was });
}

describe('[A3] a rule for new objects, and one that is written anew', () => {
  test('before its turn: it acts on what is there then, once', async () => {
    const rule = await addCopying();
    must(await world.rules.pause({ ruleId: rule }));
    await seeRewritten();
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a skipped', 'in/a done']);
    expect((await world.history(rule)).map(({ event }) => event.type)).toEqual(['created', 'created']);
    expect(world.body('done', 'a')).toBe('newer');
  });

  test('before either was taken', async () => {
    const rule = await addCopying();
    await world.put('in/a', 'newer');
    const { sizeBytes, etag, lastModified } = must(await world.store.head('box', 'in/a'));
    const now = { mark: null, key: 'in/a', sizeBytes, lastModified, storageClass: null };
    const changes = [
      { ...now, id: 1, pass: 1, type: 'created' as const, etag: '"another"' },
      { ...now, id: 2, pass: 2, type: 'updated' as const, etag },
    ];
    const served = new Map(world.runs.rules().flatMap(({ marks }) => marks.map(({ id }) => [id, 0] as const)));
    const place = { type: 'bucket', connectionId: 'conn-world' as never, bucket: 'box' } as const;
    must(await world.deliver({ place, indexId: 'index-box', changes, served }));
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a skipped', 'in/a done']);
  });

  test('after it was acted on: that is an update', async () => {
    const rule = await addCopying();
    await world.put('in/a', 'old');
    const [was] = await world.see('box', { key: 'in/a' });
    await world.idle();
    await world.put('in/a', 'newer');
    await world.see('box', { type: 'updated', key: 'in/a', was });
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done']);
    expect(world.body('done', 'a')).toBe('old');
  });

  test('while it is acted on as it was: that was enough, and the history says so', async () => {
    const rule = await addCopying([{ type: 'notify', message: '{key}' }, copy]);
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => void (go = resolve));
    const { store } = world;
    const copyObject = vi.fn<typeof store.copy>(async (...args) => {
      const copied = await store.copy(...args);
      await held;
      return copied;
    });
    world.on.store = { copy: copyObject };
    await world.put('in/a', 'old');
    const [was] = await world.see('box', { key: 'in/a' });
    await vi.waitFor(() => expect(copyObject).toHaveBeenCalled());
    await world.put('in/a', 'newer');
    await world.see('box', { type: 'updated', key: 'in/a', was });
    go();
    await world.idle();
    const runs = await world.history(rule);
    expect(runs.map(({ state, error }) => error?.code ?? state)).toEqual(['done', 'SeenToBefore']);
    expect(world.notices).toHaveLength(1);
  });

  test('after it had failed', async () => {
    const rule = await addCopying([{ type: 'copy', bucket: 'missing' }]);
    await world.put('in/a', 'old');
    const [was] = await world.see('box', { key: 'in/a' });
    await world.idle();
    must(await world.store.createBucket('missing'));
    await world.put('in/a', 'newer');
    await world.see('box', { type: 'updated', key: 'in/a', was });
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a failed', 'in/a done']);
    expect(world.body('missing', 'a')).toBe('newer');
  });

  test('after it was moved away, though no look has missed it', async () => {
    const rule = await addCopying([{ type: 'move', bucket: 'done', conflict: 'overwrite' }]);
    await world.put('in/a', 'old');
    const [was] = await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.keys('box')).toEqual([]);
    await world.put('in/a', 'newer');
    await world.see('box', { type: 'updated', key: 'in/a', was });
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done', 'in/a done']);
    expect(world.keys('box')).toEqual([]);
    expect(world.body('done', 'a')).toBe('newer');
  });

  /** Seen and acted on as it was; then written anew and seen so, twice if it is said so. */
  async function actThenRewrite(...bodies: readonly string[]): Promise<void> {
    const [was] = await world.see('box', { key: 'in/a' });
    await world.idle();
    for (const body of bodies) {
      await world.put('in/a', body);
      await world.see('box', { type: 'updated', key: 'in/a', was });
      await world.idle();
    }
  }

  test('after a move that found its copy there already, or a deletion that found it gone', async () => {
    const move = { type: 'move', bucket: 'done', skipSame: true, conflict: 'overwrite' } as const;
    const moving = await addCopying([move]);
    for (const [key, bucket] of [
      ['a', 'done'],
      ['in/a', 'box'],
    ] as const)
      await world.put(key, 'same', bucket);
    await actThenRewrite('newer');
    expect(await world.outcomes(moving)).toEqual(['in/a done', 'in/a done']);
    expect([world.keys('box'), world.body('done', 'a')]).toEqual([[], 'newer']);
    must(await world.rules.remove({ ruleId: moving }));
    const deleting = await addCopying([{ type: 'delete' }]);
    await world.put('in/a', 'x');
    const { store } = world;
    world.on.store = { remove: async (...args) => store.remove(...args).then(() => err(appError('NoSuchKey'))) };
    await actThenRewrite('newer');
    expect(await world.outcomes(deleting)).toHaveLength(2);
    expect(world.keys('box')).toEqual([]);
  });

  test('after a step has deleted something else: that is an update', async () => {
    const flag = { bucket: 'done', key: 'flag' };
    const rule = await addCopying([copy, { type: 'delete', source: flag }]);
    await world.put('flag', 'x', 'done');
    await world.put('in/a', 'one');
    await actThenRewrite('two');
    expect(world.keys('done')).toEqual(['a']);
    expect(await world.outcomes(rule)).toEqual(['in/a done']);
  });

  test('what happened at another place before the rule was edited is of no account', async () => {
    const rule = await addCopying([{ type: 'copy', bucket: 'missing' }]);
    await world.put('in/a', 'one');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    for (const bucket of ['other', 'missing']) must(await world.store.createBucket(bucket));
    await world.put('in/a', 'of old', 'other');
    await edit(rule, { trigger: { ...inBox, bucket: 'other' }, actions: [{ type: 'copy', bucket: 'missing' }] });
    await world.put('in/a', 'newer', 'other');
    await world.see('other', { type: 'updated', key: 'in/a' });
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a failed']);
  });

  test('a rule that was edited to take updates, too, acts on it when it is retried', async () => {
    const rule = await addCopying();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => void (go = resolve));
    const { store } = world;
    world.on.store = {
      copy: async (...args) => {
        const copied = await store.copy(...args);
        await held;
        return copied;
      },
    };
    await world.put('in/a', 'old');
    const [was] = await world.see('box', { key: 'in/a' });
    await vi.waitFor(() => expect(world.keys('done')).toEqual(['a']));
    await world.put('in/a', 'newer');
    await world.see('box', { type: 'updated', key: 'in/a', was });
    go();
    await world.idle();
    const [, second] = await world.history(rule);
    expect(second?.error?.code).toBe('SeenToBefore');
    const trigger = { ...inBox, on: ['created' as const, 'updated' as const] };
    await edit(rule, { trigger, actions: [{ ...copy, conflict: 'overwrite' }] });
    must(await world.rules.retry({ ruleId: rule, runId: second?.id }));
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done', 'in/a done']);
    expect(world.body('done', 'a')).toBe('newer');
  });

  test('after it had failed and its next state did not fit: the one after that', async () => {
    const rule = await world.add({
      name: 'Tagged',
      trigger: inBox,
      conditions: { tags: { a: 'b' } },
      actions: [{ type: 'copy', bucket: 'missing' }],
    });
    const tags = [{ a: 'b' }, {}, { a: 'b' }];
    world.on.store = { getTags: async () => ok(tags.shift() ?? {}) };
    await world.put('in/a', 'one');
    await actThenRewrite();
    must(await world.store.createBucket('missing'));
    const [was] = await world.see('box');
    for (const body of ['two', 'three']) {
      await world.put('in/a', body);
      await world.see('box', { type: 'updated', key: 'in/a', was });
      await world.idle();
    }
    expect(await world.outcomes(rule)).toEqual(['in/a failed', 'in/a skipped', 'in/a done']);
  });

  test('a person has skipped it: that was a decision', async () => {
    const rule = await addCopying();
    must(await world.rules.pause({ ruleId: rule }));
    await world.put('in/a', 'old');
    const [was] = await world.see('box', { key: 'in/a' });
    const [run] = await world.history(rule);
    must(await world.rules.skip({ ruleId: rule, runId: run?.id }));
    await world.put('in/a', 'newer');
    await world.see('box', { type: 'updated', key: 'in/a', was });
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a skipped']);
  });
});

describe('[A9] a backfill', () => {
  async function foundNow(pass: number) {
    const { sizeBytes, etag, lastModified } = must(await world.store.head('box', 'in/a'));
    return { pass, type: 'created' as const, key: 'in/a', sizeBytes, etag, lastModified, storageClass: null };
  }

  /** As a look at once finds what is there for the backfills that wait for one. */
  async function findForFills(): Promise<void> {
    const there = await foundNow(50);
    const marks = world.runs.rules().flatMap((rule) => rule.marks);
    const served = new Map(marks.map(({ id }) => [id, 0] as const));
    const place = { type: 'bucket', connectionId: 'conn-world' as never, bucket: 'box' } as const;
    const changes = marks.slice(1).map(({ id: mark }) => ({ ...there, id: (found += 1), mark }));
    must(await world.deliver({ place, indexId: 'index-box', changes, served }));
  }
  let found = 100;
  const fill = async (ruleId: RuleId) => must(await world.rules.backfill({ ruleId, fromMs: 0, toMs: 8e15 })).started;

  test('acts once more on what the rule has acted on, each time that a person asks for it', async () => {
    const rule = await addCopying();
    world.places.look = findForFills;
    await world.put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    for (const times of [2, 3]) {
      must(await world.store.remove('done', 'a'));
      expect(await fill(rule)).toBe(1);
      await world.idle();
      expect(await world.outcomes(rule)).toEqual(Array.from({ length: times }, () => 'in/a done'));
      expect(world.body('done', 'a')).toBe('x');
    }
  });

  test('makes no second run of what has not ended, nor of what a lost index shows again', async () => {
    const rule = await addCopying();
    await world.put('in/a', 'x');
    must(await world.rules.pause({ ruleId: rule }));
    await world.see('box', { key: 'in/a' });
    world.places.look = findForFills;
    expect(await fill(rule)).toBe(0);
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    await world.idle();
    world.places.look = async () => {
      await findForFills();
      await world.idle();
      await findForFills();
    };
    expect(await fill(rule)).toBe(1);
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done', 'in/a done']);
  });

  test('and a look that finds it new: one run', async () => {
    const rule = await addCopying();
    await world.put('in/a', 'x');
    world.places.look = async () => {
      const there = await foundNow(9);
      const [begins, asked] = world.runs.rules().flatMap(({ marks }) => marks.map(({ id }) => id));
      const served = new Map([begins, asked].map((id) => [id ?? '', 0] as const));
      const place = { type: 'bucket', connectionId: 'conn-world' as never, bucket: 'box' } as const;
      const changes = [
        { ...there, id: 1, mark: null },
        { ...there, id: 2, mark: asked ?? null },
      ];
      must(await world.deliver({ place, indexId: 'index-box', changes, served }));
    };
    expect(await fill(rule)).toBe(1);
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a done']);
  });
});
