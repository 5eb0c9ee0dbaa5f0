import type { S3Client } from '@aws-sdk/client-s3';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { BucketRegions } from './bucket-regions.ts';
import { withRemedies } from './call-remedies.ts';
import type { CredentialSource } from './credential-source.ts';
import { mapSdkError, type CallContext } from './error-map.ts';
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
 * Calls of the SDK as the port needs them: withRemedies (the clients learn the clock's offset from the refusal itself).
 * Throttling and broken connections were retried by the SDK before they get here.
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
    const options: CallOptions = signal === undefined ? {} : { abortSignal: signal };
    const remedied = { bucket: call.bucket ?? null, signal, toRegion, place };
    return withRemedies({ regions, credentials }, remedied, async (region) => {
      try {
        return { result: ok(await send(clients.clientFor(region, patient), options)), signedWith: undefined };
      } catch (thrown) {
        const isCancelled = signal?.aborted === true;
        const error = isCancelled ? appError('Cancelled', place) : mapSdkError(thrown, { ...endpoint, ...place });
        return { result: err(error), signedWith: clients.signedWith(thrown) };
      }
    });
  };
}

function endpointContext(endpointUrl: string): { endpoint: string; host: string } {
  return { endpoint: endpointUrl, host: new URL(endpointUrl).host };
}
