import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import { queryValue, type S3Request } from '../http/request.ts';
import type { WriteGuard } from '../storage/objects.ts';
import type { StoredObject } from '../storage/stored-version.ts';

function unquote(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}

/** Nothing is versioned: the one version of an object is called `null`. */
export function checkVersion(request: S3Request): Outcome<void> {
  const version = queryValue(request, 'versionId') ?? 'null';
  return version === 'null' ? ok() : fail('InvalidArgument', 'Invalid version id specified');
}

function matches(list: string, etag: string): boolean {
  return list.split(',').some((each) => each.trim() === '*' || unquote(each) === etag);
}

/** Milliseconds, or null for a date nobody can read (which then counts as not sent). */
function parseDate(text: string | undefined): number | null {
  const value = Date.parse(text ?? '');
  return Number.isNaN(value) ? null : value;
}

type ConditionHeaders = {
  readonly match?: string | undefined;
  readonly noneMatch?: string | undefined;
  readonly modifiedSince?: string | undefined;
  readonly unmodifiedSince?: string | undefined;
};

/** `unchanged`: the client has it already. `failed`: the condition that does not hold. */
function evaluate(
  conditions: ConditionHeaders,
  object: StoredObject,
): { readonly outcome: 'holds' | 'unchanged' } | { readonly failed: string } {
  const modifiedSince = parseDate(conditions.modifiedSince);
  const unmodifiedSince = parseDate(conditions.unmodifiedSince);
  if (conditions.match !== undefined) {
    if (!matches(conditions.match, object.etag)) return { failed: 'If-Match' };
  } else if (unmodifiedSince !== null && object.lastModifiedMs > unmodifiedSince)
    return { failed: 'If-Unmodified-Since' };
  if (conditions.noneMatch !== undefined) {
    if (matches(conditions.noneMatch, object.etag)) return { outcome: 'unchanged' };
  } else if (modifiedSince !== null && object.lastModifiedMs <= modifiedSince) return { outcome: 'unchanged' };
  return { outcome: 'holds' };
}

/** For GET and HEAD: `unchanged` is to be answered with 304. */
export function checkReadConditions({ headers }: S3Request, object: StoredObject): Outcome<'holds' | 'unchanged'> {
  const result = evaluate(
    {
      match: headers['if-match'],
      noneMatch: headers['if-none-match'],
      modifiedSince: headers['if-modified-since'],
      unmodifiedSince: headers['if-unmodified-since'],
    },
    object,
  );
  return 'outcome' in result ? ok(result.outcome) : fail('PreconditionFailed', undefined, { Condition: result.failed });
}

/** For the source of a copy: whatever does not hold is 412. */
export function checkCopySource({ headers }: S3Request, source: StoredObject): Outcome<void> {
  const result = evaluate(
    {
      match: headers['x-amz-copy-source-if-match'],
      noneMatch: headers['x-amz-copy-source-if-none-match'],
      modifiedSince: headers['x-amz-copy-source-if-modified-since'],
      unmodifiedSince: headers['x-amz-copy-source-if-unmodified-since'],
    },
    source,
  );
  if ('outcome' in result && result.outcome === 'holds') return ok();
  const failed = 'failed' in result ? result.failed : 'If-None-Match or If-Modified-Since';
  return fail('PreconditionFailed', undefined, { Condition: `x-amz-copy-source-${failed}` });
}

/** `If-Match` and `If-None-Match: *` of a request that writes. S3 knows no other `If-None-Match` there. */
export function readWriteGuard({ headers }: S3Request): Outcome<WriteGuard> {
  const noneMatch = headers['if-none-match'];
  const match = headers['if-match'];
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    return fail('NotImplemented', undefined, {
      Header: 'If-None-Match',
      additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
    });
  }
  return ok({
    ...(noneMatch === undefined ? {} : { ifNoneMatch: '*' }),
    ...(match === undefined ? {} : { ifMatch: unquote(match) }),
  });
}

export { unquote };
