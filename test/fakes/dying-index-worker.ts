import { parentPort } from 'node:worker_threads';
import '../../main/automation/index/index-worker.ts';
import type { ToIndexes } from '../../main/automation/index/index-protocol.ts';

/** The thread of the indexes, which dies of a row with this key, after having taken it. */
parentPort?.on('message', (message: ToIndexes) => {
  if ('rows' in message && message.rows.some(({ key }) => key === 'deadly')) process.exit(1);
});
