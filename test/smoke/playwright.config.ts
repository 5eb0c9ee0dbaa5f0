import { dirname, resolve } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findElectron } from '../../main/app/find-electron.mjs';

const projectDir = resolve(import.meta.dirname, '../..');

/**
 * `npm run smoke:electron`: the shell's specs again, on the real binary, and what only that proves. Not part of `npm
 * test`: without a binary and a display there is nothing to run, which is said in one line and is a failure.
 */
if (process.env['SMOKE_ELECTRON_DIST'] === undefined) {
  const found = await findElectron(projectDir);
  if ('reason' in found) {
    process.stderr.write(`smoke:electron cannot run here. ${found.reason}\n`);
    process.exit(3);
  }
  if (found.path.startsWith(resolve(projectDir, 'test'))) {
    process.stderr.write('smoke:electron is for a real Electron; ELECTRON_OVERRIDE_DIST_PATH names the stand-in.\n');
    process.exit(3);
  }
  // Workers are started with this environment and read the configuration again.
  process.env['SMOKE_ELECTRON_DIST'] =
    process.platform === 'darwin' ? resolve(found.path, '../../../..') : dirname(found.path);
}

export default defineConfig({
  testDir: projectDir,
  testMatch: ['test/e2e/electron-*.spec.ts', 'test/smoke/**/*.spec.ts'],
  // The keyring of a machine cannot be told what to answer.
  grepInvert: /@scripted/,
  outputDir: resolve(projectDir, 'test-results/smoke'),
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list']],
});
