import type { S3Client } from '@aws-sdk/client-s3';
import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { BucketRegions } from './bucket-regions.ts';
import type { SigningCredentials } from './data-plane/transport.ts';
import { mapSdkError, type CallContext } from './error-map.ts';
import { type CredentialSource, isSameKey, maxRenewals } from './credential-source.ts';
import type { SdkClients } from './sdk-client.ts';

export type CallOptions = { readonly abortSignal?: AbortSignal };

export type Call = CallContext & {
  readonly operation: string;
  readonly signal?: AbortSignal | undefined;
  /** The server has work to do before it answers. */
  readonly patient?: boolean;
  /** Where the call must go, whatever is known of the bucket. */
  readonly toRegion?: string | undefined;
};

/** Sends one operation; whatever fails becomes an AppError. */
export type SdkCaller = <T>(
  call: Call,
  send: (client: S3Client, options: CallOptions) => Promise<T>,
) => Promise<Result<T>>;

/**
 * Calls of the SDK as the port needs them: a bucket in another region is learned and asked again there, credentials
 * that the server calls expired are renewed (maxRenewals), a clock that is off is corrected once (the clients learn the offset
 * from the refusal itself). Throttling and broken connections were retried by the SDK before they get here.
 */
export function createSdkCaller(
  clients: SdkClients,
  regions: BucketRegions,
  credentials: CredentialSource,
  endpointUrl: string | null,
): SdkCaller {
  const endpoint = endpointUrl === null ? {} : endpointContext(endpointUrl);

  return async (call, send) => {
    const { signal, patient = false, toRegion, ...place } = call;
    const bucket = call.bucket ?? null;
    const options: CallOptions = signal === undefined ? {} : { abortSignal: signal };
    const tried = new Set<string>();
    let renewals = 0;
    for (;;) {
      if (isAborted(signal)) return err(appError('Cancelled', place));
      const region = toRegion ?? regions.regionOf(bucket);
      let error: AppError;
      let rejected: SigningCredentials | undefined;
      try {
        return ok(await send(clients.clientFor(region, patient), options));
      } catch (thrown) {
        rejected = clients.signedWith(thrown);
        error = isAborted(signal) ? appError('Cancelled', place) : mapSdkError(thrown, { ...endpoint, ...place });
      }
      const remedy = mayHaveExpired(error, rejected) ? 'renew' : remedyFor(error, region);
      if (remedy === null || tried.has(remedy)) return err(error);
      if (remedy !== 'renew' || (renewals += 1) >= maxRenewals) tried.add(remedy);
      if (remedy === 'region' && bucket !== null) {
        if (toRegion !== undefined) return err(error);
        regions.note(bucket, String(error.context['region']));
      } else if (remedy === 'renew') {
        const renewed = await credentials({ rejected });
        if (!renewed.ok) return err(renewed.error);
        // A key that is written down somewhere has no other.
        if (rejected !== undefined && isSameKey(renewed.value, rejected)) return err(error);
      }
    }
  };
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

function endpointContext(endpointUrl: string): { endpoint: string; host: string } {
  return { endpoint: endpointUrl, host: new URL(endpointUrl).host };
}
