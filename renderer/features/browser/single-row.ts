import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { ListingSnapshot } from '../../listing/listing-session.ts';

/** Pure. The selected row when it is the only one and near enough to be known. */
export function singleRow({ selected, selectedItems, rowAt }: ListingSnapshot): ListingRow | undefined {
  const [only, ...others] = selected;
  if (selectedItems !== 1 || !only || others.length > 0 || only.from !== only.to) return undefined;
  return rowAt(only.from);
}
