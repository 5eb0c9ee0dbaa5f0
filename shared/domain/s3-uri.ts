import { appError } from '../errors.ts';
import { err, ok, type Result } from '../result.ts';

export type S3Uri = { readonly bucket: string; readonly key: string };

/**
 * Reads `s3://bucket/key`. The key is everything after the first slash, taken as it is: no decoding, `//` and `..`
 * are part of the name. `s3://` alone gives an empty bucket, which means the list of buckets.
 */
export function parseS3Uri(text: string): Result<S3Uri> {
  if (!text.startsWith('s3://')) return err(appError('InvalidInput', { field: 'address', value: text }));
  const rest = text.slice('s3://'.length);
  const slash = rest.indexOf('/');
  const bucket = slash < 0 ? rest : rest.slice(0, slash);
  const key = slash < 0 ? '' : rest.slice(slash + 1);
  if (bucket === '' && key !== '') return err(appError('InvalidInput', { field: 'address', value: text }));
  return ok({ bucket, key });
}

export function formatS3Uri({ bucket, key }: S3Uri): string {
  return `s3://${bucket}/${key}`;
}

export function isS3Uri(text: string): boolean {
  return text.startsWith('s3://');
}
