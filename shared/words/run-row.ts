import type { RunView } from '../domain/rule.ts';
import { describeError } from './describe-error.ts';

const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());

/** A run as `brigade rules history --json` prints it, and the window exports it: times as ISO 8601, sizes in bytes. Pure. */
export function runRow(run: RunView) {
  const { type, bucket, key, sizeBytes, etag, lastModified, path, versionId } = run.event;
  return {
    runId: run.id,
    ruleId: run.ruleId,
    event: {
      type,
      bucket,
      key,
      sizeBytes,
      etag,
      lastModified,
      ...(path === null ? {} : { path }),
      ...(versionId === null ? {} : { versionId }),
    },
    seenAt: iso(run.seenMs),
    startedAt: iso(run.startedMs ?? run.seenMs),
    endedAt: iso(run.endedMs),
    outcome: run.state,
    attempts: run.attempts,
    ...(run.error === undefined ? {} : { error: errorRow(run.error) }),
    steps: run.steps.map(({ action, state, detail, error, bytes }) => ({
      action,
      outcome: state,
      detail: detail ?? (error === undefined ? null : describeError(error).message),
      bytes,
    })),
  };
}

function errorRow(error: NonNullable<RunView['error']>) {
  const { message, fix } = describeError(error);
  return { code: error.code, message, fix };
}
