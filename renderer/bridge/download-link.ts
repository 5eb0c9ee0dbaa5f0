import { webPaths } from '../../shared/contract/wire.ts';

/** Address under which the web host streams one object through the browser. */
export function downloadLink(place: { connectionId: string; bucket: string }, key: string): string {
  const query = new URLSearchParams({ connectionId: place.connectionId, bucket: place.bucket, key });
  return `${webPaths.download}?${query}`;
}
