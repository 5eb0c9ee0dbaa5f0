import { createConnectionOpener } from '../../main/s3/connection-opener.ts';
import type { OpenConnection } from '../../main/s3/open-connection.ts';
import { systemClock } from '../../main/system-clock.ts';
import { connectionIdSchema } from '../../shared/domain/ids.ts';
import { ok, type Result } from '../../shared/result.ts';

export type S3Address = {
  readonly endpointUrl: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

export const connectionId = connectionIdSchema.parse('conn-test');
export const otherServerId = connectionIdSchema.parse('conn-test-other');

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Opens the servers of a test, with one thread in each direction. `stallMs`: how long the SDK suffers silence. */
export function createTestOpener(
  addressOf: (connectionId: string) => S3Address,
  {
    restriction = null,
    stallMs,
  }: { restriction?: OpenConnection['restriction'] | undefined; stallMs?: number | undefined } = {},
): ReturnType<typeof createConnectionOpener> {
  return createConnectionOpener((id) => {
    const { endpointUrl, accessKeyId, secretAccessKey } = addressOf(id);
    return Promise.resolve(
      ok({
        id,
        name: 'Test',
        settings: {
          endpointUrl,
          region: null,
          pathStyle: true,
          tls: { verify: true },
          timeouts: stallMs === undefined ? {} : { idleMs: stallMs, patientIdleMs: stallMs },
        },
        credentials: () => Promise.resolve(ok({ accessKeyId, secretAccessKey })),
        restriction,
        downloadThreads: 1,
        uploadThreads: 1,
      }),
    );
  }, systemClock);
}
