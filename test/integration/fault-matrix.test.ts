import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { S3Address } from '../fakes/test-connection.ts';
import { cephIsInstalled } from '../servers/ceph.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import { isExpected } from './fault-matrix/expected.ts';
import { type FaultRow, faultRows } from './fault-matrix/fault-rows.ts';
import { type Cell, type MatrixSizes, runCell, startLane } from './fault-matrix/matrix-lane.ts';
import { operations } from './fault-matrix/operations.ts';

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
let root: string;

beforeAll(async () => {
  // Journals sync each step: in memory, a thousand jobs do not wait for a disk.
  root = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'brigade-matrix-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function runMatrix(
  server: S3Address,
  rows: readonly FaultRow[],
  { sizes, stallMs, lanes }: { sizes: MatrixSizes; stallMs: number; lanes: number },
) {
  const queue = rows.flatMap((row) => operations.map((operation) => ({ row, operation })));
  const cells = new Map<string, Cell>();
  const problems: string[] = [];
  const lane = async () => {
    let at = await startLane(server, root, sizes, stallMs);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { row, operation } = next;
      const name = `${row.name} | ${operation.name}`;
      const cell = await runCell(at, operation, row, `cell-${queue.length}`);
      cells.set(name, cell);
      for (const problem of cell.problems) problems.push(`${name}: ${problem}`);
      // What was kept back for a socket must not come out in a later cell.
      if (row.spoilsNext === true) {
        await at.close();
        at = await startLane(server, root, sizes, stallMs);
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
    const rows = faultRows.filter(({ name }) => name.includes(process.env['ROWS'] ?? ''));
    const { cells, problems } = await runMatrix(server, rows, { sizes: tiny, stallMs: 2000, lanes: 8 });
    await server.stop();
    await writeTable('local-s3', faultRows, cells);
    expect(problems).toEqual([]);
    expect(cells.size).toBe(faultRows.length * operations.length);
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
    expect(cells.size).toBe(rows.length * operations.length);
  });
});
