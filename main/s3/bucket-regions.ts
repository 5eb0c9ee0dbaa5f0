/** The region of each bucket as servers told it; the connection's own until then. */
export interface BucketRegions {
  readonly defaultRegion: string;
  regionOf(bucket: string | null): string;
  note(bucket: string, region: string): void;
}

/** S3's own default; servers that know no regions take it too. */
export const fallbackRegion = 'us-east-1';

export function createBucketRegions(region: string | null): BucketRegions {
  const defaultRegion = region ?? fallbackRegion;
  const learned = new Map<string, string>();
  return {
    defaultRegion,
    regionOf: (bucket) => (bucket === null ? defaultRegion : (learned.get(bucket) ?? defaultRegion)),
    note: (bucket, name) => void learned.set(bucket, name),
  };
}
