import { type RuleDraft, type RuleInput, ruleInputSchema } from '../../../shared/domain/rule.ts';
import { createDice, type Dice } from '../dice.ts';
import { buckets } from '../world.ts';
import { patterns } from './patterns.ts';
import { seedsWithoutVersions } from './pinned-rule-seeds.ts';
import { connectionNames, downloads, watchedFolder } from './places.ts';
import type { RuleWorld } from './rule-world.ts';

/** Few names, so that they meet. */
export const names = ['a', 'b.txt', 'd', 'c/d.txt', 'c/e.txt', 'f/g/h'] as const;
export const prefixes = ['in/', 'in/', 'in/', 'mid/', 'out/'] as const;
const timeZones = ['Europe/Berlin', 'UTC', 'America/New_York'] as const;
const crons = ['*/20 * * * *', '0 * * * *', '30 2 * * *', '10 3 * * *', '45 1 * * *'] as const;

/** Sizes on both sides of the limits of parts (8 bytes) and whole uploads (16); small ones meet in size and content. */
export const pickRuleBytes = (dice: Dice): Uint8Array =>
  dice.chance(0.3) ? Uint8Array.from([dice.int(2)]) : dice.bytes(dice.pick([0, 3, 8, 9, 17, 40]));

type Template = 'pipeline' | 'pingPong' | 'folder' | 'schedule' | 'manual' | 'observer' | 'stopper';

const conflictOf = (dice: Dice) => dice.pick(['overwrite', 'overwrite', 'skip', 'keep-both', 'fail'] as const);

function bucketTrigger(dice: Dice, bucket: string, prefix: string, alsoMoved = dice.chance(0.3)) {
  const { match, ignore } = dice.chance(0.6) ? (patterns[0] as (typeof patterns)[0]) : dice.pick(patterns);
  return {
    type: 'newObject' as const,
    bucket,
    prefix,
    recursive: prefix === '' || dice.chance(0.8),
    on: dice.pick([
      ['created'],
      ['created', 'updated'],
      ['created', 'updated'],
      ['updated'],
      ['created', 'updated', 'removed'],
    ] as const) as ('created' | 'updated' | 'removed')[],
    pollSeconds: dice.pick([5, 20, 60]),
    startFrom: dice.pick(['now', 'all'] as const),
    match: [...match],
    ignore: [...ignore],
    alsoMoved,
  };
}

const note = { type: 'notify' as const, message: '{event} {key} {etag} {modified:yyyy-MM-dd HH:mm:ss} {size}' };

/** What is done with an object, one action or two. */
function objectActions(world: RuleWorld, bucket: string): RuleDraft['actions'] {
  const { dice } = world;
  const conflict = conflictOf(dice);
  const to = {
    bucket: dice.pick(buckets),
    ...(dice.chance(0.4) ? { connection: dice.pick(connectionNames) } : {}),
    conflict,
  };
  const download = { type: 'download' as const, folder: dice.pick([downloads, downloads, watchedFolder]), conflict };
  const copy = { type: 'copy' as const, ...to, prefix: dice.pick(['mid/', 'out/', 'in/sub/']) };
  const move = { type: 'move' as const, ...to, prefix: dice.pick(['mid/', 'out/', 'done/']) };
  switch (dice.int(12)) {
    case 0:
      return [download];
    case 1:
      return [download, { ...move, conflict: conflictOf(dice) }];
    case 2:
      return [copy];
    case 3:
      return [{ type: 'copy', bucket, prefix: 'in/', name: 'c-{name}', conflict }];
    case 4:
    case 5:
      return [move];
    case 6:
      return [copy, { type: 'delete' }];
    case 7:
      return [{ type: 'delete' }];
    case 8:
      return [{ type: 'tag', tags: { seen: '{event}', by: 'rule' } }];
    case 9:
      return [note, copy];
    case 10:
      return [{ type: 'uploadStream', bucket, prefix: 'in/', name: 's-{name}' }];
    default:
      return [note];
  }
}

const draft = (rule: Omit<RuleDraft, 'name'>, number: number): RuleDraft => ({ name: `rule ${number}`, ...rule });

