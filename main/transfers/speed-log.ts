import type { EngineEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { SpeedSample, TransferRequest } from '../../shared/domain/transfer.ts';

const sampleMs = 1000;
const keptSamples = 120;

/** Bytes a second in both directions, once a second while anything runs: what the sparkline shows. */
export function createSpeedLog(clock: Clock, emit: (event: EngineEvent) => void, running: () => readonly unknown[]) {
  const samples: SpeedSample[] = [];
  let upBytes = 0;
  let downBytes = 0;
  let cancel: (() => void) | null = null;
  let closed = false;

  function sample(): void {
    cancel = null;
    const taken: SpeedSample = {
      atMs: clock.nowMs(),
      upBytesPerSecond: Math.max(0, upBytes),
      downBytesPerSecond: Math.max(0, downBytes),
    };
    upBytes = 0;
    downBytes = 0;
    samples.push(taken);
    if (samples.length > keptSamples) samples.shift();
    emit({ type: 'transfers.speed', sample: taken });
    if (running().length > 0) wake();
  }

  function wake(): void {
    if (!closed) cancel ??= clock.setTimer(sampleMs, sample);
  }

  return {
    wake,
    add(kind: TransferRequest['kind'], bytes: number): void {
      if (kind === 'download') downBytes += bytes;
      else upBytes += bytes;
      wake();
    },
    samples: (): readonly SpeedSample[] => [...samples],
    close(): void {
      closed = true;
      cancel?.();
    },
  };
}
