import type { RuleService } from '../../../main/automation/rule-service.ts';
import type { TransferService } from '../../../main/transfers/service.ts';
import { type RuleInput, ruleInputSchema } from '../../../shared/domain/rule.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import type { Deed } from '../people.ts';
import { buckets, serverOfConnection } from '../world.ts';
import { patterns } from './patterns.ts';
import { names, pickKey, pickRuleBytes, pickRules, putObject } from './rule-scenario.ts';
import { watchedFolder } from './places.ts';
import type { RuleWorld } from './rule-world.ts';

type Services = { readonly rules: RuleService; readonly transfers: TransferService };
type Watch = (promise: Promise<unknown>) => void;

/** A rule as somebody has changed it; what it does stays what it was. */
function edited(world: RuleWorld, rule: RuleInput): RuleInput {
  const { dice } = world;
  const { trigger } = rule;
  if (trigger.type === 'schedule' || trigger.type === 'manual') return { ...rule, name: `${rule.name}'` };
  const { match, ignore } = dice.pick(patterns);
  const change = dice.pick([
    { match: [...match], ignore: [...ignore] },
    { recursive: !trigger.recursive },
    trigger.type === 'newObject' ? { pollSeconds: dice.pick([5, 20, 60]) } : { settleSeconds: dice.pick([0, 2]) },
    trigger.type === 'newObject' ? { alsoMoved: !trigger.alsoMoved } : { usePolling: !trigger.usePolling },
  ]);
  return ruleInputSchema.parse({ ...rule, trigger: { ...trigger, ...change } });
}

/** What somebody at the window may do with rules. */
export function ruleDeeds(world: RuleWorld, services: () => Services | null, watch: Watch): readonly Deed[] {
  const { dice } = world;
  let lastNumber = 0;
  const withRules = (act: (rules: RuleService, transfers: TransferService) => unknown) => () => {
    const now = services();
    if (now !== null) act(now.rules, now.transfers);
  };
  const withRule = (act: (rules: RuleService, ruleId: RuleId, rule: RuleInput) => Promise<unknown>) =>
    withRules((rules) => {
      const views = rules.views();
      if (views.length === 0) return;
      const { id, name, trigger, conditions, actions, connection, enabled } = dice.pick(views);
      watch(act(rules, id, { name, trigger, conditions, actions, connection, enabled }));
    });
  const withRun = (act: (rules: RuleService, ruleId: RuleId, runId: number) => Promise<unknown>) =>
    withRules((rules) => {
      const runs = world.reader
        .rules()
        .flatMap(({ id }) => world.reader.runsIn(id, ['failed', 'waiting', 'skipped'], 100));
      if (runs.length === 0) return;
      const { id, ruleId } = dice.pick(runs);
      world.touched.add(id);
      watch(act(rules, ruleId, id));
    });
  return [
    {
      name: 'add a rule',
      act: withRules((rules) => {
        if (rules.views().length > 5) return;
        for (const rule of pickRules(world, (lastNumber += 2))) watch(rules.add({ rule }));
      }),
    },
    {
      name: 'edit a rule',
      act: withRule((rules, ruleId, rule) => {
        world.edited.add(ruleId);
        return rules.update({ ruleId, rule: edited(world, rule) });
      }),
    },
    {
      name: 'remove a rule',
      act: withRule((rules, ruleId) => {
        world.removedRules += 1;
        return rules.remove({ ruleId });
      }),
    },
    { name: 'pause a rule', act: withRule((rules, ruleId) => rules.pause({ ruleId })) },
    { name: 'resume a rule', act: withRule((rules, ruleId) => rules.resume({ ruleId, deletesSeen: false })) },
    { name: 'pause all', act: withRules((rules) => watch(rules.pause({}))) },
    { name: 'resume all', act: withRules((rules) => watch(rules.resume({ deletesSeen: false }))) },
    { name: 'run a rule', act: withRule((rules, ruleId) => rules.run({ ruleId })) },
    {
      name: 'backfill',
      act: withRule((rules, ruleId) =>
        rules.backfill({
          ruleId,
          fromMs: dice.chance(0.5) ? 0 : world.nowMs() - dice.int(600_000),
          toMs: world.nowMs() + 86_400_000,
        }),
      ),
    },
    { name: 'retry a run', act: withRun((rules, ruleId, runId) => rules.retry({ ruleId, runId: runId as never })) },
    { name: 'retry the runs', act: withRule((rules, ruleId) => rules.retry({ ruleId })) },
    { name: 'skip a run', act: withRun((rules, ruleId, runId) => rules.skip({ ruleId, runId: runId as never })) },
    {
      name: 'cancel a job',
      act: withRules((_rules, transfers) => {
        const jobs = transfers.list();
        if (jobs.length === 0) return;
        world.jobsCancelled += 1;
        watch(transfers.cancel(dice.pick(jobs).id));
      }),
    },
    {
      name: 'pause a job',
      act: withRules((_rules, transfers) => {
        const jobs = transfers.list();
        if (jobs.length === 0) return;
        const { id } = dice.pick(jobs);
        watch(transfers.pause(id));
        world.scheduler.after(5000, 'resume a job', null, () => {
          const now = services();
          if (now !== null) watch(now.transfers.resume(id));
        });
      }),
    },
  ];
}

