import {
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListPartsCommand,
  type _Object,
} from '@aws-sdk/client-s3';
import type { ObjectRow } from '../../shared/domain/listing.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { BucketRegions } from './bucket-regions.ts';
import { quotedEtag } from './etag.ts';
import type { BucketRow, ObjectStore, UploadedPart } from './object-store.ts';
import type { SdkCaller } from './sdk-call.ts';

type Listings = Pick<ObjectStore, 'listBuckets' | 'listPage' | 'listParts' | 'listUploads'>;

/** S3's limit for a page of anything. */
export const maxPageSize = 1000;

export function createSdkListings(call: SdkCaller, regions: BucketRegions): Listings {
  return {
    async listBuckets(signal) {
      const rows: BucketRow[] = [];
      let token: string | undefined;
      do {
        const continuation = token === undefined ? {} : { ContinuationToken: token };
        const page = await call({ operation: 'ListBuckets', signal }, (client, options) =>
          client.send(new ListBucketsCommand(continuation), options),
        );
        if (!page.ok) return page;
        for (const bucket of page.value.Buckets ?? []) {
          if (bucket.Name === undefined) continue;
          if (bucket.BucketRegion !== undefined) regions.note(bucket.Name, bucket.BucketRegion);
          rows.push({ name: bucket.Name, createdMs: bucket.CreationDate?.getTime() ?? null });
        }
        token = page.value.ContinuationToken;
      } while (token !== undefined && token !== '');
      return ok(rows);
    },

    async listPage({ bucket, prefix, delimiter, continuationToken, startAfter, maxKeys, signal }) {
      const page = await call({ operation: 'ListObjectsV2', bucket, prefix, signal }, (client, options) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            EncodingType: 'url',
            ...(delimiter === '' ? {} : { Delimiter: delimiter }),
            ...(continuationToken === undefined ? {} : { ContinuationToken: continuationToken }),
            ...(startAfter === undefined || continuationToken !== undefined ? {} : { StartAfter: startAfter }),
            ...(maxKeys === undefined ? {} : { MaxKeys: maxKeys }),
          }),
          options,
        ),
      );
      if (!page.ok) return page;
      const { value } = page;
      const decode = keyDecoder(value.EncodingType);
      const reason = notThisListing(value, prefix, decode);
      if (reason !== null) return err(appError('NotAnS3Endpoint', { bucket, prefix, reason }));
      const token = value.NextContinuationToken ?? '';
      // Taking a cut-off listing for a whole one could delete what it did not show.
      if (value.IsTruncated === true && token === '') {
        return err(appError('NotAnS3Endpoint', { bucket, prefix, reason: 'a truncated page without a token' }));
      }
      return ok({
        objects: (value.Contents ?? []).map((object) => objectRow(object, decode)),
        prefixes: (value.CommonPrefixes ?? []).map((one) => decode(one.Prefix ?? '')),
        continuationToken: value.IsTruncated === true ? token : null,
      });
    },

    async listParts(bucket, key, uploadId) {
      const parts: UploadedPart[] = [];
      let marker: string | undefined;
      for (;;) {
        const after = marker === undefined ? {} : { PartNumberMarker: marker };
        const page = await call({ operation: 'ListParts', bucket, key, uploadId }, (client, options) =>
          client.send(new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: uploadId, ...after }), options),
        );
        if (!page.ok) return page;
        for (const part of page.value.Parts ?? []) {
          parts.push({
            partNumber: part.PartNumber ?? 0,
            etag: quotedEtag(part.ETag) ?? '',
            sizeBytes: part.Size ?? 0,
            crc32: part.ChecksumCRC32 ?? null,
          });
        }
        const next = page.value.NextPartNumberMarker;
        if (page.value.IsTruncated !== true || next === undefined || next === marker) break;
        marker = next;
      }
      return ok(parts.sort((a, b) => a.partNumber - b.partNumber));
    },

    async listUploads(bucket, prefix) {
      const plain = await listUploads(call, bucket, prefix, {});
      // Names that XML cannot hold.
      if (plain.ok || plain.error.code !== 'NotAnS3Endpoint') return plain;
      return listUploads(call, bucket, prefix, { EncodingType: 'url' });
    },
  };
}

/**
 * Why an answer is not the page that was asked for; null when it is. A web page or nothing at all reads as an empty listing,
 * and an empty folder may be taken for one whose files were deleted.
 */
function notThisListing(
  { Name, IsTruncated, KeyCount, Contents, CommonPrefixes, Prefix = '' }: ListObjectsV2CommandOutput,
  prefix: string,
  decode: (text: string) => string,
): string | null {
  if ([Name, IsTruncated, KeyCount, Contents, CommonPrefixes].every((field) => field === undefined))
    return 'an answer that is no listing';
  // Not every server that encodes keys encodes this.
  return Prefix === '' || Prefix === prefix || decode(Prefix) === prefix ? null : 'a listing of something else';
}

type UploadRow = { readonly key: string; readonly uploadId: string; readonly initiatedMs: number | null };

/**
 * Asked for encoded keys, Ceph encodes these too but does not say so, unlike in its other listings: so they are asked
 * for as they are.
 */
async function listUploads(
  call: SdkCaller,
  bucket: string,
  prefix: string,
  encoding: { readonly EncodingType?: 'url' },
): Promise<Result<readonly UploadRow[]>> {
  const uploads: UploadRow[] = [];
  const decode = keyDecoder(encoding.EncodingType);
  let after: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const page = await call({ operation: 'ListMultipartUploads', bucket, prefix }, (client, options) =>
      client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...encoding, ...after }), options),
    );
    if (!page.ok) return page;
    const { Uploads, IsTruncated, NextKeyMarker, NextUploadIdMarker } = page.value;
    for (const upload of Uploads ?? []) {
      if (upload.Key === undefined || upload.UploadId === undefined) continue;
      const initiatedMs = upload.Initiated?.getTime() ?? null;
      uploads.push({ key: decode(upload.Key), uploadId: upload.UploadId, initiatedMs });
    }
    if (IsTruncated !== true || NextKeyMarker === undefined) return ok(uploads);
    after = {
      KeyMarker: decode(NextKeyMarker),
      ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
    };
  }
}

/** Only servers that say so have encoded the keys; `+` is a space in S3's encoding, a plus is `%2B`. */
export function keyDecoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType !== 'url') return (text) => text;
  return (text) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      // Bytes that are no UTF-8: such a key cannot be named in a request of ours anyway.
      return text;
    }
  };
}

function objectRow(object: _Object, decode: (text: string) => string): ObjectRow {
  return {
    key: decode(object.Key ?? ''),
    sizeBytes: object.Size ?? 0,
    lastModified: object.LastModified?.toISOString() ?? null,
    etag: quotedEtag(object.ETag),
    storageClass: object.StorageClass ?? null,
  };
}
