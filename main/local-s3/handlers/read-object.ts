import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import { checksumElement, checksumFields } from '../http/checksum-headers.ts';
import { type Reply, xmlReply } from '../http/reply.ts';
import { queryNumber, queryValue, type S3Request } from '../http/request.ts';
import { element, field, xmlDocument } from '../http/xml-write.ts';
import type { StoredObject } from '../storage/stored-version.ts';
import type { Call, Handler } from './call.ts';
import { checkReadConditions, checkVersion } from './conditions.ts';
import { objectReplyHeaders } from './object-headers.ts';

type Span = { readonly offset: number; readonly sizeBytes: number };
type Wanted = { readonly span: Span; readonly isPartial: boolean; readonly headers: Record<string, string> };

const overrides = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

export const getObject: Handler = (call) => readObject(call);
export const headObject: Handler = (call) => readObject(call);

async function readObject({ request, store }: Call): Promise<Outcome<Reply>> {
  const version = checkVersion(request);
  if (!version.ok) return version;
  const opened = await store.objects.open(request.bucket, request.key);
  if (!opened) return fail('NoSuchKey', undefined, { Key: request.key });
  const { object, file } = opened;
  let reply: Outcome<Reply> | undefined;
  try {
    reply = answer(request, object);
    if (reply.ok && reply.value.body !== undefined && typeof reply.value.body !== 'string') {
      return ok({ ...reply.value, body: { ...reply.value.body, handle: file.handle } });
    }
    await file.handle.close();
    return reply;
  } catch (thrown) {
    await file.handle.close();
    throw thrown;
  }

  function answer(request: S3Request, object: StoredObject): Outcome<Reply> {
    const conditions = checkReadConditions(request, object);
    if (!conditions.ok) return conditions;
    if (conditions.value === 'unchanged') {
      const { etag, 'last-modified': modified } = objectReplyHeaders(object, false) as {
        etag: string;
        'last-modified': string;
      };
      return ok({ status: 304, headers: { etag, 'last-modified': modified } });
    }
    const wanted = wantedSpan(request, object);
    if (!wanted.ok) return wanted;
    const { span, isPartial } = wanted.value;
    const asksChecksum = request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
    const headers = { ...objectReplyHeaders(object, asksChecksum && !isPartial), ...wanted.value.headers };
    for (const name of overrides) {
      const value = queryValue(request, `response-${name}`);
      if (value !== undefined) headers[name] = toWire(value);
    }
    return ok({ status: isPartial ? 206 : 200, headers, body: { ...span, handle: file.handle } });
  }
}

/** Header text as it goes out: no line breaks, characters beyond ASCII as their UTF-8 bytes. */
function toWire(value: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return Buffer.from(value.replace(/[\u0000-\u001f\u007f]/g, ' ')).toString('latin1');
}

/** The bytes a request asks for: a range, a part, or everything. */
function wantedSpan(request: S3Request, object: StoredObject): Outcome<Wanted> {
  const whole: Span = { offset: 0, sizeBytes: object.sizeBytes };
  const range = request.headers['range'];
  const partNumber = queryNumber(request, 'partNumber', { min: 1, max: 10_000, otherwise: 0 });
  if (!partNumber.ok) return partNumber;
  if (partNumber.value > 0) {
    if (range !== undefined)
      return fail('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
    return partSpan(object, partNumber.value);
  }
  if (range === undefined) return ok({ span: whole, isPartial: false, headers: {} });
  const span = parseRange(range, object.sizeBytes);
  if (span === 'ignored') return ok({ span: whole, isPartial: false, headers: {} });
  if (span === 'unsatisfiable') {
    const refused = fail('InvalidRange', undefined, {
      RangeRequested: range,
      ActualObjectSize: String(object.sizeBytes),
    });
    return { ok: false, error: { ...refused.error, headers: { 'content-range': `bytes */${object.sizeBytes}` } } };
  }
  return ok({ span, isPartial: true, headers: { 'content-range': contentRange(span, object.sizeBytes) } });
}

function contentRange({ offset, sizeBytes }: Span, totalBytes: number): string {
  return `bytes ${offset}-${offset + sizeBytes - 1}/${totalBytes}`;
}

/** One range, as S3 takes it; anything else is answered with the whole object, as HTTP has it. */
export function parseRange(text: string, totalBytes: number): Span | 'ignored' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text.trim());
  if (!match || (match[1] === '' && match[2] === '')) return 'ignored';
  if (match[1] === '') {
    const sizeBytes = Math.min(Number(match[2]), totalBytes);
    return sizeBytes === 0 ? 'unsatisfiable' : { offset: totalBytes - sizeBytes, sizeBytes };
  }
  const offset = Number(match[1]);
  const last = match[2] === '' ? totalBytes - 1 : Math.min(Number(match[2]), totalBytes - 1);
  if (match[2] !== '' && Number(match[2]) < offset) return 'ignored';
  return offset >= totalBytes ? 'unsatisfiable' : { offset, sizeBytes: last - offset + 1 };
}

function partSpan(object: StoredObject, partNumber: number): Outcome<Wanted> {
  const sizes = object.parts?.sizes ?? [object.sizeBytes];
  const sizeBytes = sizes[partNumber - 1];
  if (sizeBytes === undefined)
    return fail('InvalidPartNumber', undefined, {
      PartNumberRequested: String(partNumber),
      ActualPartCount: String(sizes.length),
    });
  const offset = sizes.slice(0, partNumber - 1).reduce((sum, size) => sum + size, 0);
  const headers: Record<string, string> = {};
  if (object.parts) headers['x-amz-mp-parts-count'] = String(sizes.length);
  if (sizeBytes > 0) headers['content-range'] = contentRange({ offset, sizeBytes }, object.sizeBytes);
  return ok({ span: { offset, sizeBytes }, isPartial: sizeBytes > 0, headers });
}

export const getObjectAttributes: Handler = async ({ request, store }) => {
  const version = checkVersion(request);
  if (!version.ok) return version;
  const object = await store.objects.find(request.bucket, request.key);
  if (!object) return fail('NoSuchKey', undefined, { Key: request.key });
  const asked = new Set((request.headers['x-amz-object-attributes'] ?? '').split(',').map((name) => name.trim()));
  asked.delete('');
  if (asked.size === 0)
    return fail(
      'InvalidRequest',
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    );
  const { checksum, parts } = object;
  const body = xmlDocument(
    'GetObjectAttributesResponse',
    asked.has('ETag') ? field('ETag', object.etag) : '',
    asked.has('Checksum') && checksum ? element('Checksum', checksumFields(checksum)) : '',
    asked.has('ObjectParts') && parts ? element('ObjectParts', objectParts(object)) : '',
    asked.has('StorageClass') ? field('StorageClass', object.headers['x-amz-storage-class'] ?? 'STANDARD') : '',
    asked.has('ObjectSize') ? field('ObjectSize', object.sizeBytes) : '',
  );
  return ok(xmlReply(body, { 'last-modified': new Date(object.lastModifiedMs).toUTCString() }));
};

/** S3 lists the parts only of objects whose parts have checksums of their own; always all, as one page. */
function objectParts({ parts, checksum }: StoredObject): string {
  if (!parts) return '';
  const { sizes, checksums } = parts;
  const rows =
    checksum && checksums
      ? sizes.map((size, index) =>
          element(
            'Part',
            field(checksumElement(checksum.algorithm), checksums[index]),
            field('PartNumber', index + 1),
            field('Size', size),
          ),
        )
      : [];
  return (
    field('PartsCount', sizes.length) + field('IsTruncated', false) + field('MaxParts', sizes.length) + rows.join('')
  );
}
