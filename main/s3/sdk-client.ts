import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { getSmithyContext, HttpRequest } from '@smithy/core/transport';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { AppErrorException } from '../../shared/errors.ts';
import { needsPathStyle } from './bucket-address.ts';
import type { CredentialSource } from './credential-source.ts';
import { defaultConnectMs } from './data-plane/http/limit-connecting.ts';
import { defaultStallMs } from './data-plane/stall.ts';
import type { SigningCredentials } from './data-plane/transport.ts';
import { maxAttempts, PatientRetries } from './sdk-retries.ts';
import type { ServerClock } from './server-clock.ts';

/** Of a connection: how its server is reached. */
export type ServerSettings = {
  /** Null: Amazon S3. */
  readonly endpointUrl: string | null;
  /** Null: us-east-1 until a server tells otherwise. */
  readonly region: string | null;
  readonly pathStyle: boolean;
  /** `caBundle`: PEM text that takes the place of the built-in authorities, as in aws-cli. */
  readonly tls: { readonly verify: boolean; readonly caBundle?: string | undefined };
  readonly timeouts?: Partial<Timeouts> | undefined;
};

export type Timeouts = {
  readonly connectMs: number;
  /** Silence on the socket. */
  readonly idleMs: number;
  /** The same for calls that make the server work: copies, completions, deletions of many. */
  readonly patientIdleMs: number;
};
const defaultTimeouts: Timeouts = { connectMs: defaultConnectMs, idleMs: defaultStallMs, patientIdleMs: 600_000 };

export interface SdkClients {
  /** One client for each region, made when first asked for; a shared client's region is never rewritten. */
  clientFor(region: string, patient: boolean): S3Client;
  /** What the request was signed with whose failure was thrown; undefined when it was not signed. */
  signedWith(thrown: unknown): SigningCredentials | undefined;
  destroy(): void;
}

const maxSockets = 64;
const sliceBytes = 64 * 1024;

export function createSdkClients(
  settings: ServerSettings,
  credentials: CredentialSource,
  serverClock: ServerClock,
): SdkClients {
  const timeouts = { ...defaultTimeouts, ...settings.timeouts };
  // HTTPS_PROXY, HTTP_PROXY and NO_PROXY are Node's own business since 24.5.
  const agentOptions = { keepAlive: true, maxSockets, proxyEnv: process.env };
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent({
    ...agentOptions,
    rejectUnauthorized: settings.tls.verify,
    ...(settings.tls.caBundle === undefined ? {} : { ca: settings.tls.caBundle }),
  });
  const handler = (idleMs: number) =>
    new NodeHttpHandler({ httpAgent, httpsAgent, connectionTimeout: timeouts.connectMs, socketTimeout: idleMs });
  const prompt = handler(timeouts.idleMs);
  const patient = handler(timeouts.patientIdleMs);
  const clients = new Map<string, S3Client>();
  /** Beside the errors and not in them, which are logged. */
  const signers = new WeakMap<object, SigningCredentials>();

  serverClock.onChange((offsetMs) => {
    for (const client of clients.values()) client.config.systemClockOffset = offsetMs;
  });

  const provide = async () => {
    const result = await credentials();
    if (!result.ok) throw new AppErrorException(result.error);
    const { accessKeyId, secretAccessKey, sessionToken } = result.value;
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      // Always about to end: the SDK would keep them in a cache of its own, and ours is asked for each call instead.
      expiration: new Date(),
    };
  };

  const make = (region: string, isPatient: boolean): S3Client => {
    const client = new S3Client({
      region,
      credentials: provide,
      ...(settings.endpointUrl === null ? {} : { endpoint: settings.endpointUrl }),
      forcePathStyle: needsPathStyle(settings),
      // Only said to the server: left out, it would be taken from the environment.
      maxAttempts,
      retryStrategy: new PatientRetries(),
      requestHandler: isPatient ? patient : prompt,
      // Compatible servers reject, ignore or store the checksums the SDK adds on its own; we ask for ours by name.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      systemClockOffset: serverClock.offsetMs(),
      // Redirects are followed here, with a client of the right region.
      followRegionRedirects: false,
      // Nothing of this process's configuration may change what a connection says.
      useArnRegion: false,
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
      disableS3ExpressSessionAuth: true,
      customUserAgent: 'bucket-brigade',
    });
    // Below the retries, which send the same bytes again.
    client.middlewareStack.add((next) => (args) => next({ ...args, request: writtenInSlices(args.request) }), {
      step: 'deserialize',
      priority: 'low',
      name: 'writeInSlices',
    });
    client.middlewareStack.add(
      (next, context) => async (args) => {
        try {
          return await next(args);
        } catch (thrown) {
          const identity = signerOf(context);
          if (identity !== undefined && typeof thrown === 'object' && thrown !== null) signers.set(thrown, identity);
          throw thrown;
        }
      },
      { step: 'initialize', name: 'noteSigner' },
    );
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const date = dateHeaderOf(result.response);
        if (date !== undefined) serverClock.noteServerDate(Date.parse(date));
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'learnServerClock' },
    );
    return client;
  };

  return {
    clientFor(region, isPatient) {
      const name = `${region}/${isPatient}`;
      let client = clients.get(name);
      if (client === undefined) {
        client = make(region, isPatient);
        clients.set(name, client);
      }
      return client;
    },
    signedWith: (thrown) => (typeof thrown === 'object' && thrown !== null ? signers.get(thrown) : undefined),
    destroy() {
      clients.clear();
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** The credentials a call was signed with: the SDK keeps them with the way it chose to sign. */
function signerOf(context: Parameters<typeof getSmithyContext>[0]): SigningCredentials | undefined {
  const scheme = getSmithyContext(context)['selectedHttpAuthScheme'] as { identity?: SigningCredentials } | undefined;
  return scheme?.identity;
}

/**
 * The request with a large body as a stream of slices. Written at once, a body is one write to the socket, and under TLS
 * nothing is heard of it until all of it is out: a slow line would be taken for a silent one.
 */
function writtenInSlices(request: unknown): unknown {
  if (!HttpRequest.isInstance(request)) return request;
  const body: unknown = request.body;
  if (!(body instanceof Uint8Array) || body.byteLength <= sliceBytes) return request;
  const sliced = HttpRequest.clone(request);
  sliced.body = Readable.from(slicesOf(body));
  return sliced;
}

function* slicesOf(body: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < body.byteLength; offset += sliceBytes) yield body.subarray(offset, offset + sliceBytes);
}

function dateHeaderOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const headers = response.headers as Readonly<Record<string, string | undefined>>;
  return headers['date'];
}
