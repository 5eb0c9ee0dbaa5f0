import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdLock } from '../../main/db/lock.ts';

const lockModule = new URL('../../main/db/lock.ts', import.meta.url).href;
let folder: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-lock-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

/** Starts another process that takes the lock and keeps it; resolves with what holdLock told it. */
async function startHolder(): Promise<{ child: ChildProcess; said: string }> {
  const source = `
    const { holdLock } = await import(${JSON.stringify(lockModule)});
    const lock = holdLock(${JSON.stringify(folder)});
    console.log(lock.ok ? 'held' : lock.error.code);
    setInterval(() => globalThis.gc(), 5);
  `;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: line.toString().trim() };
}

it('gives the folder to one process, and to the next when that was killed', async () => {
  const first = await startHolder();
  expect(first.said).toBe('held');
  expect(holdLock(folder)).toMatchObject({
    ok: false,
    error: { code: 'EngineUnavailable', context: { path: folder } },
  });
  expect((await startHolder()).said).toBe('EngineUnavailable');

  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const lock = holdLock(folder);
  expect(lock.ok).toBe(true);
  expect((await startHolder()).said).toBe('EngineUnavailable');
  if (lock.ok) lock.value.release();
  expect((await startHolder()).said).toBe('held');
});

it('gives it once within a process too, makes the folder, and may be released twice', () => {
  const inner = join(folder, 'data');
  const lock = holdLock(inner);
  expect(statSync(inner).mode & 0o777).toBe(0o700);
  expect(holdLock(inner)).toMatchObject({ ok: false, error: { code: 'EngineUnavailable' } });
  if (lock.ok) {
    lock.value.release();
    lock.value.release();
  }
  const again = holdLock(inner);
  expect(again.ok).toBe(true);
  if (again.ok) again.value.release();
});
