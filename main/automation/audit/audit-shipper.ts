import type { AuditSettings } from '../../../shared/domain/audit.ts';
import type { Clock, Random } from '../../../shared/domain/clock.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { ConnectionOpener } from '../../s3/open-connection.ts';
import type { AuditJournal, AuditSegment } from './audit-journal.ts';
import { isSegmentKey, maxSegmentBytes, segmentKey } from './segment.ts';
import { writeSegment } from './write-segment.ts';

const firstRetryMs = 5000;
const maxRetryMs = 600_000;
/** [A53] So long an end waits for what is left. */
const lastShipMs = 5000;
/** Of one key, each by another object. */
const maxAttempts = 20;

export type AuditShipperDeps = {
  readonly journal: AuditJournal;
  readonly opener: ConnectionOpener;
  readonly clock: Clock;
  readonly random: Random;
  /** Whose lines they are, as a key has it. */
  readonly source: string;
  readonly settings: () => AuditSettings | null;
  /** Something was written, or could not be. */
  readonly onChanged: () => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
};

/** [A51] [A52] [A53] Writes lines to the bucket, a segment at a time, from `start` on. */
export function createAuditShipper(deps: AuditShipperDeps) {
  const { journal, opener, clock, settings } = deps;
  let state: 'idle' | 'on' | 'closed' = 'idle';
  let running: Promise<unknown> | null = null;
  let stopping = new AbortController();
  let failures = 0;
  let retryAtMs = 0;
  let problem: AppError | null = null;
  let cancelTimer = (): void => undefined;

  /** The segment to write now; null: there is none yet. */
  async function nextSegment(place: AuditSettings, isLast: boolean): Promise<Result<AuditSegment | null>> {
    const pending = journal.pending();
    if (pending !== null && isAt(place, pending)) return ok(pending);
    const { lines, oldestMs } = journal.waiting();
    if (oldestMs === null) return ok(null);
    // One that was cut for another place is cut anew: this one gets all lines from its first on.
    const isFull = isLast || pending !== null || lines >= place.maxLines;
    if (!isFull && untilOld(place, oldestMs) > 0) return ok(null);
    const next = journal.next(place.maxLines, maxSegmentBytes);
    if (next === null) return ok(null);
    const { connectionId, bucket } = place;
    const key = segmentKey(place, deps.source, next);
    const segment = { firstSeq: next.firstSeq, lastSeq: next.lastSeq, connectionId, bucket, key };
    const saved = await journal.cut(segment);
    return saved.ok ? ok(segment) : saved;
  }

  async function ship(place: AuditSettings, segment: AuditSegment, signal: AbortSignal): Promise<Result<void>> {
    const lines = journal.lines(segment);
    const connection = await opener.open(segment.connectionId);
    if (!connection.ok) return connection;
    let at = segment;
    for (let attempt = 1; ; attempt += 1) {
      const written = await writeSegment(connection.value.store, at, lines, signal);
      if (!written.ok) return written;
      if (written.value !== null) {
        const last = lines[written.value - 1];
        return journal.settle(at, last === undefined ? at.lastSeq : seqOf(last), clock.nowMs());
      }
      if (attempt >= maxAttempts) return err(appError('TargetExists', { key: at.key }));
      const first = lines[0];
      if (first === undefined) return journal.settle(at, at.lastSeq, clock.nowMs());
      const firstMs = Date.parse((JSON.parse(first) as { at: string }).at);
      at = { ...segment, key: segmentKey(place, deps.source, { firstSeq: segment.firstSeq, firstMs }, attempt + 1) };
      const saved = await journal.cut(at);
      if (!saved.ok) return saved;
    }
  }

  /** Writes what is due; false: it failed. */
  async function shipDue(isLast: boolean, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const place = settings();
      if (place === null || signal.aborted) return true;
      const segment = await nextSegment(place, isLast);
      if (segment.ok && segment.value === null) return true;
      const shipped = segment.ok && segment.value !== null ? await ship(place, segment.value, signal) : segment;
      if (!shipped.ok) {
        // Chosen anew or closed meanwhile: no problem of the server.
        if (signal.aborted) return true;
        failures += 1;
        retryAtMs = clock.nowMs() + retryPause(failures, shipped.error, deps.random);
        problem = shipped.error;
        deps.onChanged();
        return false;
      }
      failures = 0;
      problem = null;
      deps.onChanged();
    }
  }

  /** One at a time. */
  function run(): void {
    cancelTimer();
    if (state !== 'on' || running !== null) return;
    const { signal } = stopping;
    running = shipDue(false, signal)
      .catch((thrown: unknown) => {
        failures += 1;
        retryAtMs = clock.nowMs() + maxRetryMs;
        deps.onUnexpected('shipping the audit log', thrown);
      })
      .finally(() => {
        running = null;
        schedule();
      });
  }

  function schedule(): void {
    cancelTimer();
    const place = settings();
    if (state !== 'on' || running !== null || place === null) return;
    const { lines, oldestMs } = journal.waiting();
    if (oldestMs === null) return;
    const isFull = lines >= place.maxLines || journal.pending() !== null;
    const retryMs = failures > 0 ? Math.min(retryAtMs - clock.nowMs(), maxRetryMs) : 0;
    cancelTimer = clock.setTimer(Math.max(0, retryMs, isFull ? 0 : untilOld(place, oldestMs)), run);
  }

  /** A line of a time that has not come was written before the clock was set back: it is old enough. */
  function untilOld({ everySeconds }: AuditSettings, oldestMs: number): number {
    const nowMs = clock.nowMs();
    return oldestMs > nowMs ? 0 : oldestMs + everySeconds * 1000 - nowMs;
  }

  return {
    problem: () => problem,
    start(): void {
      if (state !== 'idle') return;
      state = 'on';
      schedule();
    },
    /** There is a new line. */
    noteLine(): void {
      schedule();
    },
    /** A connection may work now that did not. */
    retryNow(): void {
      if (failures === 0) return;
      retryAtMs = 0;
      schedule();
    },
    /** Another place: what was under way for the one before ends. */
    placeChanged(): void {
      failures = 0;
      problem = null;
      stopping.abort();
      stopping = new AbortController();
      schedule();
    },
    /** Ships what is left, for so long at most; what could not be written is written after the next start. */
    async close(): Promise<void> {
      const wasOn = state === 'on';
      state = 'closed';
      cancelTimer();
      if (!wasOn) return;
      const { signal } = stopping;
      const cancelEnd = clock.setTimer(lastShipMs, () => stopping.abort());
      const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      const last = async (): Promise<void> => {
        await running;
        await shipDue(true, signal);
      };
      const lastly = last().catch((thrown: unknown) => deps.onUnexpected('shipping the audit log', thrown));
      await Promise.race([lastly, ended]);
      cancelEnd();
      stopping.abort();
    },
  };
}

export type AuditShipper = ReturnType<typeof createAuditShipper>;

function isAt(place: AuditSettings, segment: AuditSegment): boolean {
  return (
    segment.connectionId === place.connectionId && segment.bucket === place.bucket && isSegmentKey(place, segment.key)
  );
}

function seqOf(line: string): number {
  return (JSON.parse(line) as { seq: number }).seq;
}

/** 5, 10, 20 … s, at most 10 minutes, by a tenth up or down, and not before a Retry-After. Pure but for chance. */
function retryPause(failures: number, error: AppError, random: Random): number {
  const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 20));
  const askedMs = Number(error.context['retryAfterSeconds'] ?? 0) * 1000;
  return Math.max(Math.round(delayMs * (0.9 + random.next() * 0.2)), Math.min(askedMs, maxRetryMs));
}
