import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { type LoopReading, readDelays } from './event-loop-report.ts';

/**
 * Loaded with `--import` before the command, by the bench only: measures how late the main thread's event loop is, from one
 * message of the parent to the next, and answers each with a LoopReading. Threads load it too and are not measured.
 */
const resolutionMs = 1;

if (isMainThread && process.send !== undefined) {
  // The finest there is. Its timer wakes the process a thousand times a second: no run that is timed loads this.
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  let since = performance.eventLoopUtilization();
  histogram.enable();
  process.on('message', () => {
    const busyShare = performance.eventLoopUtilization(since).utilization;
    const reading: LoopReading = { ...readDelays(histogram, resolutionMs), busyShare };
    // What follows counts from the timer's next tick on: a delay within this millisecond would be lost.
    histogram.reset();
    since = performance.eventLoopUtilization();
    process.send?.(reading);
  });
  // Neither keeps the command from ending nor lets it outlive the bench.
  process.channel?.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
