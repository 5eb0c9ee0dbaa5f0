import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** In a process of its own: the engine's modules are loaded on a simulated file system (test/sim/load-hooks.ts). */
function simulate(...args: string[]): Promise<{ readonly code: number | string | null; readonly output: string }> {
  const command = fileURLToPath(new URL('../sim/command.ts', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? null), output: stdout + stderr }),
    );
  });
}

const timeoutMs = 1_800_000;

describe('the engine in a simulated world', () => {
  test('holds every rule on 5,000 seeds', { timeout: timeoutMs }, async () => {
    const { code, output } = await simulate('--seeds', '5000');
    expect(output).toMatch(/ 0 failed\n/);
    expect(code).toBe(0);
  });

  // `npm run sim -- --mutants` plants them all; these are found soon, and each would cost the suite a process more.
  const quick = [
    'a request is not tried again',
    'the CRCs of parts are not combined',
    'a file gets its name before its bytes are on the disk',
    'renewed credentials drop whoever else waits for them',
    'an upload that was begun is not noted',
    'If-None-Match is left off',
    'a temporary file is made before it is journaled',
    'a move deletes a file without looking at it',
    'memory is not given back to the gate',
    'a temporary file is not removed',
    'was there: new folders are lost by a power cut, with what is in them',
    'was there: the counts of a job are not those of its files',
  ];

  test('a dozen planted bugs are found within 2,000 seeds', { timeout: timeoutMs }, async () => {
    const { code, output } = await simulate('--mutants', ...quick.flatMap((name) => ['--mutant', name]));
    expect(output).not.toMatch(/MISSED/);
    expect(code).toBe(0);
  });
});
