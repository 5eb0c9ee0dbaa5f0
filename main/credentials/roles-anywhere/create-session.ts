import { HttpRequest } from '@smithy/core/transport';
import { z } from 'zod';
import { cleanSessionName, type RolesAnywhereAuth } from '../../../shared/domain/auth.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { SigningCredentials } from '../../s3/data-plane/transport.ts';
import { pause } from '../../pause.ts';
import { mapSdkError } from '../../s3/error-map.ts';
import { createSignInHandler, type SignInTls } from '../sign-in-transport.ts';
import { mapSessionFailure, refusesSessionName, type SessionAnswer } from './session-errors.ts';
import { sessionEndpoint, type SessionEndpoint } from './session-endpoint.ts';
import { signX509 } from './sign-x509.ts';

/** What is asked for; nothing in it is secret. */
export type SessionSettings = Pick<
  RolesAnywhereAuth,
  | 'profileArn'
  | 'roleArn'
  | 'trustAnchorArn'
  | 'region'
  | 'customRegion'
  | 'sessionName'
  | 'durationSeconds'
  | 'endpointUrl'
>;

export type SessionDeps = {
  readonly clock: Clock;
  readonly tls?: SignInTls | undefined;
};

export type RolesAnywhereSession = SigningCredentials & {
  /** When they end, by our own clock, even where that is known to be wrong. */
  readonly expiresMs: number;
  /** As the service says it. */
  readonly roleArn?: string;
  readonly subjectArn?: string;
  /** False: the profile does not accept a name for the session, so that it has none of ours. */
  readonly sessionNameSent: boolean;
};

/** Tries of what may pass by itself (throttling, 5xx, connections that fail), the first included. */
const maxTries = 3;
const basePauseMs = 500;
const maxPauseMs = 20_000;
/** As for S3: `Date` headers are whole seconds and arrive late. */
const noticeableSkewMs = 60_000;
/** An answer is some kilobytes; another server's page need not be read to its end. */
const maxAnswerBytes = 1024 * 1024;

/**
 * Asks IAM Roles Anywhere for temporary credentials. Asking again gives others; the old ones stay good until they end.
 * `identity` as readKeyMaterial gave it; checkCertificate comes before this. Besides the tries there is one more each
 * when the service's clock turns out to be another and when the profile accepts no session name.
 * Errors: RolesAnywhere…, SlowDown, InternalError, those of the network, Cancelled.
 */
export async function createRolesAnywhereSession(
  settings: SessionSettings,
  identity: { readonly certificatePem: string; readonly privateKeyPem: string },
  { clock, tls }: SessionDeps,
  signal?: AbortSignal,
): Promise<Result<RolesAnywhereSession>> {
  const endpoint = sessionEndpoint(settings);
  if (!endpoint.ok) return endpoint;
  const handler = createSignInHandler(tls);
  let offsetMs = 0;
  let sessionNameSent = true;
  let pauses = 0;
  for (;;) {
    const body = bodyOf(settings, sessionNameSent);
    const request = signedRequest(settings, identity, endpoint.value, body, clock.nowMs() + offsetMs);
    const answer = await send(handler, request, endpoint.value.host, signal);
    const session = answer.ok ? readSession(answer.value, { sessionNameSent, offsetMs }) : answer;
    if (session.ok) return session;
    if (sessionNameSent && refusesSessionName(session.error)) {
      sessionNameSent = false;
      continue;
    }
    const skewMs = answer.ok && offsetMs === 0 ? skewOf(answer.value, clock.nowMs()) : 0;
    if (skewMs !== 0) {
      offsetMs = skewMs;
      continue;
    }
    pauses += 1;
    if (session.error.retry !== 'backoff' || pauses >= maxTries) return session;
    if (!(await pause(clock, pauseMs(pauses, session.error), signal))) {
      return err(appError('Cancelled', { host: endpoint.value.host }));
    }
  }
}

function bodyOf(settings: SessionSettings, withName: boolean): string {
  const { durationSeconds, sessionName } = settings;
  return JSON.stringify({
    durationSeconds,
    ...(withName ? { roleSessionName: cleanSessionName(sessionName) } : {}),
  });
}

function signedRequest(
  { profileArn, roleArn, trustAnchorArn }: SessionSettings,
  identity: { readonly certificatePem: string; readonly privateKeyPem: string },
  { protocol, hostname, port, host, path, region }: SessionEndpoint,
  body: string,
  dateMs: number,
): HttpRequest {
  // In the query, as AWS's own helper sends them.
  const query = { profileArn, roleArn, trustAnchorArn };
  const signed = signX509({ host, path, query: Object.entries(query), body, region, dateMs, identity });
  return new HttpRequest({
    method: 'POST',
    protocol,
    hostname,
    ...(port === undefined ? {} : { port }),
    path,
    query,
    headers: {
      ...signed,
      accept: 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'bucket-brigade',
    },
    body,
  });
}

async function send(
  handler: ReturnType<typeof createSignInHandler>,
  request: HttpRequest,
  host: string,
  signal: AbortSignal | undefined,
): Promise<Result<SessionAnswer>> {
  try {
    const { response } = await handler.handle(request, signal === undefined ? {} : { abortSignal: signal });
    const text = await readText(response.body as AsyncIterable<Uint8Array>);
    return ok({ status: response.statusCode, headers: response.headers, text, host });
  } catch (error) {
    if (signal?.aborted === true) return err(appError('Cancelled', { host }));
    return err(mapSdkError(error, { operation: 'CreateSession', host }));
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of the answer only what is used; the rest may change. */
const answerSchema = z.object({
  subjectArn: z.string().optional(),
  credentialSet: z
    .array(
      z.object({
        roleArn: z.string().optional(),
        credentials: z.object({
          accessKeyId: z.string().min(1),
          secretAccessKey: z.string().min(1),
          sessionToken: z.string().min(1),
          expiration: z.iso.datetime({ offset: true }),
        }),
      }),
    )
    .min(1),
});

function readSession(
  answer: SessionAnswer,
  { sessionNameSent, offsetMs }: { readonly sessionNameSent: boolean; readonly offsetMs: number },
): Result<RolesAnywhereSession> {
  if (answer.status < 200 || answer.status >= 300) return err(mapSessionFailure(answer));
  const parsed = answerSchema.safeParse(jsonOrNull(answer.text));
  const set = parsed.data?.credentialSet[0];
  if (set === undefined) return err(appError('RolesAnywhereEmpty', { host: answer.host, status: answer.status }));
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = set.credentials;
  return ok({
    accessKeyId,
    secretAccessKey,
    sessionToken,
    // On our clock, which is what it will be compared with.
    expiresMs: Date.parse(expiration) - offsetMs,
    ...(set.roleArn === undefined ? {} : { roleArn: set.roleArn }),
    ...(parsed.data?.subjectArn === undefined ? {} : { subjectArn: parsed.data.subjectArn }),
    sessionNameSent,
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Server time minus ours when that may be why it refused; else 0. */
function skewOf({ status, headers }: SessionAnswer, nowMs: number): number {
  const dateMs = Date.parse(headers['date'] ?? '');
  if (status !== 403 || Number.isNaN(dateMs)) return 0;
  return Math.abs(dateMs - nowMs) > noticeableSkewMs ? dateMs - nowMs : 0;
}

/** Doubled each time, never before what the server asked for (Retry-After) within reason. */
function pauseMs(pauses: number, { context }: AppError): number {
  const askedMs = Number(context['retryAfterSeconds'] ?? 0) * 1000;
  return Math.max(basePauseMs * 2 ** (pauses - 1), Math.min(askedMs, maxPauseMs));
}
