import { create } from 'zustand';
import type { ConnectionId } from '../../shared/domain/ids.ts';

/** Whose unfinished uploads are to be shown: of a bucket, or (null) ours, wherever they are. */
export type UploadsRequest = {
  readonly place: { readonly connectionId: ConnectionId; readonly bucket: string } | null;
};

/** Features that offer it put their request here; the window shows the dialog. */
export const useUploadsStore = create<{ readonly request: UploadsRequest | null }>()(() => ({ request: null }));

export function showUploads(place: UploadsRequest['place']): void {
  useUploadsStore.setState({ request: { place } });
}
