import { expect } from 'vitest';
import type { JobId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { begin, file, start, world } from './world-steps.ts';

/** A world whose clock only the test moves, and servers in it that do not answer before they are cut off. */
export const stopGraceMs = 5_000;
export const cleanUpMs = 30_000;
export let clock: ManualClock;
/** Of the timers that give somebody so long, those that nobody has taken back. */
export let openGraces = 0;

/** As `begin`, on a clock of its own. */
export async function beginTimed(more: Parameters<typeof begin>[0] = {}): Promise<void> {
  openGraces = 0;
  const own = createManualClock();
  clock = own;
  await begin({
    ...more,
    clock: {
      nowMs: () => own.nowMs(),
      setTimer(delayMs, callback) {
        const isGrace = delayMs === stopGraceMs || delayMs === cleanUpMs;
        if (isGrace) openGraces += 1;
        const cancel = own.setTimer(delayMs, callback);
        return () => {
          cancel();
          if (isGrace) openGraces -= 1;
        };
      },
    },
  });
}

type Method =
  | 'completeMultipart'
  | 'abortMultipart'
  | 'copy'
  | 'remove'
  | 'listParts'
  | 'listPage'
  | 'listBuckets'
  | 'bucketLocation';

function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  const inRequest = args.map((each) => (each as { readonly signal?: unknown } | undefined)?.signal);
  return [...args, ...inRequest].find((each) => each instanceof AbortSignal);
}

/** The method does not answer until its signal comes; `act` is what the server makes of the request all the same. */
export function hang(method: Method, act: () => Promise<unknown> = async () => undefined) {
  const seen = { asked: false, times: 0, cut: false };
  const hanging = async (...args: unknown[]): Promise<Result<never>> => {
    seen.asked = true;
    seen.times += 1;
    await act();
    const signal = signalIn(args);
    if (signal?.aborted !== true)
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    seen.cut = true;
    return err(appError('Cancelled'));
  };
  world.on.store = { ...world.on.store, [method]: hanging };
  return seen;
}

/** An upload that waits for its completion, which does not come. */
export async function startHanging(): Promise<JobId> {
  file('/f', 'n'.repeat(40));
  const seen = hang('completeMultipart');
  const job = await start('upload', [{ file: '/f', key: 'f' }]);
  await expect.poll(() => seen.asked).toBe(true);
  return job;
}
