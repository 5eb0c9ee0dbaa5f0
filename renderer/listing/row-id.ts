import type { ListingRow } from '../../shared/domain/listing.ts';

/** Names a row across listings of the same place; a folder and an object of the same name are two. */
export function rowId(row: ListingRow): string {
  switch (row.type) {
    case 'bucket':
      return `bucket:${row.name}`;
    case 'folder':
      return `folder:${row.prefix}`;
    case 'object':
      return `object:${row.key}`;
    case 'hostFolder':
    case 'hostFile':
      return `${row.type}:${row.path}`;
  }
}
