import { mkdtemp, open, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { connectLocalSocket } from '../../main/ipc/local-socket-client.ts';
import { localSocketPath } from '../../main/ipc/local-socket-path.ts';
import { serveBrigade } from '../servers/brigade.ts';
import { debianChromium } from '../servers/chromium.ts';
import { startEndlessS3 } from './endless-s3.ts';
import { installMeter, measure, type Phase, processMemory, rendererMemory, round } from './frame-meter.ts';

/**
 * `npm run bench:window -- [--rows 1000000] [--transfers 200] [--pictures folder]`: the built window in headless Chromium
 * on a listing of that many keys, with so many uploads running; prints figures as JSON, what it is doing on stderr.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    transfers: { type: 'string', default: '0' },
    pictures: { type: 'string' },
  },
});
const rows = Number(values.rows);
const transfers = Number(values.transfers);
/** However it goes, it ends. */
const longestMs = 10 * 60_000;
/** Rather the whole browser than the shell: frames are measured. */
const executablePath = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : debianChromium;
const say = (line: string) => process.stderr.write(`${line}\n`);

async function run(workFolder: string): Promise<object> {
  const s3 = await startEndlessS3(rows, 20_000);
  const brigade = await serveBrigade({ dataDir: join(workFolder, 'data'), env: { HOME: workFolder } });
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    // Scroll bars are pulled here.
    ignoreDefaultArgs: ['--hide-scrollbars'],
    args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'],
  });
  const engine = await connectEngine(join(workFolder, 'data'));
  try {
    const connection = {
      name: 'Readings',
      endpointUrl: s3.endpointUrl,
      pathStyle: true,
      region: 'us-east-1',
      auth: { type: 'accessKey', accessKeyId: 'BENCH', secretAccessKey: 'not-a-secret' },
    } as const;
    const added = await engine.call('connections.add', { connection });
    if (!added.ok) throw new Error(`The connection was refused: ${JSON.stringify(added.error)}`);
    const connectionId = added.value.connection.id;

    if (transfers > 0) {
      say(`Starting ${transfers} uploads …`);
      const file = join(workFolder, 'upload.bin');
      const handle = await open(file, 'w');
      await handle.truncate(6_000_000);
      await handle.close();
      for (let index = 0; index < transfers; index += 1) {
        const request = {
          kind: 'upload',
          connectionId,
          conflict: 'overwrite',
          bucket: s3.bucket,
          items: [{ file, key: `uploads/${index}.bin` }],
        };
        const started = await engine.call('transfers.start', { request: request as never });
        if (!started.ok) throw new Error(`An upload did not start: ${JSON.stringify(started.error)}`);
      }
    }

    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await installMeter(page);
    const figures = await story(page, brigade.url, s3.bucket);
    const jobs = await engine.call('transfers.list', {});
    return {
      machine: {
        cpu: cpus()[0]?.model,
        cores: cpus().length,
        memoryGb: round(totalmem() / 1e9),
        node: process.version,
      },
      browser: `Chromium ${browser.version()}, headless (draws in software)`,
      rows,
      transfers: jobs.ok ? countBy(jobs.value.jobs.map(({ state }) => state)) : {},
      ...figures,
      engineMemory: await processMemory(brigade.pid),
    };
  } finally {
    await engine.close();
    await browser.close();
    await s3.close();
    await brigade.stop();
  }
}

