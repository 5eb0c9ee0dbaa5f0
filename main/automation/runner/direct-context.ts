import type { ConnectionId } from '../../../shared/domain/ids.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import type { OpenConnection } from '../../s3/open-connection.ts';
import type { LocalFiles } from '../../transfers/files/local-files.ts';
import type { PlanContext } from './plan-transfer.ts';
import type { StepOutcome } from './step-outcome.ts';

export type StreamPorts = {
  readonly putStream: (
    place: {
      readonly connectionId: ConnectionId;
      readonly bucket: string;
      readonly key: string;
      readonly contentType?: string | undefined;
    },
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ) => Promise<Result<{ readonly sizeBytes: number }>>;
};

export type DirectPorts = StreamPorts & {
  readonly files: Pick<LocalFiles, 'stat' | 'remove' | 'realPath'>;
  /** Shown once; nobody hears whether somebody looked. */
  readonly notify: (notice: { readonly title: string; readonly message: string; readonly copy?: string }) => void;
  readonly audit: (line: AuditLine) => Promise<Result<void>>;
};

/** What a rule writes to the audit log by itself. `id`: the same line is written once. */
export type AuditLine = {
  readonly id: string;
  readonly ruleId: string;
  readonly action: string;
  readonly place: string | null;
  readonly message: string | null;
};

export type DirectContext = PlanContext & {
  readonly ports: DirectPorts;
  /** Of the action's own connection, or else the rule's. */
  readonly connection: OpenConnection;
  readonly open: (connectionId: string) => Promise<Result<OpenConnection>>;
  readonly signal: AbortSignal;
};

export function failed(error: AppError): StepOutcome {
  return { type: 'failed', error };
}

/** A bug, or what no table knows: it may be gone with the next try ([A45]). */
export function failedUnexpectedly(thrown: unknown, context: Parameters<typeof appError>[1] = {}): StepOutcome {
  return failed(appError('UnexpectedFailure', context, thrown, 'backoff'));
}

/** [A42] An object that is gone or another one has its own event, if any. */
export function asOutcome(error: AppError, isOfEvent: boolean): StepOutcome {
  const isGone = error.code === 'NoSuchKey' || error.code === 'SourceChanged' || error.code === 'FileNotFound';
  return isGone && isOfEvent ? { type: 'skipped', error } : failed(error);
}
