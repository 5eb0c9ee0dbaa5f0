import { beforeEach, describe, expect, test } from 'vitest';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { inBox, openRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;

beforeEach(async () => {
  world = await openRuleWorld();
});

describe('conditions and trials', () => {
  test('[A31] tags and metadata are asked for when the run begins', async () => {
    const rule = await world.add({
      name: 'Tagged',
      trigger: inBox,
      conditions: { tags: { team: 'fin*' }, metadata: { Source: 'scanner' } },
      actions: [{ type: 'copy', bucket: 'done' }],
    });
    for (const key of ['in/both', 'in/tag', 'in/meta'])
      must(
        await world.store.putSmall(
          'box',
          key,
          Buffer.from(key),
          key === 'in/tag' ? {} : { metadata: { source: 'scanner' } },
        ),
      );
    must(await world.store.setTags('box', 'in/both', { team: 'finance' }));
    must(await world.store.setTags('box', 'in/tag', { team: 'finance' }));
    await world.see('box', { key: 'in/both' }, { key: 'in/meta' }, { key: 'in/tag' });
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/both done', 'in/meta skipped', 'in/tag skipped']);
  });

  test('a trial does nothing, and tells what would be done', async () => {
    await world.put('in/a.pdf', 'x');
    await world.put('in/b.txt', 'y');
    const tested = must(
      await world.rules.test({
        rule: {
          name: 'Draft',
          connection: 'World',
          enabled: true,
          trigger: {
            ...inBox,
            recursive: true,
            on: ['created'],
            pollSeconds: 60,
            startFrom: 'all',
            match: ['*.pdf'],
            ignore: [],
            alsoMoved: false,
          },
          actions: [
            { type: 'download', folder: '/x', conflict: 'overwrite', skipSame: false },
            { type: 'move', bucket: 'done', prefix: 'p', conflict: 'overwrite', skipSame: false },
          ],
        },
        trials: 10,
        look: 100,
      }),
    );
    expect(tested).toMatchObject({ matched: 1, looked: 2, complete: true });
    expect(tested.trials[0]?.steps).toEqual([
      { action: 'download', detail: '/x/a.pdf' },
      { action: 'move', detail: 'done/p/a.pdf' },
    ]);
    expect(world.keys('box')).toHaveLength(2);
    expect(world.textOf('/x/a.pdf')).toBeNull();
  });

  test('a trial counts what a backfill of some days would take', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await world.put('in/a', 'x');
    const matched = async (fromMs: number, toMs: number) =>
      must(await world.rules.test({ rule, trials: 1, look: 100, fromMs, toMs })).matched;
    expect(await matched(0, Number.MAX_SAFE_INTEGER)).toBe(1);
    expect(await matched(0, 1)).toBe(0);
    expect(await matched(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toBe(0);
  });

  test('a trial names a bucket as it would be made: in lower case', async () => {
    const trigger = { type: 'manual' };
    const actions = [{ type: 'createBucket', bucket: 'Team-{rule}' }];
    const rule = ruleInputSchema.parse({ name: 'Finance', connection: 'World', trigger, actions });
    const { trials } = must(await world.rules.test({ rule, trials: 1, look: 1 }));
    expect(trials.map(({ steps }) => steps)).toEqual([[{ action: 'createBucket', detail: 'team-finance' }]]);
  });
});
