import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** An error answer of STS. */
export type StsFailure = { readonly status: number; readonly code: string; readonly message: string };

/** The parts of a signed request, taken apart after AWS's description of Signature Version 4 and not with our signer. */
export type SignedRequest = {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
};

export type SignatureClaim = {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly amzDate: string;
  readonly dateMs: number;
};

const windowMs = 5 * 60_000;

export async function receiveRequest(incoming: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const name = String(incoming.rawHeaders[i]).toLowerCase();
    const value = String(incoming.rawHeaders[i + 1]);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return { method: incoming.method ?? '', target: incoming.url ?? '', headers, body: Buffer.concat(chunks) };
}

export function readClaim(request: SignedRequest): SignatureClaim | StsFailure {
  const authorization = request.headers.get('authorization');
  if (authorization === undefined) {
    return { status: 403, code: 'MissingAuthenticationToken', message: 'Request is missing Authentication Token' };
  }
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  const amzDate = request.headers.get('x-amz-date') ?? '';
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  if (!match || !time) {
    return {
      status: 400,
      code: 'IncompleteSignature',
      message: 'The request signature does not conform to AWS standards.',
    };
  }
  const [, accessKeyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = match;
  const [year, month, date, hour, minute, second] = time.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    accessKeyId,
    sessionToken: request.headers.get('x-amz-security-token'),
    day,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
    amzDate,
    dateMs: Date.UTC(year, month - 1, date, hour, minute, second),
  };
}

/** Null when it is right at this time of the server. */
export function checkSignature(
  request: SignedRequest,
  claim: SignatureClaim,
  secretAccessKey: string,
  serverMs: number,
): StsFailure | null {
  if (claim.service !== 'sts') return refuse("Credential should be scoped to correct service: 'sts'. ");
  if (claim.day !== claim.amzDate.slice(0, 8)) {
    return refuse(`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP`);
  }
  const now = stamp(serverMs);
  if (claim.dateMs < serverMs - windowMs) {
    return refuse(
      `Signature expired: ${claim.amzDate} is now earlier than ${stamp(serverMs - windowMs)} (${now} - 5 min.)`,
    );
  }
  if (claim.dateMs > serverMs + windowMs) {
    return refuse(
      `Signature not yet current: ${claim.amzDate} is still later than ${stamp(serverMs + windowMs)} (${now} + 5 min.)`,
    );
  }
  const unsigned = [...request.headers.keys()].filter(
    (name) =>
      (name === 'host' || name === 'content-type' || name.startsWith('x-amz-')) && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    return refuse(`'${unsigned.join("' or '")}' must be a 'SignedHeader' in the AWS Authorization.`);

  const canonical = canonicalText(request, claim.signedHeaders);
  const scope = `${claim.day}/${claim.region}/${claim.service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${claim.amzDate}\n${scope}\n${sha256(canonical)}`;
  const key = [claim.day, claim.region, claim.service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const expected = createHmac('sha256', key).update(toSign).digest('hex');
  if (timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) return null;
  return refuse(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n' +
      `The Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
  );
}

function refuse(message: string): StsFailure {
  return { status: 403, code: 'SignatureDoesNotMatch', message };
}

function canonicalText(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = request.target.split(/\?(.*)/s);
  const parameters = [...new URLSearchParams(query)]
    .map(([name, value]) => `${escapeComponent(name)}=${escapeComponent(value)}`)
    .sort();
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  return [
    request.method,
    path,
    parameters.join('&'),
    headers.join(''),
    [...signedHeaders].sort().join(';'),
    sha256(request.body),
  ].join('\n');
}

function escapeComponent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}
