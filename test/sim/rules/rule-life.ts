import { posix } from 'node:path';
import { createFolderWatcher } from '../../../main/automation/folders/folder-watcher.ts';
import { createBucketPoller } from '../../../main/automation/polling/bucket-poller.ts';
import type { RuleJournal } from '../../../main/automation/rule-journal.ts';
import { createRuleService, type RuleService } from '../../../main/automation/rule-service.ts';
import { createRuleJournal } from '../../../main/db/rule-journal.ts';
import { type FileTasks, ownFileTasks } from '../../../main/transfers/files/file-tasks.ts';
import { createNodeLocalFiles } from '../../../main/transfers/files/node-local-files.ts';
import { createTransferService, type TransferService } from '../../../main/transfers/service.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import { connectionIdSchema, ruleIdSchema } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createGatekeeper, createSimOpener, isExpired } from '../connections.ts';
import type { Placements } from '../copies.ts';
import { useDisk } from '../disk-in-use.ts';
import { createDiskPort, type DiskPort } from '../disk-port.ts';
import { takeTurnsFrom } from '../forbid-timers.ts';
import { createSimJournal, type SimJournal } from '../journal.ts';
import { createSimObjectStore } from '../object-store.ts';
import { partSizes, spoolFolder } from '../scenario.ts';
import type { Life } from '../scheduler.ts';
import { createSimTransport } from '../transport.ts';
import { watchJournal } from '../watch-journal.ts';
import { lookId, noteLook, type ObjectLooks } from '../watch-objects.ts';
import { serverOfConnection } from '../world.ts';
import { createFolderPort } from './folder-port.ts';
import { createSimIndexes } from './indexes.ts';
import { connectionNames, indexFolder } from './places.ts';
import type { Writer } from './origins.ts';
import type { RuleWorld } from './rule-world.ts';
import { createRuleStore } from './rule-store.ts';
import { runsIn, watchRuleFiles, watchRuleObjects } from './watch-effects.ts';
import { watchRuleJobs, watchRuns } from './watch-runs.ts';

/** One run of the service, with the transfers below it. */
export type RuleLife = {
  readonly life: Life;
  readonly rules: RuleService;
  readonly transfers: TransferService;
  readonly journal: SimJournal;
};

/** The journal's commits fail with the weather: nothing of them has happened then. */
function weatheredJournal(world: RuleWorld): RuleJournal {
  const { db, sky, dice } = world;
  const refuse = (code: string): never => {
    throw Object.assign(new Error(code), { code });
  };
  const faulty = {
    name: ':memory:',
    prepare: (sql: string) => db.prepare(sql),
    transaction: (work: () => void) =>
      db.transaction(() => {
        work();
        if (sky.isIn('locked')) refuse('SQLITE_BUSY');
        if (sky.isIn('diskFull')) refuse('ENOSPC');
        if (dice.chance(sky.weather.commit)) refuse(sky.fault('commit', 'ENOSPC'));
      }),
  };
  return watchRuns(world, createRuleJournal(faulty as unknown as typeof db));
}

