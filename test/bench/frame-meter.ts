import { readFile } from 'node:fs/promises';
import type { Browser, CDPSession, Page } from 'playwright';

/** What was measured while something was done in the window. Times in milliseconds unless named otherwise. */
export type Phase = {
  readonly name: string;
  readonly seconds: number;
  /** Main thread: callbacks of requestAnimationFrame. */
  readonly framesPerSecond: number;
  /** Refreshes of 60 a second in which the main thread had no turn. */
  readonly missedFrames: number;
  readonly longestFrameMs: number;
  /** Compositor: frames drawn and dropped as Chromium's tracing has them. */
  readonly drawnFrames: number;
  readonly droppedFrames: number;
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** Keys and clicks: from the event to the next frame, by the Event Timing API (which rounds to 8 ms). */
  readonly interactions: number;
  readonly interactionP50Ms: number;
  readonly interactionP95Ms: number;
  readonly interactionMostMs: number;
};

type Recorded = {
  readonly frames: number[];
  readonly tasks: number[];
  readonly events: { readonly name: string; readonly durationMs: number }[];
  readonly counts: Record<string, number>;
};

const interactionNames = ['keydown', 'pointerdown', 'pointerup', 'click'];

/** Runs in the page, before the window's own code. */
export function recordFrames(names: string[]): void {
  const meter: { frames: number[]; tasks: number[]; events: { name: string; durationMs: number }[]; on: boolean } = {
    frames: [],
    tasks: [],
    events: [],
    on: false,
  };
  const watch = (type: string, take: (entry: PerformanceEntry) => void, options: object = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, ...options });
  watch('longtask', (entry) => meter.on && meter.tasks.push(entry.duration));
  watch(
    'event',
    (entry) => {
      if (meter.on && names.includes(entry.name)) meter.events.push({ name: entry.name, durationMs: entry.duration });
    },
    { durationThreshold: 16 },
  );
  const counts = () => {
    const all = (performance as unknown as { eventCounts: Map<string, number> }).eventCounts;
    return Object.fromEntries(names.map((name) => [name, all.get(name) ?? 0]));
  };
  let before: Record<string, number> = {};
  const tick = (nowMs: number) => {
    if (!meter.on) return;
    meter.frames.push(nowMs);
    requestAnimationFrame(tick);
  };
  Object.assign(globalThis, {
    beginMeter: () => {
      Object.assign(meter, { frames: [], tasks: [], events: [], on: true });
      before = counts();
      requestAnimationFrame(tick);
    },
    endMeter: async () => {
      // The entry of the last event comes after its frame.
      await new Promise((resolve) => setTimeout(resolve, 300));
      meter.on = false;
      const now = counts();
      const { frames, tasks, events } = meter;
      return {
        frames,
        tasks,
        events,
        counts: Object.fromEntries(names.map((name) => [name, (now[name] ?? 0) - (before[name] ?? 0)])),
      };
    },
  });
}

export async function installMeter(page: Page): Promise<void> {
  await page.addInitScript(recordFrames, interactionNames);
}

/** Does `work` while frames, long tasks and interactions are recorded and Chromium traces its compositor. */
export async function measure(page: Page, name: string, work: () => Promise<void>): Promise<Phase> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser.');
  const endTrace = await beginTrace(browser);
  await page.evaluate('beginMeter()');
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1000;
  const recorded = await page.evaluate<Recorded>('endMeter()');
  const trace = await endTrace();
  return { name, ...summarize(recorded, seconds), ...trace };
}

/** Pure, but for the trace's part. */
function summarize(recorded: Recorded, seconds: number): Omit<Phase, 'name' | 'drawnFrames' | 'droppedFrames'> {
  const { frames, tasks, events, counts } = recorded;
  const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? at));
  const spanSeconds = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1000;
  // Faster than the API reports is below 16 ms: those count as 8.
  const interactions = Math.max(
    events.length,
    Object.values(counts).reduce((sum, count) => sum + count, 0),
  );
  const durations = [
    ...events.map(({ durationMs }) => durationMs),
    ...Array.from({ length: interactions - events.length }, () => 8),
  ].sort((a, b) => a - b);
  const quantile = (part: number) =>
    durations[Math.min(durations.length - 1, Math.floor(durations.length * part))] ?? 0;
  return {
    seconds: round(seconds),
    framesPerSecond: round(gaps.length / Math.max(spanSeconds, 0.001)),
    missedFrames: gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / (1000 / 60)) - 1), 0),
    longestFrameMs: round(Math.max(0, ...gaps)),
    longTasks: tasks.length,
    longestTaskMs: round(Math.max(0, ...tasks)),
    interactions,
    interactionP50Ms: quantile(0.5),
    interactionP95Ms: quantile(0.95),
    interactionMostMs: durations.at(-1) ?? 0,
  };
}

type TraceEvent = { readonly name: string };

async function beginTrace(browser: Browser): Promise<() => Promise<{ drawnFrames: number; droppedFrames: number }>> {
  const session = await browser.newBrowserCDPSession();
  const counts = { drawnFrames: 0, droppedFrames: 0 };
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const { name } of value as unknown as TraceEvent[]) {
      if (name === 'DrawFrame') counts.drawnFrames += 1;
      if (name === 'DroppedFrame') counts.droppedFrames += 1;
    }
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      recordMode: 'recordContinuously',
      includedCategories: ['disabled-by-default-devtools.timeline.frame', 'devtools.timeline.frame'],
      excludedCategories: ['*'],
    },
  });
  return async () => {
    const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
    await session.send('Tracing.end');
    await complete;
    await session.detach();
    return counts;
  };
}

export type Memory = { readonly heapMb: number; readonly residentMb: number; readonly privateMb: number };

/** Of the window's renderer: the JavaScript heap after a collection, and the process as the system sees it (Linux). */
export async function rendererMemory(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
  await session.detach();
  const { residentMb, privateMb } = await processMemory(await rendererPid(page));
  return { heapMb: round(heap / 1e6), residentMb, privateMb };
}

async function rendererPid(page: Page): Promise<number> {
  const browser = page.context().browser();
  const session: CDPSession | undefined = await browser?.newBrowserCDPSession();
  const info = await session?.send('SystemInfo.getProcessInfo');
  await session?.detach();
  const renderers = info?.processInfo.filter(({ type }) => type === 'renderer') ?? [];
  // Chromium keeps a spare renderer; the window's has worked most.
  return renderers.reduce((most, one) => (one.cpuTime > most.cpuTime ? one : most), { id: 0, cpuTime: -1 }).id;
}

/** `residentMb` includes what processes share; `privateMb` is what this one has for itself. */
export async function processMemory(pid: number): Promise<{ residentMb: number; privateMb: number }> {
  const status = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  const privateKb = kilobytes('Private_Clean') + kilobytes('Private_Dirty');
  return { residentMb: round((kilobytes('Rss') * 1024) / 1e6), privateMb: round((privateKb * 1024) / 1e6) };
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
