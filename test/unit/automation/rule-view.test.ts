import { expect, test } from 'vitest';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { createRuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';
import { otherConnectionId } from '../../fakes/transfer-world.ts';

test('a run keeps of its link what the rule was then, though it has been edited since', async () => {
  const world = createRuleWorld();
  must(await world.other.createBucket('far'));
  must(await world.store.createBucket('box'));
  must(await world.rules.activate({}));
  const scans = { name: 'Scans out', trigger: { type: 'folder', folder: '/scans' } } as const;
  const rule = await world.add({
    ...scans,
    actions: [
      { type: 'upload', bucket: 'far', prefix: 'scans/', connection: 'Other' },
      { type: 'presign', expiresInSeconds: 60 },
    ],
  });
  const see = async (key: string) => {
    world.files.put(`/scans/${key}`, Buffer.from(key));
    await world.seeFiles('/scans', { key });
    await world.idle();
  };
  await see('a.tif');
  const link = { connectionId: otherConnectionId, bucket: 'far', key: 'scans/a.tif', expiresInSeconds: 60 };
  expect((await world.history(rule)).map((run) => run.link)).toEqual([link]);

  const edited = (actions: object[]) => ruleInputSchema.parse({ ...scans, connection: 'World', actions });
  const upload = { type: 'upload', bucket: 'box' };
  const elsewhere = edited([upload, { type: 'presign', expiresInSeconds: 600 }]);
  must(await world.rules.update({ ruleId: rule, rule: elsewhere }));
  expect((await world.history(rule)).map((run) => run.link)).toEqual([link]);
  must(await world.rules.update({ ruleId: rule, rule: edited([upload]) }));
  await see('b.tif');
  // One without such a step has none.
  expect((await world.history(rule)).map((run) => run.link)).toEqual([link, undefined]);
});
