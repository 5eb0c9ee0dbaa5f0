import type { HeldSelection } from '../../listing/listing-session.ts';

/** What a dialog of the list is about. `held` is released when it is closed. */
export type BrowserDialog =
  | { readonly kind: 'delete' | 'tagMany'; readonly held: HeldSelection }
  | { readonly kind: 'link' | 'tags' | 'metadata'; readonly key: string; readonly name: string }
  | { readonly kind: 'location'; readonly bucket: string }
  | { readonly kind: 'folder' | 'bucket' };
