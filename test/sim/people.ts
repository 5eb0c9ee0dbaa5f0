import type { TransferService } from '../../main/transfers/service.ts';
import { jobPriorities } from '../../shared/domain/transfer.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { localSource, localTarget, pickBytes, pickName, pickRequest, putForeign, sourcePrefix } from './scenario.ts';
import { buckets, journaledFiles, targetOf, endsOf, type World } from './world.ts';

/** Each does one thing, chosen by the seed, just now. The trace says what. */
export type Deed = { readonly name: string; readonly act: () => void };

/** What somebody at the window may do. `watch` is handed every promise: none may be rejected. */
export function userDeeds(
  world: World,
  service: () => TransferService | null,
  watch: (promise: Promise<unknown>) => void,
): readonly Deed[] {
  const { dice } = world;
  let lastRequest = 0;
  const withJob = (act: (service: TransferService, jobId: JobId) => Promise<unknown>) => () => {
    const running = service();
    const jobs = running?.list() ?? [];
    if (running !== null && jobs.length > 0) watch(act(running, dice.pick(jobs).id));
  };
  return [
    {
      name: 'start',
      act: () => {
        const running = service();
        if (running !== null) watch(running.start(pickRequest(world, (lastRequest += 1))));
      },
    },
    { name: 'pause', act: withJob((engine, jobId) => engine.pause(dice.chance(0.5) ? jobId : undefined)) },
    { name: 'resume', act: withJob((engine, jobId) => engine.resume(dice.chance(0.5) ? jobId : undefined)) },
    { name: 'cancel', act: withJob((engine, jobId) => engine.cancel(jobId)) },
    { name: 'retry', act: withJob((engine, jobId) => engine.retry(jobId)) },
    {
      name: 'again',
      act: withJob((engine, jobId) => engine.again(jobId, dice.chance(0.3) ? '/dst/other' : undefined)),
    },
    {
      name: 'clear',
      act: withJob((engine, jobId) => {
        world.isClearing = true;
        return engine.clear(dice.chance(0.8) ? jobId : undefined);
      }),
    },
    { name: 'priority', act: withJob((engine, jobId) => engine.setPriority(jobId, dice.pick(jobPriorities))) },
    { name: 'move', act: withJob((engine, jobId) => engine.move(jobId, dice.pick(['first', 'up', 'down']))) },
    { name: 'answer', act: () => answerOne(world, service(), watch) },
    {
      name: 'sign in',
      act: () => {
        for (const { account } of world.connections) account.needsSignIn = false;
        service()?.signedIn();
      },
    },
  ];
}

/** Answers one open question, if there is one. */
export function answerOne(
  { dice }: World,
  service: TransferService | null,
  watch: (promise: Promise<unknown>) => void,
): void {
  const asking = service?.list().filter(({ question }) => question !== undefined) ?? [];
  if (service === null || asking.length === 0) return;
  const { id, question } = dice.pick(asking);
  if (question === undefined) return;
  const answer = dice.pick(['overwrite', 'skip', 'keep-both'] as const);
  watch(service.answer(id, question.fileId, answer, dice.chance(0.4)));
}

/** What other programs, other people and servers do meanwhile. */
export function otherDeeds(world: World): readonly Deed[] {
  const { dice, disk, servers, connections } = world;
  const anyBucket = () => [dice.pick(servers), dice.pick(buckets)] as const;
  /** What a job reads or writes, most often something that is still to be done: elsewhere nobody meets. */
  const pickPlace = () => {
    const files = [...journaledFiles(world)];
    const open = files.filter(({ file }) => file.state === 'queued');
    const copied = open.filter(({ file }) => file.verification !== null);
    if (copied.length > 0 && dice.chance(0.5)) return dice.pick(copied);
    return files.length === 0 ? null : dice.pick(open.length > 0 && dice.chance(0.8) ? open : files);
  };
  /** Other bytes, of the same length as often as not. */
  const changed = (path: string) => {
    const there = disk.names.get(path);
    return there !== undefined && dice.chance(0.5) ? dice.bytes(there.bytes.length) : pickBytes(dice);
  };
  return [
    {
      name: 'change a source',
      act: () => {
        const place = pickPlace();
        if (place === null) return;
        const { source } = endsOf(world, place.job);
        const path = place.file.source;
        // The spool is the engine's own: nobody puts something there again that it has removed.
        const isRemoved = world.spooled.has(path) && !disk.names.has(path);
        if (source !== null) putForeign(world, source.server, source.bucket, path);
        else if (!isRemoved && disk.names.get(path)?.type !== 'folder') disk.put(path, changed(path), dice.chance(0.6));
      },
    },
    {
      name: 'delete a source',
      act: () => {
        const place = pickPlace();
        if (place === null) return;
        const { source } = endsOf(world, place.job);
        if (source !== null) source.server.removeByOther(source.bucket, place.file.source);
        else disk.takeAway(place.file.source);
      },
    },
    { name: 'new file', act: () => disk.put(`${localSource}/${pickName(dice)}`, pickBytes(dice), false) },
    {
      name: 'new object',
      act: () => {
        const [server, bucket] = anyBucket();
        putForeign(world, server, bucket, sourcePrefix + pickName(dice));
      },
    },
    {
      name: 'put at target',
      act: () => {
        const place = pickPlace();
        if (place === null) return;
        const { target } = endsOf(world, place.job);
        const path = targetOf(place.file);
        if (target !== null) putForeign(world, target.server, target.bucket, path);
        else if (disk.names.get(path)?.type !== 'folder') disk.put(path, pickBytes(dice), dice.chance(0.3));
      },
    },
    {
      name: 'delete target',
      act: () => {
        const place = pickPlace();
        if (place === null) return;
        const { target } = endsOf(world, place.job);
        if (target === null) disk.takeAway(targetOf(place.file));
        else target.server.removeByOther(target.bucket, targetOf(place.file));
      },
    },
    {
      name: 'spoil an upload',
      act: () => {
        const [server, bucket] = anyBucket();
        const uploads = [...(server.buckets.get(bucket)?.uploads.values() ?? [])];
        if (uploads.length === 0) return;
        const { uploadId, parts } = dice.pick(uploads);
        const numbers = [...parts.keys()];
        server.spoilUpload(bucket, uploadId, numbers.length > 0 && dice.chance(0.6) ? dice.pick(numbers) : null);
      },
    },
    {
      name: 'replace an upload',
      act: () => {
        const begun = [...journaledFiles(world)].filter(
          ({ file }) => file.uploadId !== null && file.state === 'queued',
        );
        if (begun.length === 0) return;
        const { job, file } = dice.pick(begun);
        const { target } = endsOf(world, job);
        if (target === null || file.uploadId === null) return;
        target.server.spoilUpload(target.bucket, file.uploadId, null);
        target.server.putByOther(target.bucket, targetOf(file), dice.bytes(file.fingerprint.sizeBytes), {});
      },
    },
    {
      name: 'delete a download',
      act: () => {
        const temps = [...disk.names.keys()].filter((path) => path.startsWith(localTarget) && path.endsWith('-part'));
        if (temps.length > 0) disk.takeAway(dice.pick(temps));
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
  ];
}