/** Starts the service on what there is. */
export function startRuleLife(world: RuleWorld, placements: Placements): RuleLife {
  const { dice, disk, network, scheduler, sky, connections } = world;
  const life = { number: world.life.number + 1, dead: false };
  world.life = life;
  world.lifeBornStep = scheduler.steps;
  const clock: Clock = {
    nowMs: () => world.nowMs(),
    setTimer: (delayMs, callback) => scheduler.after(delayMs, 'timer', life, callback),
  };
  const looks: ObjectLooks = new Map();
  for (const server of world.servers) server.watchWith(watchRuleObjects(world, server, looks, placements));
  const port: DiskPort = createDiskPort({
    disk,
    scheduler,
    dice,
    sky,
    life,
    watch: watchRuleFiles(world, placements, () => port.looks),
  });
  useDisk(port);
  const journal = createSimJournal({
    state: world.journal,
    scheduler,
    dice,
    sky,
    life,
    watch: watchRuleJobs(world, watchJournal(world, placements)),
  });
  const opener = createSimOpener({
    connections,
    scheduler,
    dice,
    life,
    threads: world.threads,
    violate: (what) => world.violate(what),
    storeOf: (connection, credentials) => {
      const { server, host, account } = connection;
      const store = createSimObjectStore({
        server,
        host,
        network,
        life,
        clock,
        credentials,
        isExpired: (signing) => isExpired(account, signing),
        onLook: (bucket, key, seen) =>
          noteLook(looks, lookId(server.name, bucket, key), { step: scheduler.steps, atMs: scheduler.nowMs(), seen }),
      });
      return createRuleStore(world, connection, store, (label, about, effect) =>
        network.request({ life, label: `${server.name} ${label}`, host, about, effect }),
      );
    },
  });
  const transport = createSimTransport({
    disk: port,
    network,
    serverOf: ({ hostname, credentials }) => {
      const found = connections.find(
        ({ host, account }) => host === hostname && credentials.accessKeyId.startsWith(`${account.name}-`),
      );
      if (found === undefined) throw new Error(`no server at ${hostname}`);
      return found.server;
    },
    gatekeeper: createGatekeeper(connections, scheduler.nowMs),
    flights: { begin: () => () => undefined },
    dice,
    sky,
    life,
  });
  const later = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      scheduler.after(dice.int(sky.weather.diskMs + 1), name, life, () => void work().then(resolve, reject));
    });
  const tasks: FileTasks = {
    readFolder: (path) => later(`disk read folder ${path}`, () => ownFileTasks.readFolder(path)),
    statMany: (folder, names, links) =>
      later(`disk stat in ${folder}`, () => ownFileTasks.statMany(folder, names, links)),
    commitMany: (files) =>
      later(`disk commit ${files.map(({ path }) => path).join(' ')}`, () => ownFileTasks.commitMany(files)),
  };
  takeTurnsFrom((act) => void scheduler.after(0, 'turn', life, act));
  const files = createNodeLocalFiles(tasks);
  const random = { next: dice.next };
  const pathRules = { platform: 'posix', foldsNames: false } as const;
  const transfers = createTransferService({
    journal,
    opener,
    transport,
    files,
    clock,
    random,
    pathRules,
    spoolFolder,
    emit: () => undefined,
    partSizes,
    memoryBudgetBytes: world.memoryBudgetBytes,
  });
  const onUnexpected = (where: string, thrown: unknown): void => {
    const code = (thrown as { code?: string }).code ?? '';
    if (['DiskFull', 'DatabaseLocked'].includes(code)) return;
    world.violate(`unexpected, ${where}: ${thrown instanceof Error ? thrown.stack : JSON.stringify(thrown)}`);
  };
  const indexes = createSimIndexes(world, life);
  const folderPort = createFolderPort(world, port, life);
  const common = {
    indexes,
    clock,
    random,
    folder: indexFolder,
    onUnexpected: (thrown: unknown) => onUnexpected('looking', thrown),
  };
  const nameIs = (name: string): Result<ReturnType<typeof connectionIdSchema.parse>> =>
    connectionNames.some((each) => each === name)
      ? ok(connectionIdSchema.parse(name))
      : err(appError('ConnectionNotFound', { name }));
  const rules = createRuleService({
    journal: weatheredJournal(world),
    transfers,
    opener,
    clock,
    random,
    pathRules,
    files,
    putStream: async ({ connectionId, bucket, key }, body) => {
      const opened = await opener.open(connectionId);
      if (!opened.ok) return opened;
      const server = serverOfConnection(world, connectionId);
      // Several objects of one name may go there; of a rule that was just removed nobody knows.
      const runs = runsIn(world, 'uploadStream').filter(({ event }) =>
        key.endsWith(`/s-${posix.basename(event.key ?? '')}`),
      );
      const writer: Writer = {
        ruleId: runs[0]?.ruleId ?? ruleIdSchema.parse('removed'),
        runIds: runs.map(({ id }) => id),
        isMove: false,
      };
      const { streams } = world.origins;
      const place = `${server.name} ${bucket}/${key}`;
      streams.set(place, [...(streams.get(place) ?? []), writer]);
      const sent = await opened.value.store.putStream(bucket, key, body, {});
      // What comes later is a transfer's again.
      const rest = (streams.get(place) ?? []).filter((each) => each !== writer);
      if (rest.length > 0) streams.set(place, rest);
      else streams.delete(place);
      return sent;
    },
    audit: () => Promise.resolve(ok()),
    compare: () => Promise.reject(new Error('no rule of the simulation is a mirror')),
    connections: { idOf: nameIs, nameOf: (id) => id },
    openBuckets: (take, onChanged) => createBucketPoller({ ...common, opener, take, onChanged }),
    openFolders: (take, onChanged) => createFolderWatcher({ ...common, ...folderPort, take, onChanged }),
    paused: {
      get: () => world.isAllPaused,
      set: (paused) => {
        world.isAllPaused = paused;
        return ok();
      },
    },
    emit: (event) => {
      if (event.type !== 'rules.notice') return;
      const id = `${event.ruleId} ${event.message}`;
      world.notices.set(id, (world.notices.get(id) ?? 0) + 1);
      world.trace.note(scheduler.nowMs(), `notice ${id}`);
    },
    onUnexpected,
  });
  return { life, rules, transfers, journal };
}

/** kill -9, or with `power` the whole machine: nothing is answered any more. */
export function killRuleLife(world: RuleWorld, { life, journal }: RuleLife, power: boolean): void {
  world.trace.note(world.scheduler.nowMs(), power ? 'power cut' : 'kill -9');
  life.dead = true;
  journal.breakOff();
  world.network.breakOff();
  world.origins.streams.clear();
  world.origins.watchers.clear();
  world.isCutting = true;
  if (power) world.disk.cutPower(world.dice.chance(0.5));
  world.isCutting = false;
}

/** As the engine ends when it is asked to. */
export async function quitRuleLife({ rules, transfers }: RuleLife): Promise<void> {
  rules.stop();
  await transfers.close();
  await rules.ended();
}
