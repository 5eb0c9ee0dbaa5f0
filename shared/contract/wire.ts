import { z } from 'zod';

/**
 * Frames of the two socket transports (WebSocket of the web host, local socket as JSON lines). Electron's IPC carries
 * the same pieces as arguments on the channels below.
 */
export const requestFrameSchema = z.object({
  id: z.number().int().min(0),
  name: z.string().max(64),
  input: z.unknown(),
});
export type RequestFrame = z.infer<typeof requestFrameSchema>;

export const serverFrameSchema = z.union([
  /** `result` is a Result of the command's output. */
  z.object({ id: z.number().int(), result: z.unknown() }),
  z.object({ batch: z.unknown() }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;

export { ipcChannels, type PreloadBridge } from './preload-bridge.ts';

/**
 * Paths of the web host, all behind the session cookie. Dropped files go to a spool folder first: `POST /spool`
 * answers `{spoolId, folder}`, then each file is `PUT /spool/<spoolId>/<each path segment encodeURIComponent'd>`;
 * or, for an empty folder, without a body as `PUT …?folder`; or many small files as one `PUT /spool/<spoolId>?files`, each a line
 * of JSON (`spoolEntrySchema`) and then its bytes; `DELETE /spool/<spoolId>` gives a drop up before it is a job;
 * the upload request names paths below `folder` and says fromSpool. `GET /download?connectionId=&bucket=&key=` streams one
 * object through the browser as an attachment. `GET /preview/<previewId>/<any name>` answers with the bytes of an open preview, or with
 * the range of them that is asked for; the app's own protocol has that path too.
 */
export const webPaths = { socket: '/ws', spool: '/spool', download: '/download', preview: '/preview' } as const;

/** A file of a batch, at its path below the drop; null bytes for an empty folder. */
export const spoolEntrySchema = z.object({
  path: z.array(z.string().max(1024)).min(1).max(512),
  bytes: z.number().int().min(0).max(1_048_576).nullable(),
});
export type SpoolEntry = z.infer<typeof spoolEntrySchema>;

/** What goes into a batch: files up to `smallBytes`, together up to `batchBytes` and `batchFiles`. */
export const spoolLimits = { smallBytes: 262_144, batchBytes: 4_194_304, batchFiles: 500 } as const;
