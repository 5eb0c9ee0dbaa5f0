import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type LocalS3, type LocalS3Options, startLocalS3 } from '../../main/local-s3/start.ts';

/** The keys of every local S3 in the tests. */
export const testKeys = {
  accessKeyId: 'BRIGADETESTKEY000001',
  secretAccessKey: 'test/secret+key/for/local+s3/0123456789AB',
};

export type TestLocalS3 = LocalS3 &
  typeof testKeys & {
    readonly folder: string;
    /** What the server heard and the client did not (see LocalS3Options.onError). */
    readonly errors: readonly unknown[];
    /** Throws when there was one. */
    assertNoErrors(): void;
    /** Closes the server and, unless a folder was given, removes its folder. */
    stop(): Promise<void>;
  };

/** A local S3 on a folder of its own, which dies with it; without fsync unless `durable` is asked for. */
export async function startTestLocalS3(options: Partial<LocalS3Options> = {}): Promise<TestLocalS3> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'brigade-local-s3-')));
  const errors: unknown[] = [];
  const started = await startLocalS3({
    durable: false,
    ...testKeys,
    onError: (thrown) => errors.push(thrown),
    ...options,
    folder,
  });
  if (!started.ok) throw new Error(`local-s3 did not start: ${started.error.code} ${started.error.cause ?? ''}`);
  const server = started.value;
  return {
    ...server,
    ...testKeys,
    folder,
    errors,
    assertNoErrors: () => {
      if (errors.length > 0) throw new AggregateError(errors, 'local-s3 failed inside');
    },
    stop: async () => {
      await server.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `node test/servers/local-s3.ts [folder] [port]`: says where it listens and which keys it takes, on one line of JSON. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , folder, port] = process.argv;
  const server = await startTestLocalS3({
    durable: true,
    ...(folder === undefined ? {} : { folder }),
    ...(port === undefined ? {} : { port: Number(port) }),
    onError: (thrown) => console.error(thrown),
  });
  console.log(JSON.stringify({ endpointUrl: server.endpointUrl, folder: server.folder, ...testKeys }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
}
