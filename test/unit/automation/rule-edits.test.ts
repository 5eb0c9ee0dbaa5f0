import { beforeEach, describe, expect, test } from 'vitest';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { inBox, openRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;

beforeEach(async () => {
  world = await openRuleWorld();
});

describe('a rule that is edited', () => {
  test('ends what it has half done, and does not go on with other steps', async () => {
    const rule = await world.add({
      name: 'Two steps',
      trigger: inBox,
      actions: [
        { type: 'notify', message: '{name}' },
        { type: 'copy', bucket: 'missing' },
      ],
    });
    await world.put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(await world.outcomes(rule)).toEqual(['in/a failed']);
    const edited = {
      name: 'Two steps',
      connection: 'World',
      trigger: inBox,
      actions: [{ type: 'download', folder: '/files' }, { type: 'delete' }],
    };
    must(await world.rules.update({ ruleId: rule, rule: ruleInputSchema.parse(edited) }));
    must(await world.rules.retry({ ruleId: rule }));
    await world.idle();
    expect((await world.history(rule))[0]).toMatchObject({ state: 'skipped', error: { code: 'RuleEdited' } });
    expect(world.keys('box')).toEqual(['in/a']);
  });

  test('a copy that was left out keeps its source', async () => {
    const rule = await world.add({
      name: 'Careful',
      trigger: inBox,
      actions: [{ type: 'download', folder: '/files', conflict: 'skip' }, { type: 'delete' }],
    });
    await world.put('in/a', 'new');
    world.files.put('/files/a', Buffer.from('something else'));
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.body('box', 'in/a')).toBe('new');
    expect((await world.history(rule))[0]).toMatchObject({ state: 'skipped', error: { code: 'CopyLeftOut' } });
  });
});

describe('pausing', () => {
  test('[A5] what happens meanwhile waits', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    must(await world.rules.pause({ ruleId: rule }));
    await world.put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.keys('done')).toEqual([]);
    must(await world.rules.resume({ ruleId: rule, deletesSeen: false }));
    await world.idle();
    expect(world.keys('done')).toEqual(['a']);
  });

  test('a removed rule leaves nothing behind', async () => {
    const rule = await world.add({ name: 'All', trigger: inBox, actions: [{ type: 'copy', bucket: 'done' }] });
    await world.put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    must(await world.rules.remove({ ruleId: rule }));
    expect(world.rules.views()).toEqual([]);
    expect(await world.history(rule)).toEqual([]);
  });
});
