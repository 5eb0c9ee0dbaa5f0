import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkAtEnd, readJournal } from '../kill/kill-check.ts';
import { describeRounds, runKillRounds } from '../kill/kill-rounds.ts';
import { runAndKill } from '../kill/kill-run.ts';
import { createKillWorld, type KillWorld, readFolder } from '../kill/kill-world.ts';
import { runBrigade } from '../servers/brigade.ts';
import { cephIsInstalled } from '../servers/ceph.ts';
import { databaseOf } from '../servers/journaled-parts.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';

/** The built command, killed with SIGKILL at any moment; `npm run kill` does many more of these rounds. */
test('[T1] [T5] [T10] [T16] [T25] [T60] killed in 12 rounds, nothing is lost, mixed or left', {
  timeout: 600_000,
}, async () => {
  const reports = await runKillRounds({
    rounds: 12,
    seed: 1000,
    lanes: 2,
    ceph: cephIsInstalled ? useSharedCeph : undefined,
  });
  console.log(describeRounds(reports).join('\n'));
  expect(reports.flatMap(({ plan, problems }) => problems.map((each) => `seed ${plan.seed}: ${each}`))).toEqual([]);
  expect(reports.flatMap(({ phases }) => phases).length).toBeGreaterThan(5);
});

function mountSmall(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
}
const grow = (folder: string): void => void spawnSync('mount', ['-o', 'remount,size=200m', folder]);
const unmount = (folder: string): void => void spawnSync('umount', ['-l', folder]);
/** Only root on Linux may make a disk that is soon full. */
const canMount = await (async () => {
  if (process.getuid?.() !== 0) return false;
  const folder = await mkdtemp(join(tmpdir(), 'brigade-mount-'));
  const mounted = mountSmall(folder, '1m');
  if (mounted) unmount(folder);
  await rm(folder, { recursive: true });
  return mounted;
})();

describe('killed, and something else is wrong too', () => {
  let world: KillWorld;
  let dataDir: string;
  beforeAll(async () => {
    world = await createKillWorld();
  });
  afterAll(() => world.close());
  const options = () => ({ dataDir, env: world.env });

  test.runIf(canMount)('[T14] [T15] the disk is full: it says so, and goes on when there is room', async () => {
    dataDir = await mkdtemp(join(world.work, 'data-'));
    const disk = join(world.work, 'small-disk');
    await mkdir(disk);
    expect(mountSmall(disk, '20m')).toBe(true);
    try {
      await mkdir(join(disk, 'to'));
      await writeFile(join(disk, 'to', 'zz-parted'), 'old');
      const command = ['cp', '-r', `s3://${world.bucket}/from/v0/tree`, `${join(disk, 'to')}/`];
      const killed = await runAndKill(
        command,
        options(),
        world.proxy,
        { type: 'afterShare', share: 0.5, delayMs: 0 },
        45,
      );
      const resumed = await runBrigade(['transfers', 'resume'], options());
      // A kill so early that nothing was journaled leaves nothing to resume.
      const failed = killed.killed && resumed.code === 0 ? await runBrigade(command, options()) : resumed;
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('DiskFull')]);
      const between = await readFolder(join(disk, 'to'));
      const whole = world.tree('download folder', 0);
      const wrong = [...between].filter(([name, hash]) => name !== 'zz-parted' && whole.get(name) !== hash);
      expect(wrong.filter(([name]) => !name.endsWith('.brigade-part'))).toEqual([]);

      grow(disk);
      for (const job of new Set(readJournal(dataDir).map(({ jobId }) => jobId))) {
        const again = await runBrigade(['transfers', 'retry', job], options());
        expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
      }
      expect(await readFolder(join(disk, 'to'))).toEqual(new Map(whole));
    } finally {
      unmount(disk);
    }
  });

  test.runIf(canMount)('[T1] the disk of the journal is full: nothing is touched, and it says so', async () => {
    dataDir = join(world.work, 'small-data');
    await mkdir(dataDir);
    expect(mountSmall(dataDir, '1m')).toBe(true);
    try {
      const command = await world.args('upload folder', 0);
      expect((await runBrigade(['transfers'], options())).code).toBe(0);
      spawnSync('dd', ['if=/dev/zero', `of=${join(dataDir, 'filler')}`, 'bs=4k']);
      const refused = await runBrigade(command, options());
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('DiskFull')]);
      expect(await world.read('upload folder')).toEqual(new Map());
      await rm(join(dataDir, 'filler'));
      grow(dataDir);
      const done = await runBrigade(command, options());
      expect([done.code, done.stderr]).toEqual([0, expect.any(String)]);
      const versions = { scenario: 'upload folder', old: null, new: world.tree('upload folder', 0) } as const;
      expect((await checkAtEnd(world, versions, dataDir, new Set(), false)).problems).toEqual([]);
    } finally {
      unmount(dataDir);
    }
  });

  test('[T60] somebody else holds the database: it says so, and the transfer goes on afterwards', async () => {
    dataDir = await mkdtemp(join(world.work, 'data-'));
    const command = await world.args('download one', 0);
    await runAndKill(command, options(), world.proxy, { type: 'afterFirstRequest', delayMs: 0 }, 5);
    const db = new Database(databaseOf(dataDir));
    db.exec('BEGIN EXCLUSIVE');
    const locked = await runBrigade(['transfers', 'resume'], options());
    db.exec('ROLLBACK');
    db.close();
    expect([locked.code, locked.stderr]).toEqual([1, expect.stringContaining('DatabaseLocked')]);
    expect((await runBrigade(['transfers', 'resume'], options())).code).toBe(0);
    const versions = { scenario: 'download one', old: null, new: world.tree('download one', 0) } as const;
    expect(await checkAtEnd(world, versions, dataDir, new Set(), true)).toEqual({ problems: [], emptyUploads: 0 });
  });
});
