import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { projectDir } from './brigade.ts';
import { threadFolderVariable, threadSources } from './thread-url.ts';

/**
 * Builds the worker threads' files for a test run: of TypeScript source each thread that starts takes three times as long, and
 * the tests start hundreds. Call it in the run's global setup; returns the teardown.
 */
export async function buildThreadFiles(): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'brigade-threads-'));
  const input = Object.fromEntries(
    Object.entries(threadSources).map(([name, source]) => [name, join(projectDir, source)]),
  );
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: { input, output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' } },
    },
  });
  process.env[threadFolderVariable] = outDir;
  return () => rm(outDir, { recursive: true, force: true });
}
