import type { UploadPlace } from '../../../shared/domain/unfinished-upload.ts';

/** Pure. What aborts an upload of another program: for a person who knows that nothing goes on with it. */
export function abortCommand({ bucket, key, uploadId }: UploadPlace, endpointUrl: string | null): string {
  const server = endpointUrl === null ? [] : ['--endpoint-url', quoted(endpointUrl)];
  const words = ['aws s3api abort-multipart-upload', ...server, '--bucket', bucket, '--key', quoted(key)];
  return [...words, '--upload-id', quoted(uploadId)].join(' ');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
