import type { CommandInput } from '../../shared/contract/commands.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { ListingView } from '../../shared/domain/listing.ts';

/** What is listed: the buckets of a connection (bucket null), a folder of one bucket, or a folder of the engine's machine. */
export type ListingSource =
  | { readonly connectionId: ConnectionId; readonly bucket: string | null; readonly prefix: string }
  | {
      readonly hostFolder: string;
      /** Also dot files; they are unless this is false. */
      readonly hidden?: boolean;
    };

/** Equal for equal sources. */
export function sourceKey(source: ListingSource): string {
  return 'hostFolder' in source
    ? `host ${source.hidden ?? true} ${source.hostFolder}`
    : `${source.connectionId} ${source.bucket ?? ''} ${source.prefix}`;
}

export function openInput(source: ListingSource, view: ListingView): CommandInput<'listing.open'> {
  if ('hostFolder' in source) return { hostFolder: source.hostFolder, hidden: source.hidden ?? true, view };
  const { connectionId, bucket, prefix } = source;
  return bucket === null ? { connectionId, view } : { connectionId, bucket, prefix, view };
}
