import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Step } from '../fakes/faulty-line.ts';
import type { S3Address } from '../fakes/test-connection.ts';
import { cephIsInstalled } from '../servers/ceph.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import { messageBytes } from '../fakes/wire-messages.ts';
import { isExpected } from './fault-matrix/expected.ts';
import { type FaultRow, faultRows } from './fault-matrix/fault-rows.ts';
import { type Cell, type LaneOptions, type MatrixSizes, runCell, startLane } from './fault-matrix/matrix-lane.ts';
import { type Operation, operations } from './fault-matrix/operations.ts';

/**
 * What goes wrong on the wire (rows) with what is done there (columns): each cell ends done, with exactly the right bytes, or
 * failed by name with the old target as it was; nothing is left over, requests are bounded, and the next one on the same
 * socket is not harmed. The table is written to test-results/fault-matrix-….md.
 */
const kibibyte = 1024;
const tiny: MatrixSizes = {
  partBytes: 2 * kibibyte,
  singleUploadBytes: 4 * kibibyte,
  singleDownloadBytes: 4 * kibibyte,
  small: 3000,
  big: 5000,
};
/** The least that Ceph takes. */
const fiveMebibytes: MatrixSizes = {
  partBytes: 5 * kibibyte * kibibyte,
  singleUploadBytes: 4 * kibibyte,
  singleDownloadBytes: 4 * kibibyte,
  small: 3000,
  big: 5 * kibibyte * kibibyte + 1500,
};
/**
 * Every third cell, on each day others: all of them take as long as half of the other tests together. `MATRIX=all`: all of
 * them.
 */
const third = process.env['MATRIX'] === 'all' ? null : Math.floor(Date.now() / 86_400_000) % 3;
const isDue = (cell: number): boolean => third === null || cell % 3 === third;
let root: string;

