import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { TransferRequest } from '../../shared/domain/transfer.ts';
import { assertNever } from '../../shared/result.ts';

/** Where the bytes of one side of a conflict are. */
export type ConflictSide =
  | { readonly path: string }
  | { readonly connectionId: ConnectionId; readonly bucket: string; readonly key: string };

export type ConflictSides = { readonly source: ConflictSide; readonly target: ConflictSide };

/** The two things a conflict question is about. Pure. */
export function conflictSidesOf(
  request: TransferRequest,
  file: { readonly source: string; readonly target: string; readonly savedAs: string | null },
): ConflictSides {
  const target = file.savedAs ?? file.target;
  const { connectionId, bucket } = request;
  switch (request.kind) {
    case 'upload':
      return { source: { path: file.source }, target: { connectionId, bucket, key: target } };
    case 'download':
      return { source: { connectionId, bucket, key: file.source }, target: { path: target } };
    case 'copy':
      return {
        source: { connectionId, bucket, key: file.source },
        target: { connectionId: request.toConnectionId ?? connectionId, bucket: request.toBucket, key: target },
      };
    default:
      return assertNever(request);
  }
}