function draftsOf(world: RuleWorld, template: Template, number: number): RuleDraft[] {
  const { dice } = world;
  const connection = dice.pick(connectionNames);
  const bucket = dice.pick(buckets);
  switch (template) {
    case 'pipeline': {
      const trigger = bucketTrigger(dice, bucket, dice.pick(['in/', 'in/', 'mid/', '']));
      const actions = trigger.on.includes('removed') ? [note] : objectActions(world, bucket);
      const conditions = dice.chance(0.15) ? { conditions: { minSizeBytes: 3 } } : {};
      return [draft({ connection, trigger, actions, ...conditions }, number)];
    }
    case 'pingPong': {
      const there = { type: dice.pick(['copy', 'copy', 'move'] as const), bucket, conflict: conflictOf(dice) };
      const [alsoHere, alsoThere] = [dice.chance(0.5), dice.chance(0.5)];
      const on = ['created' as const, 'updated' as const];
      const one = { ...bucketTrigger(dice, bucket, 'in/', alsoHere), on };
      const other = { ...bucketTrigger(dice, bucket, 'mid/', alsoThere), on };
      return [
        draft({ connection, trigger: one, actions: [{ ...there, prefix: 'mid/' }] }, number),
        draft({ connection, trigger: other, actions: [{ ...there, prefix: 'in/' }] }, number + 1),
      ];
    }
    case 'folder': {
      const { match, ignore } = dice.chance(0.6) ? (patterns[0] as (typeof patterns)[0]) : dice.pick(patterns);
      const upload = {
        type: 'upload' as const,
        bucket,
        prefix: dice.pick(['in/', 'out/']),
        conflict: conflictOf(dice),
      };
      const on = dice.pick([['created', 'updated'], ['created'], ['created', 'updated', 'removed']] as const);
      const trigger = {
        type: 'folder' as const,
        folder: watchedFolder,
        recursive: dice.chance(0.8),
        on: [...on] as ('created' | 'updated' | 'removed')[],
        settleSeconds: dice.pick([0, 1, 2]),
        startFrom: dice.pick(['now', 'all'] as const),
        match: [...match],
        ignore: [...ignore],
        usePolling: dice.chance(0.2),
      };
      const actions: RuleDraft['actions'] = on.includes('removed' as never)
        ? [note]
        : dice.pick<RuleDraft['actions']>([[upload], [upload], [upload, { type: 'delete' }], [{ type: 'delete' }]]);
      return [draft({ connection, trigger, actions }, number)];
    }
    case 'schedule':
      return [
        draft(
          {
            connection,
            trigger: {
              type: 'schedule',
              cron: dice.pick(crons),
              timeZone: dice.pick(timeZones),
              catchUp: dice.chance(0.8),
            },
            actions: [{ type: 'notify', message: 'it is time' }],
          },
          number,
        ),
      ];
    case 'manual':
      return [
        draft({ connection, trigger: { type: 'manual' }, actions: [{ type: 'notify', message: 'asked' }] }, number),
      ];
    case 'observer':
      return [
        draft(
          {
            connection,
            trigger: {
              ...bucketTrigger(dice, bucket, dice.pick(['in/', 'mid/', 'out/', ''])),
              on: ['created', 'updated', 'removed'],
            },
            actions: [note],
          },
          number,
        ),
      ];
    // Fails with whatever is there: enough of it stops the rule.
    case 'stopper':
      return [
        draft(
          {
            connection,
            trigger: { ...bucketTrigger(dice, bucket, 'in/'), on: ['created', 'updated'], startFrom: 'all' },
            actions: [{ type: 'copy', bucket, prefix: 'out/', name: 'taken', conflict: 'fail' }],
          },
          number,
        ),
      ];
  }
}

/** One or two rules that belong together. `startFrom` is the past of servers only where clocks are right. */
export function pickRules(world: RuleWorld, number: number): RuleInput[] {
  const { dice, hasClockJumps } = world;
  const template = dice.pick<Template>([
    'pipeline',
    'pipeline',
    'pipeline',
    'pipeline',
    'pingPong',
    'folder',
    'folder',
    'observer',
    'manual',
    'stopper',
    ...(hasClockJumps
      ? (['schedule', 'schedule', 'schedule', 'schedule', 'schedule'] as const)
      : (['schedule'] as const)),
  ]);
  return draftsOf(world, template, number).map((rule) => {
    const isBucket = rule.trigger.type === 'newObject' && hasClockJumps;
    return ruleInputSchema.parse(isBucket ? { ...rule, trigger: { ...rule.trigger, startFrom: 'all' } } : rule);
  });
}

export function putObject(world: RuleWorld, key: string, bytes = pickRuleBytes(world.dice)): void {
  const { dice, servers } = world;
  dice.pick(servers).putByOther(dice.pick(buckets), key, bytes, {});
}

export const pickKey = (dice: Dice): string => dice.pick(prefixes) + dice.pick(names);

/** What is there before the first rule is. */
export function populateRules(world: RuleWorld): void {
  const { dice, disk, servers } = world;
  for (const folder of ['/', watchedFolder, downloads, '/spool']) disk.putFolder(folder);
  for (const name of names) {
    if (dice.chance(0.3)) disk.put(`${watchedFolder}/${name}`, pickRuleBytes(dice), false);
    if (dice.chance(0.1)) disk.put(`${downloads}/${name}`, pickRuleBytes(dice), false);
    for (const server of servers)
      for (const bucket of buckets)
        for (const prefix of ['in/', 'mid/', 'out/'])
          if (dice.chance(prefix === 'in/' ? 0.4 : 0.15))
            server.putByOther(bucket, prefix + name, pickRuleBytes(dice), {});
  }
  if (dice.chance(0.2)) putObject(world, 'in/m/', new Uint8Array());
}

/** Some keep versions from then on. By chance of its own, so that all else is as without them. */
export function versionBuckets({ servers }: RuleWorld, seed: number): void {
  const dice = createDice(seed + 7_777_777);
  if (seedsWithoutVersions.has(seed) || !dice.chance(0.4)) return;
  for (const server of servers)
    for (const bucket of buckets)
      if (dice.chance(0.8))
        server.versionBucket(
          bucket,
          dice.pick(['all', 'all', 'all', 'all', 'all', 'all', 'unlisted', 'unread'] as const),
        );
}
