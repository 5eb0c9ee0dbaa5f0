import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { BucketRegions } from './bucket-regions.ts';
import { type CredentialSource, isSameKey, maxRenewals } from './credential-source.ts';
import type { SigningCredentials } from './data-plane/transport.ts';

export type Attempt<T> = {
  readonly result: Result<T>;
  /** What it was signed with; undefined when it was not. */
  readonly signedWith: SigningCredentials | undefined;
};

export type RemediedCall = {
  readonly bucket: string | null;
  readonly signal?: AbortSignal | undefined;
  /** Where the call must go, whatever is known of the bucket. */
  readonly toRegion?: string | undefined;
  /** Goes into the context of Cancelled. */
  readonly place: Readonly<Record<string, string | number | undefined>>;
};

/**
 * Runs a request again for as long as its failure teaches something: a bucket in another region is learned and asked
 * again there, credentials that the server calls expired are renewed (maxRenewals), a clock that is off is corrected once
 * (the attempt has told the offset already). Makes no pauses: throttling and broken connections are the attempt's.
 */
export async function withRemedies<T>(
  known: { readonly regions: BucketRegions; readonly credentials: CredentialSource },
  { bucket, signal, toRegion, place }: RemediedCall,
  attempt: (region: string) => Promise<Attempt<T>>,
): Promise<Result<T>> {
  const tried = new Set<string>();
  let renewals = 0;
  for (;;) {
    if (isAborted(signal)) return err(appError('Cancelled', place));
    const region = toRegion ?? known.regions.regionOf(bucket);
    const { result, signedWith } = await attempt(region);
    if (result.ok) return result;
    const { error } = result;
    if (isAborted(signal)) return err(appError('Cancelled', place));
    const remedy = mayHaveExpired(error, signedWith) ? 'renew' : remedyFor(error, region);
    if (remedy === null || tried.has(remedy)) return result;
    if (remedy !== 'renew' || (renewals += 1) >= maxRenewals) tried.add(remedy);
    if (remedy === 'region' && bucket !== null) {
      if (toRegion !== undefined) return result;
      known.regions.note(bucket, String(error.context['region']));
    } else if (remedy === 'renew') {
      const renewed = await known.credentials({ rejected: signedWith });
      if (!renewed.ok) return renewed;
      // A key that is written down somewhere has no other.
      if (signedWith !== undefined && isSameKey(renewed.value, signedWith)) return result;
    }
  }
}

/** What a server says to a request that went to the wrong region; some say it only by the region they name. */
const maybeWrongRegion: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'InvalidArgument',
  'AccessDenied',
]);

function remedyFor(error: AppError, region: string): 'region' | 'renew' | 'clock' | null {
  if (error.retry === 'reauth') return 'renew';
  if (error.code === 'RequestTimeTooSkewed') return 'clock';
  const told = error.context['region'];
  const another = typeof told === 'string' && told !== '' && told !== region;
  return another && error.context['bucket'] !== undefined && maybeWrongRegion.has(error.code) ? 'region' : null;
}

/**
 * An answer to HEAD has no body and so no code: a token that expired is a bare 400 there. (A wrong region is one too, but
 * names the right one.)
 */
function mayHaveExpired({ code, context }: AppError, signedWith: SigningCredentials | undefined): boolean {
  if (signedWith?.sessionToken === undefined || context['region'] !== undefined) return false;
  const isBare = context['serverCode'] === undefined || context['serverCode'] === 'Unknown';
  return (
    code === 'InvalidArgument' && context['status'] === 400 && isBare && String(context['operation']).startsWith('Head')
  );
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
