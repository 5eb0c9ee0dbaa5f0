import type { FileId, JobId } from '../../shared/domain/ids.ts';
import { versionOf } from '../../main/transfers/fingerprint.ts';
import type { FileRecord, JobRecord } from '../../main/transfers/journal.ts';
import type { SimConnection } from './connections.ts';
import type { Dice } from './dice.ts';
import { createDisk, type Disk } from './disk.ts';
import { emptyJournal, type JournalState } from './journal.ts';
import { createNetwork, type Network } from './network.ts';
import { createScheduler, type Life, type Scheduler } from './scheduler.ts';
import { createServer, type SimServer } from './server.ts';
import { pickProfile } from './server-profiles.ts';
import { createSky, type Sky } from './sky.ts';
import type { Trace } from './trace.ts';
import { pickWeather } from './weather.ts';

/** Everything that outlives the engine, and what is known of it for the checks. */
export type World = {
  readonly dice: Dice;
  readonly trace: Trace;
  readonly scheduler: Scheduler;
  readonly sky: Sky;
  readonly disk: Disk;
  readonly network: Network;
  readonly servers: readonly SimServer[];
  readonly connections: readonly SimConnection[];
  readonly journal: JournalState;
  /** Threads of every connection: sixteen requests in flight for each ([T40]). */
  readonly threads: number;
  /** What requests may hold in memory together ([T41]). */
  readonly memoryBudgetBytes: number;
  /** The first rule that was broken; null as long as none is. */
  violation: string | null;
  violate(what: string): void;
  /** The step in which a job was journaled. */
  readonly jobBornStep: Map<JobId, number>;
  /** The life that runs now, and the step in which it began. */
  life: Life;
  lifeBornStep: number;
  /** Uploads that were in the journal, and files in the spool that a job was made of: none may be left in the end. */
  readonly journaledUploads: Set<string>;
  readonly spooled: Set<string>;
  /** Files whose removal the disk refused when their job was cleared: nobody remembers them. */
  readonly lostFiles: Set<string>;
  /** How many files became done. */
  filesDone: number;
  /** Server, bucket and key of every object that a file was done with, also of jobs that are cleared by now. */
  readonly doneAt: Set<string>;
  /** Jobs are being cleared, or have been: what belongs to ended ones may go. */
  isClearing: boolean;
};

export const buckets = ['box', 'crate'] as const;

/** `startMs`: what the clocks say when it begins; some moment, where that makes no difference. */
export function createWorld(dice: Dice, trace: Trace, horizonMs: number, startMs?: number): World {
  const scheduler = createScheduler(dice, trace, startMs);
  const step = () => scheduler.steps;
  const sky = createSky(pickWeather(dice, scheduler.nowMs(), horizonMs), scheduler.nowMs);
  const servers = ['one', 'two'].map((name) => createServer(name, pickProfile(dice), step, scheduler.nowMs));
  for (const server of servers) for (const bucket of buckets) server.createBucket(bucket);
  const [one, two] = servers as [SimServer, SimServer];
  const alpha = { name: 'alpha', validFrom: 1, needsSignIn: false };
  const beta = { name: 'beta', validFrom: 1, needsSignIn: false };
  const region = dice.pick(['us-east-1', 'us-east-1', 'eu-west-1']);
  const skewMs = dice.chance(0.1) ? 3_600_000 : 0;
  const first: SimConnection = { id: 'conn-one', host: 'one.test', server: one, account: alpha, region, skewMs };
  const second: SimConnection = dice.pick([
    { ...first, id: 'conn-two', host: 'two.test', server: two, account: beta },
    { ...first, id: 'conn-two', host: 'two.test', server: two, account: beta },
    // Two ways to one server: another address, other keys, or the same in everything but the name.
    { ...first, id: 'conn-two', host: 'alias.test' },
    { ...first, id: 'conn-two', host: 'alias.test' },
    { ...first, id: 'conn-two', account: beta },
    { ...first, id: 'conn-two' },
  ]);
  return {
    dice,
    trace,
    scheduler,
    sky,
    disk: createDisk(dice, step, scheduler.nowMs),
    network: createNetwork(scheduler, dice, sky),
    servers,
    connections: [first, second],
    journal: emptyJournal(),
    threads: dice.pick([1, 1, 2]),
    memoryBudgetBytes: dice.pick([1, 3, 160]) * 1024 * 1024,
    violation: null,
    violate(what) {
      this.violation ??= `${what} (step ${scheduler.steps})`;
    },
    jobBornStep: new Map(),
    life: { number: 0, dead: false },
    lifeBornStep: 0,
    journaledUploads: new Set(),
    spooled: new Set(),
    lostFiles: new Set(),
    filesDone: 0,
    doneAt: new Set(),
    isClearing: false,
  };
}

export const serverOfConnection = ({ connections }: World, id: string): SimServer => {
  const connection = connections.find((each) => each.id === id);
  if (connection === undefined) throw new Error(`no connection ${id}`);
  return connection.server;
};

/** Where the objects of a job are read, and where it writes them; null for what is no object. */
export function endsOf(world: World, { request }: JobRecord) {
  const here = { server: serverOfConnection(world, request.connectionId), bucket: request.bucket };
  if (request.kind === 'upload') return { source: null, target: here };
  if (request.kind === 'download') return { source: here, target: null };
  const server = serverOfConnection(world, request.toConnectionId ?? request.connectionId);
  return { source: here, target: { server, bucket: request.toBucket } };
}

export type JournaledFile = { readonly job: JobRecord; readonly file: FileRecord };

export function* journaledFiles({ journal }: World): Generator<JournaledFile> {
  for (const file of journal.files.values()) {
    const job = journal.jobs.get(file.jobId);
    if (job !== undefined) yield { job, file };
  }
}

export const targetOf = ({ savedAs, target }: FileRecord): string => savedAs ?? target;

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a === b || Buffer.compare(a, b) === 0;

/** States of the source at any time since the job was journaled, the present one included. */
export function sourceVersions(
  world: World,
  { job, file }: JournaledFile,
): readonly { readonly bytes: Uint8Array; readonly bornStep: number; readonly goneStep: number | null }[] {
  const { source } = endsOf(world, job);
  const all =
    source === null ? world.disk.versionsOf(file.source) : source.server.versionsOf(source.bucket, file.source);
  const since = world.jobBornStep.get(job.id) ?? 0;
  // [T68] One that is pinned by its id is that, whatever came after it.
  const { versionId } = versionOf(file.fingerprint);
  if (versionId !== undefined) return all.filter((state) => 'versionId' in state && state.versionId === versionId);
  return all.filter(({ goneStep }) => goneStep === null || goneStep >= since);
}

export const describeFile = ({ job, file }: JournaledFile): string =>
  `${job.request.kind} ${job.id} ${file.source} -> ${targetOf(file)}`;

export type { FileId };
