import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** In a process of its own: the engine's modules are loaded on a simulated file system (test/sim/load-hooks.ts). */
function simulate(...args: string[]): Promise<{ readonly code: number | string | null; readonly output: string }> {
  const command = fileURLToPath(new URL('../sim/command.ts', import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, '--rules', ...args],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : (error.code ?? null), output: stdout + stderr }),
    );
  });
}

const timeoutMs = 1_800_000;

/** `npm run sim -- --rules` runs more of them, and `--mutants` plants bugs. */
describe('rules in a simulated world', () => {
  test('handle what they have seen once, on 120 seeds', { timeout: timeoutMs }, async () => {
    const { code, output } = await simulate('--seeds', '120');
    expect(output).toMatch(/ 0 failed\n/);
    expect(code).toBe(0);
  });

  // `npm run sim -- --rules --mutants` plants them all; these are found at once.
  const quick = [
    'changes are forgotten before they are taken',
    'a listing that fails counts as far as it went',
    'the id of a job is not journaled',
    'writes are not noted',
  ];

  test('a few planted bugs are found within 200 seeds', { timeout: timeoutMs }, async () => {
    const { code, output } = await simulate(
      '--mutants',
      '--seeds',
      '200',
      ...quick.flatMap((name) => ['--mutant', name]),
    );
    expect(output).not.toMatch(/MISSED/);
    expect(code).toBe(0);
  });
});
