import type { ReactNode } from 'react';
import { rowId } from '../../listing/row-id.ts';
import type { Listing } from '../../listing/use-listing.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { RenameField } from './rename-field.tsx';
import type { Rename } from './use-rename.ts';

/** The field in the row that is being renamed, while that row has the focus. */
export function useRenameEditor(
  place: BucketPlace | null,
  { cursor, rowAt, find }: Listing,
  { editing, rename, cancel }: Rename,
  toList: () => void,
): { readonly index: number; readonly content: ReactNode } | undefined {
  const row = rowAt(cursor.active);
  if (!place || !editing || !row || rowId(row) !== rowId(editing)) return undefined;
  const content = (
    <RenameField
      place={place}
      row={editing}
      isTaken={async (name) => (await find(name, 'exact')) !== null}
      onRename={(name) => {
        rename(editing, name);
        toList();
      }}
      onClose={() => {
        cancel();
        toList();
      }}
    />
  );
  return { index: cursor.active, content };
}