/** What other programs, other people, servers and clocks do meanwhile. */
export function worldDeeds(world: RuleWorld): readonly Deed[] {
  const { dice, disk, servers, connections } = world;
  /** What something is to be done with, most often: elsewhere nobody meets. */
  const pickObject = () => {
    const open = world.reader
      .rules()
      .flatMap(({ id }) => world.reader.runsIn(id, ['running', 'waiting'], 20))
      .flatMap(({ subject }) => subject.object ?? []);
    if (open.length > 0 && dice.chance(0.6)) {
      const { connectionId, bucket, key } = dice.pick(open);
      return { server: serverOfConnection(world, connectionId), bucket, key };
    }
    const [server, bucket] = [dice.pick(servers), dice.pick(buckets)];
    const keys = [...(server.buckets.get(bucket)?.objects.keys() ?? [])];
    return keys.length === 0 ? null : { server, bucket, key: dice.pick(keys) };
  };
  const pickFile = () => {
    const paths = [...disk.names.keys()].filter(
      (path) =>
        path.startsWith(`${watchedFolder}/`) && disk.names.get(path)?.type === 'file' && !path.endsWith('-part'),
    );
    return paths.length === 0 ? null : dice.pick(paths);
  };
  const overwrite = (sameBytes: boolean) => () => {
    const place = pickObject();
    if (place === null || place.key.endsWith('/')) return;
    const { server, bucket, key } = place;
    const there = server.objectOf(bucket, key);
    if (!there.ok) return;
    const { bytes } = there.value;
    server.putByOther(
      bucket,
      key,
      sameBytes ? bytes : dice.chance(0.5) ? dice.bytes(bytes.length) : pickRuleBytes(dice),
      {},
    );
  };
  const hasVersions = servers.some((server) => [...server.buckets.values()].some(({ keepsVersions }) => keepsVersions));
  /** Of versions more than one between two looks, within a second or over some. */
  const inARow = {
    name: 'overwrite in a row',
    act: () => {
      const place = pickObject();
      if (place === null || place.key.endsWith('/')) return;
      const { server, bucket, key } = place;
      for (let at = 0; at < 3; at += 1)
        world.scheduler.after(at * dice.pick([0, 300, 1200]), 'overwrite', null, () => {
          if (dice.chance(0.15)) server.removeByOther(bucket, key);
          else server.putByOther(bucket, key, pickRuleBytes(dice), {});
        });
    },
  };
  const newObject = { name: 'new object', act: () => putObject(world, pickKey(dice)) };
  const newFile = {
    name: 'new file',
    act: () => disk.put(`${watchedFolder}/${dice.pick(names)}`, pickRuleBytes(dice), dice.chance(0.5)),
  };
  return [
    newObject,
    newObject,
    newObject,
    ...(hasVersions ? [inARow, inARow, inARow] : []),
    { name: 'overwrite', act: overwrite(false) },
    { name: 'overwrite with the same', act: overwrite(true) },
    {
      name: 'delete an object',
      act: () => {
        const place = pickObject();
        if (place !== null) place.server.removeByOther(place.bucket, place.key);
      },
    },
    {
      name: 'many objects',
      act: () => {
        for (let left = 12; left > 0; left -= 1) servers[0]?.putByOther('box', `in/n${left}`, pickRuleBytes(dice), {});
      },
    },
    newFile,
    newFile,
    {
      name: 'write on',
      act: () => {
        const path = pickFile();
        if (path === null) return;
        for (let at = 0; at < 4; at += 1)
          world.scheduler.after(at * 400, 'write on', null, () => disk.put(path, dice.bytes(8 + at), true));
      },
    },
    {
      name: 'delete a file',
      act: () => {
        const path = pickFile();
        if (path !== null) disk.takeAway(path);
      },
    },
    {
      name: 'folder away',
      act: () => {
        world.isFolderGone = true;
        world.scheduler.after(dice.int(60_000), 'folder back', null, () => (world.isFolderGone = false));
      },
    },
    {
      name: 'expire credentials',
      act: () => {
        const { account } = dice.pick(connections);
        account.validFrom += 1;
        account.needsSignIn = dice.chance(0.3);
      },
    },
    {
      name: 'set the clock',
      act: () => {
        if (!world.hasClockJumps) return;
        world.jumps.push(world.scheduler.nowMs());
        world.wallOffsetMs += dice.pick([
          -3_600_000, -600_000, -30_000, 30_000, 600_000, 3_600_000, 7_200_000, 3_600_000,
        ]);
      },
    },
  ];
}