beforeAll(async () => {
  // Journals sync each step: in memory, a thousand jobs do not wait for a disk.
  root = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'brigade-matrix-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function runMatrix(
  server: S3Address,
  rows: readonly FaultRow[],
  { lanes, ...options }: LaneOptions & { readonly lanes: number },
) {
  const queue = rows.flatMap((row, rowIndex) =>
    operations.flatMap((operation, index) => (isDue(rowIndex + index) ? [{ row, operation }] : [])),
  );
  const cells = new Map<string, Cell>();
  const problems: string[] = [];
  const lane = async () => {
    let at = await startLane(server, root, options);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { row, operation } = next;
      const name = `${row.name} | ${operation.name}`;
      const cell = await runCell(at, operation, row, `cell-${queue.length}`);
      cells.set(name, cell);
      for (const problem of cell.problems) problems.push(`${name}: ${problem}`);
      // What was kept back for a socket must not come out in a later cell.
      if (row.spoilsNext === true) {
        await at.close();
        at = await startLane(server, root, options);
      }
      if (!isExpected(row, operation, cell.outcome)) problems.push(`${name}: ${cell.outcome}`);
    }
    await at.close();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { cells, problems };
}

async function writeTable(name: string, rows: readonly FaultRow[], cells: ReadonlyMap<string, Cell>): Promise<void> {
  const row = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const lines = rows.map((each) =>
    row([each.name, ...operations.map((operation) => cells.get(`${each.name} | ${operation.name}`)?.outcome ?? '')]),
  );
  const heads = ['fault', ...operations.map((operation) => operation.name)];
  await mkdir('test-results', { recursive: true });
  const table = [row(heads), row(heads.map(() => '---')), ...lines].join('\n');
  await writeFile(join('test-results', `fault-matrix-${name}.md`), `${table}\n`);
}

describe('[T3] [T6] [T7] [T11] [T15] [T62] [T63] whatever goes wrong on the wire', () => {
  test('before the local S3', { timeout: 600_000 }, async () => {
    const server = await startTestLocalS3({ minPartBytes: 1 });
    // Patient where nothing is silent on purpose: a busy machine is.
    const others = faultRows.filter(({ isSilent }) => isSilent !== true);
    const silent = faultRows.filter(({ isSilent }) => isSilent === true);
    const patient = await runMatrix(server, others, { sizes: tiny, stallMs: 20_000, lanes: 8 });
    const impatient = await runMatrix(server, silent, { sizes: tiny, stallMs: 2000, lanes: 8 });
    const cells = new Map([...patient.cells, ...impatient.cells]);
    const problems = [...patient.problems, ...impatient.problems];
    await server.stop();
    await writeTable('local-s3', faultRows, cells);
    expect(problems).toEqual([]);
    expect(cells.size).toBeGreaterThanOrEqual(Math.floor((faultRows.length * operations.length) / 3) - 1);
  });

  test.runIf(cephIsInstalled)('before Ceph', { timeout: 600_000 }, async () => {
    const rows = faultRows.filter(({ onCephToo }) => onCephToo === true);
    const { cells, problems } = await runMatrix(await useSharedCeph(), rows, {
      sizes: fiveMebibytes,
      stallMs: 10_000,
      lanes: 3,
    });
    await writeTable('ceph', rows, cells);
    expect(problems).toEqual([]);
    expect(cells.size).toBeGreaterThanOrEqual(Math.floor((rows.length * operations.length) / 3) - 1);
  });
});

describe('[T62] a kept-alive connection that was closed while nobody used it', () => {
  const dead = (how: 'reset' | 'fin'): FaultRow => ({ name: `gone: ${how}`, cutRequest: { at: () => 0, how } });
  const byWorkers = ['upload', 'part', 'download', 'range', 'relay from', 'relay to'];

  test.each(['reset', 'fin'] as const)('is replaced without counting as a try (%s)', async (how) => {
    const server = await startTestLocalS3({ minPartBytes: 1 });
    // One try: what is not made good below has failed.
    const once = { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 };
    const lane = await startLane(server, root, { sizes: tiny, stallMs: 60_000, retryPolicy: once });
    const outcomes: string[] = [];
    for (const operation of operations.filter(({ name }) => byWorkers.includes(name))) {
      // Leaves the connections that the next one finds.
      await operation.run(lane, `${operation.name}/before`);
      const { outcome, problems } = await runCell(lane, operation, dead(how), operation.name);
      outcomes.push([operation.name, outcome, ...problems].join(' '));
    }
    await lane.close();
    await server.stop();
    expect(outcomes).toEqual(byWorkers.map((name) => `${name} done checksum`));
  });
});

describe('[T63] slow is not silent', () => {
  const stallMs = 3000;
  const everyMs = 700;
  const pieces = 7;

  test('an answer that comes in pieces for longer than silence is suffered', async () => {
    const server = await startTestLocalS3({ minPartBytes: 1 });
    const slow: FaultRow = {
      name: 'slow answer',
      answer: (answer) => {
        const bytes = messageBytes(answer);
        const size = Math.ceil(bytes.length / pieces);
        return Array.from({ length: pieces }, (_, index): Step[] => [
          { type: 'pause', ms: everyMs },
          { type: 'send', bytes: bytes.subarray(index * size, (index + 1) * size) },
        ]).flat();
      },
    };
    const results = await Promise.all(
      operations.map(async (operation) => {
        const lane = await startLane(server, root, { sizes: tiny, stallMs });
        const { outcome, requests, problems } = await runCell(lane, operation, slow, 'slow');
        await lane.close();
        return { name: operation.name, isDone: outcome.startsWith('done'), requests, problems };
      }),
    );
    await server.stop();
    // A big object has two ranges after the first; a copy is looked at before and after, and so is what is deleted.
    const many: Readonly<Record<string, number>> = { range: 2, look: 4 };
    const once = operations.map(({ name }) => ({
      name,
      isDone: true,
      requests: many[name] ?? 1,
      problems: [],
    }));
    expect(results).toEqual(once);
  });

  test('a body that is taken slowly', async () => {
    const server = await startTestLocalS3();
    const mebibyte = kibibyte * kibibyte;
    // More than the buffers of two sockets hold.
    const sizes = { ...tiny, singleUploadBytes: 32 * mebibyte, small: 24 * mebibyte };
    const lane = await startLane(server, root, { sizes, stallMs });
    // Refused at the end: how long a server takes to keep it is not what this is about.
    const denied = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 40\r\n\r\n<Error><Code>AccessDenied</Code></Error>';
    const slow: FaultRow = {
      name: 'slow body',
      slowly: { bytes: 3 * mebibyte, everyMs },
      instead: () => [{ type: 'send', bytes: Buffer.from(denied) }],
    };
    const upload = operations.find(({ name }) => name === 'upload') as Operation;
    const cell = await runCell(lane, upload, slow, 'slow');
    await lane.close();
    await server.stop();
    expect(cell).toEqual({ outcome: 'failed AccessDenied', requests: 1, problems: [] });
  });
});
