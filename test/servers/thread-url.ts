import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectDir } from './brigade.ts';

/** Name of the variable under which a test run's processes find the folder of what buildThreadFiles has built. */
export const threadFolderVariable = 'BRIGADE_TEST_THREADS';
export const threadSources = {
  'transfer-worker': 'main/transfers/workers/worker-entry.ts',
  'list-worker': 'main/s3/data-plane/listing/list-worker.ts',
} as const;

/** Where nothing was built, Node reads the TypeScript source. */
function urlOf(name: keyof typeof threadSources): URL {
  const folder = process.env[threadFolderVariable];
  return pathToFileURL(folder === undefined ? join(projectDir, threadSources[name]) : join(folder, `${name}.mjs`));
}

export const transferWorkerUrl = urlOf('transfer-worker');
export const listWorkerUrl = urlOf('list-worker');

/** Always its TypeScript: SQLite is not found from where the others are built. */
export const indexWorkerUrl = pathToFileURL(join(projectDir, 'main/automation/index/index-worker.ts'));
