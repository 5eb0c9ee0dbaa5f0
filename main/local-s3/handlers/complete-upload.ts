import { createHash } from 'node:crypto';
import { ok } from '../../../shared/result.ts';
import { combineCrcValues } from '../../checksums/combine-crc.ts';
import { crcFromBase64, crcToBase64 } from '../../checksums/crc-base64.ts';
import { createDigest, isCrcAlgorithm } from '../../checksums/digest.ts';
import { fail, type Outcome } from '../failure.ts';
import {
  checksumAlgorithms,
  checksumElement,
  checksumFields,
  checksumHeader,
  isChecksumValue,
} from '../http/checksum-headers.ts';
import { type Reply, xmlReply } from '../http/reply.ts';
import { queryValue, type S3Request } from '../http/request.ts';
import { childText, readXml } from '../http/xml-read.ts';
import { field, xmlDocument } from '../http/xml-write.ts';
import type { ObjectFacts, StoredChecksum } from '../storage/stored-version.ts';
import type { PartRecord, Upload } from '../storage/upload-records.ts';
import { type Handler, planDocument, readDocument } from './call.ts';
import { readWriteGuard, unquote } from './conditions.ts';
import { maxPartNumber } from './upload-parts.ts';

type NamedPart = {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksums: ReadonlyMap<string, string>;
};

export const completeUpload: Handler = async (call) => {
  const { request, store } = call;
  const guard = readWriteGuard(request);
  if (!guard.ok) return guard;
  const plan = planDocument(call);
  // Checksum headers of this request are of the object, not of the document that is its body.
  const text = await readDocument(call, plan.ok ? ok({ ...plan.value, declared: null }) : plan);
  if (!text?.ok) return text;
  const named = readNamedParts(text.value);
  if (!named.ok) return named;
  const partsDigest = digestOfParts(named.value);
  const uploadId = queryValue(request, 'uploadId') ?? '';
  const { uploads } = store;
  const find = () => uploads.find(request.bucket, request.key, uploadId);
  /** The answer to the first completion may never have arrived: the same question gets the same answer. */
  const answerOfGone = async (): Promise<Outcome<Reply>> => {
    const done = await uploads.findDone(request.bucket, request.key, uploadId);
    if (done?.partsDigest === partsDigest) return ok(completedReply(request, done.etag, done.checksum));
    return fail('NoSuchUpload', undefined, { UploadId: uploadId });
  };
  /** Where the first completion was still at work when it was asked again, the parts have gone meanwhile. */
  const orGone = async (failure: Outcome<never>) => ((await find()) === null ? answerOfGone() : failure);
  const upload = await find();
  if (!upload) return answerOfGone();
  const parts = matchParts(named.value, await uploads.parts(request.bucket, upload), upload, call.minPartBytes);
  if (!parts.ok) return orGone(parts);
  const facts = describeWhole(upload, parts.value);
  const agreed = checkWhole(request, facts);
  if (!agreed.ok) return agreed;
  const completed = await uploads.complete(request.bucket, upload, parts.value, facts, partsDigest, guard.value);
  return completed.ok ? ok(completedReply(request, facts.etag, facts.checksum)) : orGone(completed);
};

function readNamedParts(text: string): Outcome<readonly NamedPart[]> {
  const document = readXml(text);
  const rows = document?.children.filter((child) => child.name === 'Part') ?? [];
  if (document?.name !== 'CompleteMultipartUpload' || rows.length === 0 || rows.length > maxPartNumber)
    return fail('MalformedXML');
  const named: NamedPart[] = [];
  for (const row of rows) {
    const number = childText(row, 'PartNumber')?.trim() ?? '';
    const etag = childText(row, 'ETag');
    if (!/^\d{1,5}$/.test(number) || etag === undefined) return fail('MalformedXML');
    const checksums = new Map<string, string>();
    for (const algorithm of checksumAlgorithms) {
      const value = childText(row, checksumElement(algorithm));
      if (value !== undefined) checksums.set(algorithm, value.trim());
    }
    named.push({ partNumber: Number(number), etag: unquote(etag), checksums });
  }
  return ok(named);
}

function digestOfParts(named: readonly NamedPart[]): string {
  const hash = createHash('sha256');
  for (const part of named) hash.update(`${part.partNumber}/${part.etag}\n`);
  return hash.digest('hex');
}

