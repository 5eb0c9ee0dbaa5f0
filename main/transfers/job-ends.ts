import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { TransferRequest } from '../../shared/domain/transfer.ts';
import { ok, type Result } from '../../shared/result.ts';
import { type ConnectionOpener, type OpenConnection, serverAddress } from '../s3/open-connection.ts';

/** The servers a job goes between. */
export type JobEnds = {
  /** Of the request: where objects are read, or files go. */
  readonly connection: OpenConnection;
  /** Where objects are written; the same but for copies that come through this machine. */
  readonly target: OpenConnection;
  /** The bytes of a copy come through this machine: no server could copy them itself ([T26]). */
  readonly relays: boolean;
  /** A bucket of this name is the same bucket at both ends. */
  readonly oneServer: boolean;
  /** Of copies to another connection. */
  readonly toConnectionName: string | null;
};

/** What is known of a job before it is opened; the address is that of the server when it began. */
export type UnopenedJob = {
  readonly request: TransferRequest;
  readonly endpointUrl: string | null;
  readonly region: string | null;
};

export type FindEnvironment = (server: {
  readonly endpointUrl: string | null;
  readonly region: string | null;
}) => string | null;

/** The connection a copy goes to, when it is another one. Pure. */
export function otherConnectionOf(request: TransferRequest): ConnectionId | null {
  if (request.kind !== 'copy' || request.toConnectionId === undefined) return null;
  return request.toConnectionId === request.connectionId ? null : request.toConnectionId;
}

export type EndsOpener = (job: UnopenedJob) => Promise<Result<JobEnds>>;

/** Opens both ends of jobs. Between connections with the same keys to the same server, the server copies by itself. */
export function createEndsOpener(opener: ConnectionOpener, findEnvironment: FindEnvironment): EndsOpener {
  async function openConnection({ request, endpointUrl, region }: UnopenedJob): Promise<Result<OpenConnection>> {
    const opened = await opener.open(request.connectionId);
    if (opened.ok || !request.connectionId.startsWith('env-')) return opened;
    const other = findEnvironment({ endpointUrl, region });
    return other === null ? opened : opener.open(other);
  }

  return async (job) => {
    const { request } = job;
    const opened = await openConnection(job);
    if (!opened.ok) return opened;
    const connection = opened.value;
    const otherId = otherConnectionOf(request);
    if (request.kind !== 'copy' || otherId === null)
      return ok({ connection, target: connection, relays: false, oneServer: true, toConnectionName: null });
    const other = await opener.open(otherId);
    if (!other.ok) return other;
    const target = other.value;
    const oneServer = serverAddress(connection) === serverAddress(target);
    const isFree = connection.restriction === null && target.restriction === null;
    const byServer = oneServer && isFree && (await haveSameKeys(connection, target, request));
    const toConnectionName = target.name;
    return ok({ connection, target: byServer ? connection : target, relays: !byServer, oneServer, toConnectionName });
  };
}

async function haveSameKeys(
  a: OpenConnection,
  b: OpenConnection,
  request: { readonly bucket: string; readonly toBucket: string },
): Promise<boolean> {
  const [one, other] = await Promise.all([a.dataTarget(request.bucket), b.dataTarget(request.toBucket)]);
  return one.ok && other.ok && one.value.credentials.accessKeyId === other.value.credentials.accessKeyId;
}
