import { ok } from '../../../shared/result.ts';
import { checksumElement } from '../http/checksum-headers.ts';
import { listedName, xmlReply } from '../http/reply.ts';
import { queryNumber, queryValue } from '../http/request.ts';
import { element, field, xmlDocument } from '../http/xml-write.ts';
import { compareKeys } from '../../../shared/domain/key-order.ts';
import { groupOf } from '../storage/plain-walk.ts';
import type { Upload } from '../storage/upload-records.ts';
import type { Handler } from './call.ts';
import { findUpload } from './upload-parts.ts';

const maxRows = 1000;
const identity = (name: string) => element(name, field('ID', 'local-s3'), field('DisplayName', 'local-s3'));

export const listParts: Handler = async ({ request, store }) => {
  const upload = await findUpload(request, store);
  if (!upload.ok) return upload;
  const maxParts = queryNumber(request, 'max-parts', { min: 0, max: 2_147_483_647, otherwise: maxRows });
  if (!maxParts.ok) return maxParts;
  const marker = queryNumber(request, 'part-number-marker', { min: 0, max: 2_147_483_647, otherwise: 0 });
  if (!marker.ok) return marker;
  const { checksumAlgorithm, checksumAsked, checksumType } = upload.value;
  const later = (await store.uploads.parts(request.bucket, upload.value)).filter(
    (part) => part.partNumber > marker.value,
  );
  const page = later.slice(0, Math.min(maxParts.value, maxRows));
  return ok(
    xmlReply(
      xmlDocument(
        'ListPartsResult',
        field('Bucket', request.bucket),
        field('Key', listedName(request.key, queryValue(request, 'encoding-type'))),
        field('UploadId', upload.value.uploadId),
        field('PartNumberMarker', marker.value),
        field('NextPartNumberMarker', page.at(-1)?.partNumber ?? 0),
        field('MaxParts', Math.min(maxParts.value, maxRows)),
        field('IsTruncated', page.length < later.length),
        ...page.map((part) =>
          element(
            'Part',
            field('PartNumber', part.partNumber),
            field('LastModified', new Date(part.modifiedMs).toISOString()),
            field('ETag', `"${part.etag}"`),
            field('Size', part.sizeBytes),
            checksumAsked ? field(checksumElement(checksumAlgorithm), part.checksum) : '',
          ),
        ),
        identity('Initiator'),
        identity('Owner'),
        field('StorageClass', 'STANDARD'),
        checksumAsked
          ? field('ChecksumAlgorithm', checksumAlgorithm.toUpperCase()) + field('ChecksumType', checksumType)
          : '',
      ),
    ),
  );
};

type Row = { readonly upload: Upload } | { readonly group: string };

export const listUploads: Handler = async ({ request, store }) => {
  const maxUploads = queryNumber(request, 'max-uploads', { min: 0, max: 2_147_483_647, otherwise: maxRows });
  if (!maxUploads.ok) return maxUploads;
  const value = (name: string) => queryValue(request, name) ?? '';
  const encoding = queryValue(request, 'encoding-type');
  const [prefix, delimiter, keyMarker, idMarker] = [
    value('prefix'),
    value('delimiter'),
    value('key-marker'),
    value('upload-id-marker'),
  ];
  const uploads = [...(await store.uploads.list(request.bucket))]
    .filter((upload) => upload.key.startsWith(prefix))
    .sort((a, b) => compareKeys(a.key, b.key) || a.initiatedMs - b.initiatedMs || compareKeys(a.uploadId, b.uploadId));
  const rows = toRows(afterMarker(uploads, keyMarker, idMarker), prefix, delimiter, keyMarker);
  const limit = Math.min(maxUploads.value, maxRows);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextKey = last === undefined ? '' : 'upload' in last ? last.upload.key : last.group;
  const isTruncated = page.length < rows.length && page.length > 0;
  return ok(
    xmlReply(
      xmlDocument(
        'ListMultipartUploadsResult',
        field('Bucket', request.bucket),
        field('KeyMarker', listedName(keyMarker, encoding)),
        field('UploadIdMarker', idMarker),
        isTruncated ? field('NextKeyMarker', listedName(nextKey, encoding)) : '',
        isTruncated && last && 'upload' in last ? field('NextUploadIdMarker', last.upload.uploadId) : '',
        field('Prefix', listedName(prefix, encoding)),
        delimiter === '' ? '' : field('Delimiter', listedName(delimiter, encoding)),
        field('EncodingType', encoding),
        field('MaxUploads', limit),
        field('IsTruncated', isTruncated),
        ...page.map((row) => ('upload' in row ? uploadRow(row.upload, encoding) : '')),
        ...page.map((row) =>
          'group' in row ? element('CommonPrefixes', field('Prefix', listedName(row.group, encoding))) : '',
        ),
      ),
    ),
  );
};

function uploadRow(upload: Upload, encoding: string | undefined): string {
  return element(
    'Upload',
    field('Key', listedName(upload.key, encoding)),
    field('UploadId', upload.uploadId),
    identity('Initiator'),
    identity('Owner'),
    field('StorageClass', 'STANDARD'),
    field('Initiated', new Date(upload.initiatedMs).toISOString()),
    upload.checksumAsked
      ? field('ChecksumAlgorithm', upload.checksumAlgorithm.toUpperCase()) + field('ChecksumType', upload.checksumType)
      : '',
  );
}

/** Behind the upload both markers name; with the key alone, behind all of its uploads. */
function afterMarker(uploads: readonly Upload[], keyMarker: string, idMarker: string): readonly Upload[] {
  if (keyMarker === '') return uploads;
  const index = uploads.findIndex((upload) => upload.key === keyMarker && upload.uploadId === idMarker);
  if (index >= 0) return uploads.slice(index + 1);
  return uploads.filter((upload) => compareKeys(upload.key, keyMarker) > 0);
}

function toRows(uploads: readonly Upload[], prefix: string, delimiter: string, keyMarker: string): readonly Row[] {
  const rows: Row[] = [];
  let group: string | null = null;
  for (const upload of uploads) {
    const next = groupOf(upload.key, prefix, delimiter);
    if (next === null) rows.push({ upload });
    else if (next !== group && next !== keyMarker) rows.push({ group: next });
    group = next;
  }
  return rows;
}
