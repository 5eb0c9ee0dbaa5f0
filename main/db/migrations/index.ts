// Only a reference brings the `?raw` declaration into every program that imports this.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="../sql.d.ts" />
import connections from './01-connections.sql?raw';
import transfers from './02-transfers.sql?raw';
import verifiedTransfers from './03-verified-transfers.sql?raw';
import cachedCredentials from './04-cached-credentials.sql?raw';
import transferOrder from './05-transfer-order.sql?raw';
import uploadTraces from './06-upload-traces.sql?raw';
import writeBegun from './07-write-begun.sql?raw';
import longJobs from './08-long-jobs.sql?raw';
import automation from './09-automation.sql?raw';

export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

/**
 * Every step from an empty file to the present schema, in order; `version` is the number the file has afterwards
 * (PRAGMA user_version). A step that was released is never edited: add the next one.
 */
export const migrations: readonly Migration[] = [
  { version: 1, name: '01-connections', sql: connections },
  { version: 2, name: '02-transfers', sql: transfers },
  { version: 3, name: '03-verified-transfers', sql: verifiedTransfers },
  { version: 4, name: '04-cached-credentials', sql: cachedCredentials },
  { version: 5, name: '05-transfer-order', sql: transferOrder },
  { version: 6, name: '06-upload-traces', sql: uploadTraces },
  { version: 7, name: '07-write-begun', sql: writeBegun },
  { version: 8, name: '08-long-jobs', sql: longJobs },
  { version: 9, name: '09-automation', sql: automation },
];