async function story(page: Page, url: string, bucket: string): Promise<object> {
  const phases: Phase[] = [];
  const phase = async (name: string, work: () => Promise<void>) => {
    const done = await measure(page, name, work);
    say(`${name}: ${done.framesPerSecond} frames/s, p95 ${done.interactionP95Ms} ms`);
    phases.push(done);
    if (values.pictures) await page.screenshot({ path: join(values.pictures, `${phases.length} ${name}.png`) });
  };
  const grid = page.getByRole('grid').first();
  const row = (index: number) => page.locator(`[data-row-index="${index}"]`).first();
  const listed = () =>
    page.waitForFunction(
      (most) => Number(document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount')) > most,
      rows,
      {
        timeout: longestMs / 2,
        polling: 200,
      },
    );

  const openedMs = performance.now();
  await page.goto(url);
  await page.getByRole('navigation').or(page.getByRole('grid')).or(page.getByRole('main')).first().waitFor();
  const windowOpenMs = performance.now() - openedMs;
  const inBuckets = grid.getByText(bucket, { exact: true });
  const inSidebar = page.getByText('Readings', { exact: true }).first();
  await inBuckets.or(inSidebar).first().waitFor();
  if (!(await inBuckets.isVisible())) await inSidebar.click();
  await inBuckets.waitFor();

  const listedFromMs = performance.now();
  await inBuckets.dblclick();
  await grid.getByText('reading-00000000.json').waitFor();
  const firstRowsMs = performance.now() - listedFromMs;
  const box = await grid.boundingBox();
  if (!box) throw new Error('The list is not to be seen.');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const wheel = async (seconds: number, deltaPx: number) => {
    await page.mouse.move(middle.x, middle.y);
    for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs; ) {
      await page.mouse.wheel(0, deltaPx);
      await sleep(12);
    }
  };
  await phase('wheel while listing', () => wheel(5, 240));
  await row(0).waitFor({ state: 'attached' });
  await phase('arrow keys while listing', () => holdKey(page, 'ArrowDown', 4));
  say('Waiting for the listing to be complete …');
  await listed();
  const listingCompleteMs = performance.now() - listedFromMs;

  await page.keyboard.press('Home');
  await phase('wheel', () => wheel(5, 240));
  await phase('wheel fast', () => wheel(5, 3000));
  await phase('scroll bar', () => pullScrollBar(page, box));
  await grid.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight * 0.4));
  await sleep(500);
  await grid.click({ position: { x: box.width / 3, y: box.height / 2 } });
  await phase('arrow keys', () => holdKey(page, 'ArrowDown', 5));
  await phase('page keys', () => holdKey(page, 'PageDown', 3));
  await phase('home and end', async () => {
    for (const key of ['End', 'Home', 'End', 'Home', 'End', 'Home']) {
      await page.keyboard.press(key);
      await sleep(300);
    }
  });
  await phase('selecting', async () => {
    for (const [index, keys] of [
      [2, []],
      [5, ['Shift']],
      [8, ['Control']],
      [11, ['Control']],
    ] as const) {
      await row(index).click({ modifiers: [...keys] });
      await sleep(150);
    }
    await page.keyboard.press('Control+a');
    await sleep(400);
    await page.keyboard.press('Escape');
    await sleep(200);
  });
  await phase('filter', async () => {
    const field = page.getByRole('searchbox').first();
    await field.click();
    await page.keyboard.type('00012', { delay: 150 });
    await sleep(1500);
    await field.fill('');
    await sleep(1500);
  });
  await phase('sort', async () => {
    for (const name of ['Size', 'Size', 'Name']) {
      await page.getByRole('columnheader', { name }).getByRole('button').click();
      await sleep(2500);
    }
  });
  await sleep(1000);
  return {
    windowOpenMs: round(windowOpenMs),
    firstRowsMs: round(firstRowsMs),
    listingCompleteMs: round(listingCompleteMs),
    allInteractions: worst(phases),
    phases,
    rendererMemory: await rendererMemory(page),
  };
}

/** As a held key repeats: some 30 times a second. */
async function holdKey(page: Page, key: string, seconds: number): Promise<void> {
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs; ) {
    await page.keyboard.down(key);
    await sleep(30);
  }
  await page.keyboard.up(key);
}

async function pullScrollBar(page: Page, box: { x: number; y: number; width: number; height: number }): Promise<void> {
  const x = box.x + box.width - 6;
  const top = await page.evaluate(() => {
    const scroller = document.querySelector('[role="grid"]');
    if (!scroller) return 0;
    scroller.scrollTop = 0;
    return scroller.clientHeight;
  });
  await sleep(200);
  await page.mouse.move(x, box.y + 20);
  await page.mouse.down();
  for (let step = 0; step <= 200; step += 1) {
    await page.mouse.move(x, box.y + 20 + (step * (top - 40)) / 200);
    await sleep(20);
  }
  await page.mouse.up();
}

function worst(phases: readonly Phase[]): object {
  return {
    leastFramesPerSecond: Math.min(...phases.map(({ framesPerSecond }) => framesPerSecond)),
    worstP95Ms: Math.max(...phases.map(({ interactionP95Ms }) => interactionP95Ms)),
  };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function connectEngine(dataDir: string) {
  const path = await localSocketPath(dataDir);
  if (!path.ok) throw new Error('The data folder has no socket.');
  const engine = await connectLocalSocket(path.value);
  if (!engine.ok) throw new Error(`No way to the engine: ${JSON.stringify(engine.error)}`);
  return engine.value;
}

const workFolder = await mkdtemp(join(tmpdir(), 'brigade-bench-'));
const timer = setTimeout(() => {
  say('It took too long.');
  process.exit(1);
}, longestMs);
try {
  process.stdout.write(`${JSON.stringify(await run(workFolder), null, 2)}\n`);
} finally {
  clearTimeout(timer);
  await rm(workFolder, { recursive: true, force: true, maxRetries: 5 });
}
