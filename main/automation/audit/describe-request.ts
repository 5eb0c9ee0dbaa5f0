import { endedJobStates, type JobView, type TransferRequest } from '../../../shared/domain/transfer.ts';
import type { AuditEntry } from './audit-line.ts';
import type { Told } from './describe-commands.ts';

/** A transfer as it begins. Pure. */
export function describeRequest(request: TransferRequest): Told {
  const ends = endsOf(request);
  const names = ends.map(([from]) => from);
  return {
    action: request.removeSource ? 'move' : request.kind,
    connectionId: request.connectionId,
    ...(request.kind === 'copy' ? { toConnectionId: request.toConnectionId } : {}),
    place: names[0],
    to: ends[0]?.[1],
    names,
  };
}

function endsOf(request: TransferRequest): [from: string, to: string][] {
  switch (request.kind) {
    case 'upload':
      return request.items.map((item) =>
        'file' in item
          ? [item.file, `${request.bucket}/${item.key}`]
          : [item.folder, `${request.bucket}/${item.prefix}`],
      );
    case 'download':
      return request.items.map((item) =>
        'key' in item
          ? [`${request.bucket}/${item.key}`, item.file]
          : [`${request.bucket}/${item.prefix}`, item.folder],
      );
    case 'copy':
      return request.items.map((item) =>
        'key' in item
          ? [`${request.bucket}/${item.key}`, `${request.toBucket}/${item.toKey}`]
          : [`${request.bucket}/${item.prefix}`, `${request.toBucket}/${item.toPrefix}`],
      );
  }
}

/** A transfer as it ends; null: it has not. One that ends again, after a retry, is another line. Pure. */
export function describeEnd(job: JobView): AuditEntry | null {
  const { state, endedMs, toConnectionId, toConnectionName = '' } = job;
  if (!endedJobStates.includes(state) || endedMs === null) return null;
  return {
    id: `job-${job.id}-${endedMs}`,
    actor: job.ruleId === undefined ? 'engine' : 'rule',
    action: job.removeSource ? 'move' : job.kind,
    outcome: state as 'done' | 'failed' | 'cancelled',
    connection: { id: job.connectionId, name: job.connectionName },
    ...(toConnectionId === undefined ? {} : { toConnection: { id: toConnectionId, name: toConnectionName } }),
    place: job.from,
    to: job.to,
    count: job.filesDone,
    ...(job.filesFailed === 0 ? {} : { failed: job.filesFailed }),
    bytes: job.bytesDone,
    error: job.error?.code,
    jobId: job.id,
    ruleId: job.ruleId,
  };
}
