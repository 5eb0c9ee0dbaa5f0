import { resolve } from 'node:path';
import type { FileId } from '../../shared/domain/ids.ts';
import type { TransferRequest } from '../../shared/domain/transfer.ts';
import type { OpenConnection } from '../s3/open-connection.ts';
import type { JobEnds } from './job-ends.ts';
import type { LiveJob } from './live-job.ts';
import { createMadeFolders } from './made-folders.ts';
import { waitsWhenOffline } from './offline.ts';
import type { AskedJob, ServerFacts, TransferPorts } from './running-job.ts';

/** Requests that one engine thread keeps in flight (interfaces.md). */
const requestsPerThread = 16;
const environmentThreads = 4;
/** Of a job that waits for the network anyway. */
const unreachableAttempts = 3;

export type RunDescriber = (
  job: LiveJob,
  ends: JobEnds,
  signal: AbortSignal,
  /** Bytes moved, or (`resumed`) had moved before; negative when they have to move again. */
  onBytes: (bytes: number, resumed: boolean) => void,
) => AskedJob;

/** What a job needs while it runs. What was learned about a server is kept for as long as its connection is open. */
export function createRunDescriber(ports: TransferPorts): RunDescriber {
  /** By the open connection: one that was edited may lead to another server. */
  const facts = new WeakMap<OpenConnection, ServerFacts>();
  const factsOf = (connection: OpenConnection): ServerFacts => {
    let known = facts.get(connection);
    if (!known) facts.set(connection, (known = { checksums: 'unknown', conditions: 'unknown' }));
    return known;
  };

  return (job, { connection, target, relays, oneServer }, signal, onBytes) => {
    const { id, request } = job.record;
    const reads = connection.downloadThreads ?? environmentThreads;
    const writes = target.uploadThreads ?? environmentThreads;
    const threads = relays ? Math.min(reads, writes) : request.kind === 'download' ? reads : writes;
    const add = (fileId: FileId, bytes: number) => job.fileBytes.set(fileId, (job.fileBytes.get(fileId) ?? 0) + bytes);
    const { retryPolicy } = ports;
    return {
      id,
      request,
      ports: waitsWhenOffline(request) ? { ...ports, retryPolicy: { ...retryPolicy, unreachableAttempts } } : ports,
      connection,
      target: { connection: target, facts: factsOf(target) },
      relays,
      oneServer,
      folders: createMadeFolders(ports.files, chosenFolders(request)),
      maxInFlight: threads * requestsPerThread,
      signal,
      answerForAll: () => job.record.answerForAll,
      addBytes(fileId, bytes) {
        add(fileId, bytes);
        onBytes(bytes, false);
      },
      addResumedBytes(fileId, bytes) {
        add(fileId, bytes);
        onBytes(bytes, true);
      },
      resetBytes: (fileId) => job.fileBytes.delete(fileId),
    };
  };
}

/** Below which downloads stay, wherever links lead ([T73]). */
function chosenFolders(request: TransferRequest): readonly string[] {
  if (request.kind !== 'download') return [];
  return request.items.flatMap((item) => ('folder' in item ? [resolve(item.folder)] : []));
}
