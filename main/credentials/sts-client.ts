import { Readable } from 'node:stream';
import { STSClient } from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/transport';
import type { Clock } from '../../shared/domain/clock.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import { mapSdkError } from '../s3/error-map.ts';
import { createRedactor } from './redact.ts';
import { createSignInHandler, type SignInTls } from './sign-in-transport.ts';

/** How an STS is reached. */
export type StsAddress = {
  /** The region it is asked in, and signed for. */
  readonly region: string;
  /** Null: Amazon's own of the region. */
  readonly endpointUrl: string | null;
  readonly tls: SignInTls;
};

/** Attempts for one call (throttling, 5xx, broken connections, a clock that is off), with jittered pauses between. */
const maxAttempts = 3;
/** STS refuses five minutes; a Date header is in whole seconds and arrives late. */
const refusedSkewMs = 240_000;
/** An answer of STS has a few KiB; what is longer is not looked at. */
const maxErrorBytes = 256 * 1024;

/**
 * A client for one caller, to be destroyed after use. It signs with `clock`'s time. STS reports a clock that is off as
 * SignatureDoesNotMatch; the SDK then learns the difference from the answer's Date header (into
 * `config.systemClockOffset`) and tries again.
 */
export function createStsClient(
  credentials: SigningCredentials,
  address: StsAddress,
  clock: Pick<Clock, 'nowMs'>,
): STSClient {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const client = new STSClient({
    region: address.region,
    // Always said: nothing of this process's configuration (AWS_ENDPOINT_URL …) may change where keys are sent.
    endpoint: stsEndpoint(address),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    maxAttempts,
    retryMode: 'standard',
    requestHandler: createSignInHandler(address.tls),
    systemClockOffset: clock.nowMs() - Date.now(),
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    customUserAgent: 'bucket-brigade',
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      await putErrorInForm(result.response);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'putErrorInForm' },
  );
  client.middlewareStack.addRelativeTo(
    <Args, Output>(next: (args: Args) => Promise<Output>) =>
      async (args: Args): Promise<Output> => {
        const offsetBeforeMs = client.config.systemClockOffset;
        try {
          return await next(args);
        } catch (thrown) {
          noteSkew(thrown, client.config.systemClockOffset - offsetBeforeMs);
          throw thrown;
        }
      },
    { relation: 'before', toMiddleware: 'httpSigningMiddleware', name: 'retryOnceForSkew' },
  );
  return client;
}

/**
 * Whether the refusal is worth another attempt with the offset that its Date header gave. The SDK judges by the size of
 * the whole offset: on a clock that is off it takes every refusal for one of the clock, as the milliseconds differ from
 * the last, and sends again what is refused for good (the code of a device).
 */
function noteSkew(thrown: unknown, learnedMs: number): void {
  const metadata = (thrown as { readonly $metadata?: { clockSkewCorrected?: boolean } }).$metadata;
  if (metadata !== undefined) metadata.clockSkewCorrected = Math.abs(learnedMs) >= refusedSkewMs;
}

/** `https://sts.REGION.amazonaws.com`, or the endpoint of its own. */
export function stsEndpoint({ endpointUrl, region }: Pick<StsAddress, 'endpointUrl' | 'region'>): string {
  return endpointUrl ?? `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Ceph answers errors of STS in S3's form (`<Error>` alone), in which the SDK finds no code: put it in STS's form. */
async function putErrorInForm(response: unknown): Promise<void> {
  if (!HttpResponse.isInstance(response) || response.statusCode < 300) return;
  if (!(response.body instanceof Readable)) return;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= maxErrorBytes) chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const inS3Form = /^\s*(?:<\?xml[^>]*\?>\s*)?(<Error>[^]*<\/Error>)\s*$/.exec(text)?.[1];
  response.body = Buffer.from(inS3Form === undefined ? text : `<ErrorResponse>${inS3Form}</ErrorResponse>`);
}

/**
 * The AppError of whatever a call of STS threw, without a secret in it: STS puts the canonical request, the session
 * token in it, into its refusals of signatures. `secrets`: what else was sent and must not be seen.
 */
export function mapStsError(
  thrown: unknown,
  call: {
    readonly operation: string;
    readonly address: StsAddress;
    readonly credentials: SigningCredentials;
    readonly secrets?: readonly string[];
    readonly signal?: AbortSignal | undefined;
  },
): AppError {
  const { operation, address, credentials } = call;
  if (call.signal?.aborted === true) return appError('Cancelled', { operation });
  const endpoint = stsEndpoint(address);
  const error = mapSdkError(thrown, { operation, endpoint, host: new URL(endpoint).host });
  return withoutSentSecrets(error, credentials, call.secrets);
}

/**
 * Pure. An error of STS without what was sent: its refusals of signatures have the canonical request in them, with the session
 * token, and its refusals of values the value. `secrets`: what else was sent, such as the code of a device.
 */
export function withoutSentSecrets(
  error: AppError,
  credentials: Pick<SigningCredentials, 'secretAccessKey' | 'sessionToken'>,
  secrets: readonly string[] = [],
): AppError {
  if (error.cause === undefined) return error;
  const redactor = createRedactor();
  redactor.remember(credentials.secretAccessKey);
  if (credentials.sessionToken) redactor.remember(credentials.sessionToken);
  const withoutRequest = error.cause.replace(/\s*The Canonical String for this request should have been[^]*$/, '');
  const cause = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), redactor.text(withoutRequest));
  return { ...error, cause };
}
