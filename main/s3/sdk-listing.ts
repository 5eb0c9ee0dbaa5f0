import { ListBucketsCommand, ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { ok, type Result } from '../../shared/result.ts';
import type { BucketRegions } from './bucket-regions.ts';
import { decodeUrlName } from './data-plane/listing/scan-page.ts';
import { quotedEtag } from './etag.ts';
import type { BucketRow, ObjectStore, UploadedPart } from './object-store.ts';
import type { SdkCaller } from './sdk-call.ts';

type Listings = Pick<ObjectStore, 'listBuckets' | 'listParts' | 'listUploads'>;

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

    async listParts(bucket, key, uploadId, signal) {
      const parts: UploadedPart[] = [];
      let marker: string | undefined;
      for (;;) {
        const after = marker === undefined ? {} : { PartNumberMarker: marker };
        const page = await call({ operation: 'ListParts', bucket, key, uploadId, signal }, (client, options) =>
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

/** Only servers that say so have encoded the keys. */
export function keyDecoder(encodingType: string | undefined): (text: string) => string {
  return encodingType === 'url' ? decodeUrlName : (text) => text;
}
