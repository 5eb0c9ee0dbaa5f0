import type { TransferRequest } from '../../shared/domain/transfer.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { OpenConnection } from '../s3/open-connection.ts';

/** The servers a job goes between. */
export type JobEnds = {
  /** Of the request: where objects are read, or files go. */
  readonly connection: OpenConnection;
  /** Where objects are written; the same but for copies between two connections. */
  readonly target: OpenConnection;
  /** The bytes of a copy come through this machine: no server could copy them itself. */
  readonly relays: boolean;
  /** A bucket of this name is the same bucket at both ends. */
  readonly oneServer: boolean;
};

/** Opens both ends. Between connections with the same keys to the same server, the server copies by itself. */
export async function openEnds(
  request: TransferRequest,
  openSource: () => Promise<Result<OpenConnection>>,
  openTarget: (connectionId: string) => Promise<Result<OpenConnection>>,
): Promise<Result<JobEnds>> {
  const opened = await openSource();
  if (!opened.ok) return opened;
  const connection = opened.value;
  const otherId = request.kind === 'copy' ? request.toConnectionId : undefined;
  if (request.kind !== 'copy' || otherId === undefined || otherId === request.connectionId)
    return ok({ connection, target: connection, relays: false, oneServer: true });
  const other = await openTarget(otherId);
  if (!other.ok) return other;
  const target = other.value;
  const oneServer = addressOf(connection) === addressOf(target);
  const isFree = connection.restriction === null && target.restriction === null;
  const byServer = oneServer && isFree && (await haveSameKeys(connection, target, request));
  return ok({ connection, target: byServer ? connection : target, relays: !byServer, oneServer });
}

/** Without an endpoint it is AWS, whose buckets have the same names in all regions. */
function addressOf({ description }: OpenConnection): string {
  const url = description.endpointUrl === null ? null : URL.parse(description.endpointUrl);
  return url === null ? (description.endpointUrl ?? '') : `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

async function haveSameKeys(
  a: OpenConnection,
  b: OpenConnection,
  request: { readonly bucket: string; readonly toBucket: string },
): Promise<boolean> {
  const [one, other] = await Promise.all([a.dataTarget(request.bucket), b.dataTarget(request.toBucket)]);
  return one.ok && other.ok && one.value.credentials.accessKeyId === other.value.credentials.accessKeyId;
}
