import { AppErrorException } from '../../../shared/errors.ts';
import { ok } from '../../../shared/result.ts';
import type { EngineStreams } from '../../engine-types.ts';
import { type AuditEntry, endedBy } from './audit-line.ts';
import type { RecorderDeps } from './record-commands.ts';

type Streams = Pick<EngineStreams, 'put' | 'get' | 'list'>;

/** [A50] The same streams; each leaves a line when it has ended. A listing changes nothing. */
export function recordStreams(streams: Streams, deps: RecorderDeps): Streams {
  const entryOf = (place: {
    connectionId: string;
    bucket: string;
    key: string;
  }): Omit<AuditEntry, 'action' | 'outcome'> => ({
    actor: deps.asker,
    connection: { id: place.connectionId, name: deps.connectionName(place.connectionId) ?? place.connectionId },
    place: `${place.bucket}/${place.key}`,
  });

  async function* noted(
    body: AsyncIterable<Uint8Array>,
    entry: Omit<AuditEntry, 'outcome'>,
  ): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    // Whoever reads may leave before the end.
    let end: Pick<AuditEntry, 'outcome' | 'error'> = { outcome: 'cancelled' };
    try {
      for await (const chunk of body) {
        bytes += chunk.byteLength;
        yield chunk;
      }
      end = { outcome: 'done' };
    } catch (thrown) {
      end =
        thrown instanceof AppErrorException ? endedBy(thrown.error) : { outcome: 'failed', error: 'UnexpectedFailure' };
      throw thrown;
    } finally {
      deps.note({ ...entry, ...end, bytes });
    }
  }

  return {
    list: (place, signal) => streams.list(place, signal),
    async put(place, body, signal) {
      const stored = await streams.put(place, body, signal);
      const end = stored.ok ? { outcome: 'done' as const, bytes: stored.value.sizeBytes } : endedBy(stored.error);
      deps.note({ ...entryOf(place), action: 'upload', ...end });
      return stored;
    },
    async get(place, signal) {
      const got = await streams.get(place, signal);
      const entry = { ...entryOf(place), action: 'download' };
      if (got.ok) return ok({ ...got.value, body: noted(got.value.body, entry) });
      deps.note({ ...entry, ...endedBy(got.error) });
      return got;
    },
  };
}
