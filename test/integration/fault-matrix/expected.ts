import type { FaultRow } from './fault-rows.ts';
import type { Operation } from './operations.ts';

type Codes = string | Readonly<Record<string, string>>;

const noXml = {
  begin: 'NotAnS3Endpoint',
  complete: 'NotAnS3Endpoint',
  list: 'NotAnS3Endpoint',
  copy: 'NotAnS3Endpoint',
};
/** A HEAD has no body that could say why, and no checksum of its own head. */
const misread = { look: 'SizeMismatch' };
/** The answer to the next request, the HEAD after a copy, was on the socket before it was asked. */
const staleHead = { copy: 'SizeMismatch' };

/** Of which nobody knows yet that it would have told a checksum: the object at the key shows that nothing was written. */
const unknownServer = { upload: 'ChecksumMismatch', 'relay to': 'ChecksumMismatch' };

/** By column, else for all: with which codes it may fail. What is not here has to be done, whatever went wrong once. */
const mayFail: Readonly<Record<string, Codes>> = {
  // What is no HTTP, no XML, or a page for people is not tried again: no S3 server is there.
  'answer: wrong first byte': noXml,
  'answer: wrong middle byte': { copy: 'NotAnS3Endpoint' },
  'answer: wrong last byte': noXml,
  'answer: announces one byte less': { ...noXml, ...misread },
  'answer: announces one byte more': misread,
  'answer: announces one byte more, fin': misread,
  'answer: two lengths that differ': 'NotAnS3Endpoint',
  'answer: a length that is no number': 'NotAnS3Endpoint',
  'instead: no HTTP': 'NotAnS3Endpoint',
  'instead: no HTTP, always': 'NotAnS3Endpoint',
  'instead: 404 with a page': 'NotAnS3Endpoint',
  'instead: 404 with a page, always': 'NotAnS3Endpoint',
  'instead: 200 with a page': {
    ...unknownServer,
    ...misread,
    list: 'NotAnS3Endpoint',
    delete: 'undeleted',
  },
  'instead: 200 with a page, always': {
    upload: 'ChecksumMismatch NotAnS3Endpoint',
    'relay to': 'ChecksumMismatch NotAnS3Endpoint',
    part: 'NotAnS3Endpoint',
    begin: 'NotAnS3Endpoint',
    complete: 'NotAnS3Endpoint',
    list: 'NotAnS3Endpoint',
    copy: 'NotAnS3Endpoint',
    delete: 'undeleted',
    // Of another size than the object.
    look: 'SourceChanged',
    download: 'SourceChanged',
    range: 'SourceChanged',
    'relay from': 'SourceChanged',
  },
  'instead: 204': { ...unknownServer, ...misread, list: 'NotAnS3Endpoint', delete: 'undeleted' },
  'instead: 200 with an error in it': { ...unknownServer, ...misread },
  'instead: 204, always': {
    upload: 'ChecksumMismatch NotAnS3Endpoint',
    'relay to': 'ChecksumMismatch NotAnS3Endpoint',
    part: 'NotAnS3Endpoint',
    begin: 'NotAnS3Endpoint',
    complete: 'InternalError',
    download: 'ResponseTruncated',
    range: 'ResponseTruncated',
    'relay from': 'ResponseTruncated',
    list: 'NotAnS3Endpoint',
    copy: 'InternalError',
    look: 'SourceChanged',
    delete: 'undeleted',
  },
  'unusual: 204 to a PUT': { copy: 'InternalError' },
  // The answer is the next request's, which is another one of the same transfer.
  'answer: twice, a moment later': staleHead,
  'answer: then one to no request, when idle': staleHead,
  'answer: again as that of the next request': { begin: 'SizeMismatch NotAnS3Endpoint', ...staleHead },
  'answer: and a strange one to the next request': { begin: 'NotAnS3Endpoint', ...staleHead },
  'instead: 403 AccessDenied': 'AccessDenied',
  // A listing is planned with the SDK's own three tries, which know fewer reasons.
  'instead: 408': { list: 'RequestTimeout', look: 'RequestTimeout' },
  'instead: 400 RequestTimeout': { look: 'InvalidArgument' },
  'instead: 403 RequestTimeTooSkewed': { look: 'AccessDenied' },
  'instead: 409 OperationAborted': { list: 'ConditionalRequestConflict', look: 'ConditionalRequestConflict' },
  'instead: 307 with a place': { list: 'PermanentRedirect', look: 'PermanentRedirect' },
  'instead: 503 without a body, always': 'SlowDown',
  'instead: 429, always': 'SlowDown',
  'instead: 500 with a page, always': 'InternalError',
};

/** True: the cell ended as it may. */
export function isExpected(row: FaultRow, operation: Operation, outcome: string): boolean {
  if (outcome.startsWith('done')) return true;
  const codes = mayFail[row.name];
  const allowed = typeof codes === 'string' ? codes : codes?.[operation.name];
  return allowed?.split(' ').includes(outcome.replace('failed ', '')) === true;
}
