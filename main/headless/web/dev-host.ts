import { request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Engine } from '../../engine-types.ts';
import { refuse } from './answers.ts';

/** `npm run dev` only (main/headless/dev.mjs): what it tells `brigade serve` through the environment. */
export type DevSettings = {
  /** Vite's server, where the window's files come from. */
  readonly serverUrl: URL;
  /** A folder whose contents go into a bucket of this computer's own S3 server. */
  readonly samplesFolder: string;
  /** Keeps the window's session over restarts of the engine. */
  readonly secret: string;
};

export function devSettings(env: Readonly<Record<string, string | undefined>>): DevSettings | null {
  const serverUrl = URL.parse(env['BRIGADE_DEV_SERVER'] ?? '');
  const [samplesFolder, secret] = [env['BRIGADE_DEV_SAMPLES'], env['BRIGADE_DEV_SECRET']];
  if (serverUrl === null || samplesFolder === undefined || secret === undefined) return null;
  return { serverUrl, samplesFolder, secret };
}

/** Passes requests for the window's files on to Vite, under a content policy that lets hot reload work. */
export function serveFilesFrom({
  serverUrl,
}: DevSettings): (request: IncomingMessage, response: ServerResponse) => void {
  const policy = [
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ws://${serverUrl.host} ${serverUrl.origin}`,
  ].join('; ');
  return (request, response) => {
    const headers = { ...request.headers, host: serverUrl.host };
    const passed = sendRequest(new URL(request.url ?? '/', serverUrl), { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'content-security-policy': policy });
      answer.pipe(response);
    });
    passed.on('error', () => refuse(response, 502, "Vite's server does not answer."));
    passed.end();
  };
}

const samplesBucket = 'samples';

/** The embedded S3 server with the samples in it; done once for each data folder. */
export async function putSamples(engine: Engine, { samplesFolder }: DevSettings): Promise<void> {
  const started = await engine.call('thisComputer.start', {});
  if (!started.ok) return;
  const connectionId = started.value.connection.id;
  const buckets = await engine.call('buckets.list', { connectionId });
  if (!buckets.ok || buckets.value.buckets.some(({ name }) => name === samplesBucket)) return;
  const made = await engine.call('buckets.create', { connectionId, bucket: samplesBucket });
  if (!made.ok) return;
  const items = [{ folder: samplesFolder, prefix: '' }];
  const request = { kind: 'upload', connectionId, conflict: 'overwrite', bucket: samplesBucket, items } as const;
  await engine.call('transfers.start', { request });
}
