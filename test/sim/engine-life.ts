import { createTransferService, type TransferService } from '../../main/transfers/service.ts';
import { createSimOpener, createGatekeeper, isExpired } from './connections.ts';
import { useDisk } from './disk-in-use.ts';
import { createDiskPort, type DiskPort } from './disk-port.ts';
import { createNodeLocalFiles } from '../../main/transfers/files/node-local-files.ts';
import { type FileTasks, ownFileTasks } from '../../main/transfers/files/file-tasks.ts';
import { takeTurnsFrom } from './forbid-timers.ts';
import { createSimJournal, type SimJournal } from './journal.ts';
import { createSimObjectStore } from './object-store.ts';
import type { Placements } from './copies.ts';
import { partSizes, spoolFolder } from './scenario.ts';
import { createSimTransport, type FlightWatch } from './transport.ts';
import { watchFiles } from './watch-files.ts';
import { watchJournal } from './watch-journal.ts';
import { lookId, noteLook, type ObjectLooks, watchObjects } from './watch-objects.ts';
import type { World } from './world.ts';

/** One run of the engine, from its start to its end or its death. */
export type EngineLife = { readonly service: TransferService; readonly journal: SimJournal };

/** [T40] [T41] What requests hold and how many there are, whenever one begins. */
function watchFlights(world: World, runningJobs: () => number): FlightWatch {
  let count = 0;
  let memoryBytes = 0;
  return {
    begin(bytes) {
      count += 1;
      memoryBytes += bytes;
      const limit = world.threads * 16 * Math.max(1, runningJobs());
      if (count > limit) world.violate(`[T40] ${count} requests in flight, ${limit} at most`);
      if (memoryBytes > world.memoryBudgetBytes && memoryBytes > bytes)
        world.violate(`[T41] ${memoryBytes} bytes held, ${world.memoryBudgetBytes} at most`);
      return () => {
        count -= 1;
        memoryBytes -= bytes;
      };
    },
  };
}

/** Starts the engine on what there is. `placements` outlives it: what it has put where, for the checks. */
export function startEngine(world: World, placements: Placements): EngineLife {
  const { dice, disk, network, scheduler, sky, connections } = world;
  const life = { number: world.life.number + 1, dead: false };
  world.life = life;
  world.lifeBornStep = scheduler.steps;
  const clock = scheduler.clockOf(life);
  const looks: ObjectLooks = new Map();
  for (const server of world.servers) server.watchWith(watchObjects(world, server, looks, placements));
  const diskPort: DiskPort = createDiskPort({
    disk,
    scheduler,
    dice,
    sky,
    life,
    watch: watchFiles(world, placements, () => diskPort.looks),
  });
  useDisk(diskPort);
  const journal = createSimJournal({
    state: world.journal,
    scheduler,
    dice,
    sky,
    life,
    watch: watchJournal(world, placements),
  });
  const opener = createSimOpener({
    connections,
    scheduler,
    dice,
    life,
    threads: world.threads,
    violate: (what) => world.violate(what),
    storeOf: ({ server, host, account }, credentials) =>
      createSimObjectStore({
        server,
        host,
        network,
        life,
        clock,
        credentials,
        isExpired: (signing) => isExpired(account, signing),
        onLook: (bucket, key, seen) =>
          noteLook(looks, lookId(server.name, bucket, key), { step: scheduler.steps, atMs: scheduler.nowMs(), seen }),
      }),
  });
  const transport = createSimTransport({
    disk: diskPort,
    network,
    serverOf: ({ hostname, credentials }) => {
      const found = connections.find(
        ({ host, account }) => host === hostname && credentials.accessKeyId.startsWith(`${account.name}-`),
      );
      if (found === undefined) throw new Error(`no server at ${hostname}`);
      return found.server;
    },
    gatekeeper: createGatekeeper(connections, scheduler.nowMs),
    flights: watchFlights(
      world,
      () => [...world.journal.jobs.values()].filter(({ state }) => state === 'active').length,
    ),
    dice,
    sky,
    life,
  });
  /** The worker threads: what they are told comes there a little later. */
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
  const service = createTransferService({
    journal,
    opener,
    transport,
    files: createNodeLocalFiles(tasks),
    clock,
    random: { next: dice.next },
    pathRules: { platform: 'posix', foldsNames: false },
    spoolFolder,
    emit: () => undefined,
    partSizes,
    memoryBudgetBytes: world.memoryBudgetBytes,
  });
  return { service, journal };
}

/** kill -9, or with `power` the whole machine: nothing is answered any more. */
export function killEngine(world: World, { journal }: EngineLife, power: boolean): void {
  world.trace.note(world.scheduler.nowMs(), power ? 'power cut' : 'kill -9');
  world.life.dead = true;
  journal.breakOff();
  world.network.breakOff();
  if (power) world.disk.cutPower(world.dice.chance(0.5));
}
