import { createHash, randomBytes, verify, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../shared/domain/clock.ts';

/**
 * IAM Roles Anywhere, as strict as its documentation, on 127.0.0.1. Written from that alone: it shares no line with the
 * client, whose requests it takes apart as they came over the wire.
 */
export type FakeRolesAnywhereOptions = {
  /** The certificate authority that the trust anchor holds. */
  readonly trustAnchorPem: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly profileArn: string;
  readonly roleArn: string;
  readonly trustAnchorArn: string;
  readonly region: string;
};

export type IssuedCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresMs: number;
};

export type SeenSessionRequest = {
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the answer; null for a connection that was reset. */
  readonly status: number | null;
};

/** What it does from now on; each call changes only what it names. */
export type Behaviour = {
  /** So many requests are throttled, answered with a 500, or their connection is reset. */
  throttle: number;
  serverError: number;
  reset: number;
  /** Asked for when it throttles. */
  retryAfterSeconds: number | null;
  /** Its clock is so much ahead of the one it was given. */
  skewMs: number;
  sessionName: 'taken' | 'refused' | 'required';
  emptySet: boolean;
  /** Refuses with this message, whatever is asked. */
  deny: string | null;
  /** Answers with just this. */
  answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string } | null;
};

export interface FakeRolesAnywhere {
  readonly endpointUrl: string;
  /** All it ever gave out, for a server that wants to know whether a token is good. */
  readonly issued: readonly IssuedCredentials[];
  readonly requests: readonly SeenSessionRequest[];
  tell(behaviour: Partial<Behaviour>): void;
  close(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const denied = (message: string) => new Refusal(403, 'AccessDeniedException', message);
const invalid = (message: string) => new Refusal(400, 'ValidationException', message);
const notFound = (message: string) => new Refusal(404, 'ResourceNotFoundException', message);

export async function startFakeRolesAnywhere(options: FakeRolesAnywhereOptions): Promise<FakeRolesAnywhere> {
  const issued: IssuedCredentials[] = [];
  const requests: SeenSessionRequest[] = [];
  const behaviour: Behaviour = {
    throttle: 0,
    serverError: 0,
    reset: 0,
    retryAfterSeconds: null,
    skewMs: 0,
    sessionName: 'taken',
    emptySet: false,
    deny: null,
    answer: null,
  };
  const nowMs = () => options.clock.nowMs() + behaviour.skewMs;

  function answerTo(request: WireRequest): { status: number; headers?: Record<string, string>; body: string } {
    if (behaviour.answer !== null) return behaviour.answer;
    if (behaviour.throttle > 0) {
      behaviour.throttle -= 1;
      throw new Refusal(429, 'ThrottlingException', 'Rate exceeded');
    }
    if (behaviour.serverError > 0) {
      behaviour.serverError -= 1;
      throw new Refusal(500, 'InternalServerException', 'Try again');
    }
    if (behaviour.deny !== null) throw denied(behaviour.deny);
    const leaf = authenticate(request, options, nowMs());
    const asked = readAsked(request, options);
    checkSessionName(asked.sessionName, behaviour.sessionName);
    const credentials = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(200).toString('base64'),
      // Whole seconds, as they stand in the answer.
      expiresMs: Math.floor(nowMs() / 1000) * 1000 + asked.durationSeconds * 1000,
    };
    if (!behaviour.emptySet) issued.push(credentials);
    return {
      status: 201,
      body: JSON.stringify(sessionBody(behaviour.emptySet ? null : credentials, options, leaf, asked)),
    };
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = readWire(incoming, Buffer.concat(chunks));
    const note = (status: number | null) =>
      requests.push({ url: request.url, headers: request.headers, body: request.body.toString(), status });
    if (behaviour.reset > 0) {
      behaviour.reset -= 1;
      note(null);
      incoming.socket.resetAndDestroy();
      return;
    }
    response.sendDate = false;
    response.setHeader('date', new Date(nowMs()).toUTCString());
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-amzn-requestid', `request-${requests.length + 1}`);
    try {
      const { status, headers, body } = answerTo(request);
      note(status);
      response.writeHead(status, headers).end(body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      note(error.status);
      const pause = behaviour.retryAfterSeconds;
      response
        .writeHead(error.status, {
          'x-amzn-errortype': `${error.code}:http://internal.amazon.com/coral/`,
          ...(error.status === 429 && pause !== null ? { 'retry-after': String(pause) } : {}),
        })
        .end(JSON.stringify({ message: error.message }));
    }
  }

  // A chain of large certificates is more than Node's 16 KiB of headers.
  const server = createServer({ maxHeaderSize: 128 * 1024 }, (incoming, response) => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpointUrl: `http://127.0.0.1:${port}`,
    issued,
    requests,
    tell: (change) => void Object.assign(behaviour, change),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type WireRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

function readWire(incoming: IncomingMessage, body: Buffer): WireRequest {
  const headers: Record<string, string> = {};
  const { rawHeaders } = incoming;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    headers[name] = name in headers ? `${headers[name]},${rawHeaders[index + 1]}` : String(rawHeaders[index + 1]);
  }
  return { method: incoming.method ?? '', url: incoming.url ?? '', headers, body };
}

const authorizationForm =
  /^(AWS4-X509-(RSA|ECDSA)-SHA256) Credential=(\d+)\/(\d{8})\/([a-z0-9-]+)\/rolesanywhere\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=((?:[0-9a-f]{2})+)$/;
const neverSigned = ['authorization', 'user-agent', 'x-amzn-trace-id'];

/** The certificate that signed; throws what the service answers to anything that is not exactly right. */
function authenticate(request: WireRequest, options: FakeRolesAnywhereOptions, nowMs: number): X509Certificate {
  const { method, url, headers } = request;
  const [path = '', query = ''] = url.split('?');
  if (method !== 'POST' || path !== '/sessions')
    throw new Refusal(404, 'UnknownOperationException', 'No such operation');
  const parts = authorizationForm.exec(headers['authorization'] ?? '');
  if (parts === null) throw denied('Missing or malformed authorization');
  const [, algorithm = '', family, serial, day = '', region, signedList = '', signature = ''] = parts;

  const signed = signedList.split(';');
  const mustSign = ['content-type', 'host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const isSorted = signed.every((name, index) => index === 0 || String(signed[index - 1]) < name);
  if (!isSorted || !mustSign.every((name) => signed.includes(name))) throw denied('Headers are not signed');
  if (!['x-amz-date', 'x-amz-x509'].every((name) => signed.includes(name))) throw denied('Headers are not signed');
  if (signed.some((name) => neverSigned.includes(name) || headers[name] === undefined))
    throw denied('Wrong headers signed');
  if (headers['content-type'] !== 'application/json') throw invalid('Wrong content type');

  const leaf = readCertificate(headers['x-amz-x509'] ?? '');
  const chain = (headers['x-amz-x509-chain'] ?? '')
    .split(',')
    .filter((text) => text !== '')
    .map(readCertificate);
  if (BigInt(`0x${leaf.serialNumber}`).toString(10) !== serial) throw denied('Serial number does not match');
  const isEc = leaf.publicKey.asymmetricKeyType === 'ec';
  if ((family === 'ECDSA') !== isEc) throw denied('Algorithm does not fit the key');

  const date = headers['x-amz-date'] ?? '';
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (time === null || !date.startsWith(day) || region !== options.region) throw denied('Invalid scope');
  const [year = 0, month = 0, ...rest] = time.slice(1).map(Number);
  if (Math.abs(Date.UTC(year, month - 1, ...rest) - nowMs) > 5 * 60_000) throw denied('Invalid signature');

  const canonical = [
    'POST',
    '/sessions',
    canonicalQuery(query),
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedList,
    sha256(request.body),
  ].join('\n');
  const text = [algorithm, date, `${day}/${region}/rolesanywhere/aws4_request`, sha256(Buffer.from(canonical))].join(
    '\n',
  );
  if (!verify('sha256', Buffer.from(text), leaf.publicKey, Buffer.from(signature, 'hex')))
    throw denied('Invalid signature');
  checkTrust(leaf, chain, new X509Certificate(options.trustAnchorPem), nowMs);
  return leaf;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Base64 of DER on one line, and nothing but the certificate in it. */
function readCertificate(text: string): X509Certificate {
  const der = Buffer.from(text, 'base64');
  if (text === '' || der.toString('base64') !== text) throw denied('Certificate is not base64 on one line');
  try {
    const certificate = new X509Certificate(der);
    if (Buffer.from(certificate.raw).equals(der)) return certificate;
  } catch {
    // Told below.
  }
  throw denied('Certificate cannot be read');
}

/** Names and values as they came, which must be escaped as RFC 3986 wants it. */
function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '');
  for (const part of pairs.flatMap((pair) => pair.split('='))) {
    const escaped = encodeURIComponent(decodeURIComponent(part)).replace(
      /[!'()*]/g,
      (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    if (escaped !== part) throw denied('Query is not escaped');
  }
  return pairs.sort().join('&');
}

function checkTrust(
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
  anchor: X509Certificate,
  nowMs: number,
): void {
  const untrusted = denied('Untrusted Signing Certificate');
  if (leaf.ca) throw untrusted;
  const isIssuedBy = (one: X509Certificate, by: X509Certificate) =>
    by.ca && one.checkIssued(by) && one.verify(by.publicKey);
  const isValid = (one: X509Certificate) => one.validFromDate.getTime() <= nowMs && nowMs <= one.validToDate.getTime();
  let current = leaf;
  for (let depth = 0; depth <= chain.length; depth += 1) {
    if (!isValid(current)) throw untrusted;
    if (isIssuedBy(current, anchor) && isValid(anchor)) return;
    const issuer = chain.find((candidate) => candidate !== current && isIssuedBy(current, candidate));
    if (issuer === undefined) throw untrusted;
    current = issuer;
  }
  throw untrusted;
}

type Asked = { readonly durationSeconds: number; readonly sessionName: string | undefined };

const bodyFields = [
  'durationSeconds',
  'roleSessionName',
  'instanceProperties',
  'sessionName',
  'profileArn',
  'roleArn',
  'trustAnchorArn',
];

function readAsked(request: WireRequest, options: FakeRolesAnywhereOptions): Asked {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const body = parseBody(request.body.toString('utf8'));
  for (const name of Object.keys(body)) if (!bodyFields.includes(name)) throw invalid(`Unknown field ${name}`);
  const arn = (name: 'profileArn' | 'roleArn' | 'trustAnchorArn') => {
    const values = [...query.getAll(name), ...(name in body ? [body[name]] : [])];
    if (values.length !== 1) throw invalid(`${name} must be given once`);
    return values[0];
  };
  if (arn('trustAnchorArn') !== options.trustAnchorArn) throw notFound('Trust anchor not found');
  if (arn('profileArn') !== options.profileArn) throw notFound('Profile not found');
  const role = arn('roleArn');
  if (role !== options.roleArn) throw denied(`Unable to assume role for ${String(role)}`);
  const durationSeconds = body['durationSeconds'] ?? 3600;
  if (typeof durationSeconds !== 'number' || !Number.isInteger(durationSeconds)) throw invalid('durationSeconds');
  if (durationSeconds < 900 || durationSeconds > 43_200) throw invalid('durationSeconds must be between 900 and 43200');
  const sessionName = body['roleSessionName'];
  if (sessionName !== undefined && (typeof sessionName !== 'string' || !/^[\w+=,.@-]{2,64}$/.test(sessionName))) {
    throw invalid("Value at 'roleSessionName' failed to satisfy constraint: [\\w+=,.@-]*");
  }
  return { durationSeconds, sessionName };
}

function parseBody(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new Refusal(400, 'SerializationException', 'The body is no JSON object');
}

function checkSessionName(name: string | undefined, rule: Behaviour['sessionName']): void {
  if (rule === 'refused' && name !== undefined) throw denied('Not authorized to set roleSessionName.');
  if (rule === 'required' && name === undefined) throw invalid('roleSessionName is required');
}

function sessionBody(
  credentials: IssuedCredentials | null,
  { roleArn, trustAnchorArn }: FakeRolesAnywhereOptions,
  leaf: X509Certificate,
  { sessionName }: Asked,
): unknown {
  const name = sessionName ?? leaf.serialNumber.toLowerCase();
  const subjectArn = trustAnchorArn.replace(/:trust-anchor\/.*$/, ':subject/one');
  if (credentials === null) return { credentialSet: [], subjectArn };
  const { accessKeyId, secretAccessKey, sessionToken, expiresMs } = credentials;
  const expiration = `${new Date(expiresMs).toISOString().slice(0, 19)}Z`;
  const assumedRoleUser = {
    arn: `${roleArn.replace(':role/', ':assumed-role/')}/${name}`,
    assumedRoleId: `AROA:${name}`,
  };
  return {
    credentialSet: [
      {
        credentials: { accessKeyId, secretAccessKey, sessionToken, expiration },
        assumedRoleUser,
        packedPolicySize: 10,
        roleArn,
        sourceIdentity: 'CN=leaf',
      },
    ],
    subjectArn,
  };
}