/** The parts the client named, as they are here. */
function matchParts(
  named: readonly NamedPart[],
  present: readonly PartRecord[],
  upload: Upload,
  minPartBytes: number,
): Outcome<readonly PartRecord[]> {
  if (named.some((wanted, index) => index > 0 && wanted.partNumber <= (named[index - 1] as NamedPart).partNumber)) {
    return fail('InvalidPartOrder', undefined, { UploadId: upload.uploadId });
  }
  const byNumber = new Map(present.map((part) => [part.partNumber, part]));
  const matched: PartRecord[] = [];
  for (const [index, wanted] of named.entries()) {
    const part = byNumber.get(wanted.partNumber);
    const details = { UploadId: upload.uploadId, PartNumber: String(wanted.partNumber), ETag: wanted.etag };
    if (part?.etag !== wanted.etag) return fail('InvalidPart', undefined, details);
    const checksum = wanted.checksums.get(upload.checksumAlgorithm);
    if (checksum !== undefined && checksum !== part.checksum) return fail('InvalidPart', undefined, details);
    if (checksum === undefined && upload.checksumAsked && upload.checksumType === 'COMPOSITE') {
      return fail(
        'InvalidRequest',
        `The upload was created using a ${upload.checksumAlgorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${wanted.partNumber} in the request.`,
      );
    }
    if (index < named.length - 1 && part.sizeBytes < minPartBytes) {
      return fail('EntityTooSmall', undefined, {
        ProposedSize: String(part.sizeBytes),
        MinSizeAllowed: String(minPartBytes),
        PartNumber: String(part.partNumber),
        ETag: part.etag,
      });
    }
    matched.push(part);
  }
  return ok(matched);
}

function describeWhole(upload: Upload, parts: readonly PartRecord[]): ObjectFacts {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  const checksum = wholeChecksum(upload, parts);
  return {
    ...upload.description,
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    checksum,
    parts: {
      sizes: parts.map((part) => part.sizeBytes),
      ...(checksum.type === 'COMPOSITE' ? { checksums: parts.map((part) => part.checksum) } : {}),
    },
  };
}

/** Of the full object out of its parts' CRCs, or the checksum of their checksums; nothing is read again for it. */
function wholeChecksum(upload: Upload, parts: readonly PartRecord[]): StoredChecksum {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (type === 'FULL_OBJECT' && isCrcAlgorithm(algorithm)) {
    const whole = parts.reduce(
      (crc, part) => combineCrcValues(algorithm, crc, crcFromBase64(algorithm, part.checksum) ?? 0n, part.sizeBytes),
      0n,
    );
    return { algorithm, type, value: crcToBase64(algorithm, whole) };
  }
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part.checksum, 'base64')));
  const digest = createDigest(algorithm);
  digest.update(joined);
  return { algorithm, type, value: `${digest.digestBase64()}-${parts.length}` };
}

/** What the client says about the whole object must be so. */
function checkWhole({ headers }: S3Request, facts: ObjectFacts): Outcome<void> {
  const size = headers['x-amz-mp-object-size'];
  if (size !== undefined && size !== String(facts.sizeBytes)) {
    return fail('InvalidRequest', 'The provided x-amz-mp-object-size does not match the size of the parts');
  }
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type.toUpperCase() !== facts.checksum?.type) {
    return fail(
      'InvalidRequest',
      `The upload was created using the ${facts.checksum?.type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  for (const algorithm of checksumAlgorithms) {
    const value = headers[checksumHeader(algorithm)];
    if (value === undefined) continue;
    if (algorithm !== facts.checksum?.algorithm) {
      return fail(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${facts.checksum?.algorithm}, actual checksum Type: ${algorithm}`,
      );
    }
    if (!isChecksumValue(algorithm, value.replace(/-\d+$/, '')))
      return fail('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
    // Of a composite one some clients leave out the count.
    if (value !== facts.checksum.value && value !== facts.checksum.value.replace(/-\d+$/, '')) {
      return fail('BadDigest', `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
    }
  }
  return ok();
}

function completedReply(request: S3Request, etag: string, checksum: StoredChecksum | undefined): Reply {
  return xmlReply(
    xmlDocument(
      'CompleteMultipartUploadResult',
      field('Location', `http://${request.headers['host'] ?? 'localhost'}${request.path}`),
      field('Bucket', request.bucket),
      field('Key', request.key),
      field('ETag', `"${etag}"`),
      checksumFields(checksum),
    ),
  );
}
