import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpHandler } from '../../main/local-s3/handler.ts';
import type { FindSecret } from '../../main/local-s3/http/authenticate.ts';
import { startLocalS3 } from '../../main/local-s3/start.ts';
import type { Clock } from '../../shared/domain/clock.ts';

/** Whoever gives out temporary credentials: the fake STS, the fake Roles Anywhere. */
export type CredentialIssuer = {
  /** All it ever gave out, looked through for each request. */
  readonly issued: readonly {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiresMs: number;
    readonly arn?: string;
  }[];
};

/** A request as a policy sees it. */
export type TemporaryS3Request = {
  readonly accessKeyId: string;
  readonly method: string;
  /** '' for the list of buckets. */
  readonly bucket: string;
  /** Decoded; '' for a request to the bucket. */
  readonly key: string;
  /** Of a listing, '' without one; null for everything else. */
  readonly prefix: string | null;
  /** As IAM calls it: `s3:ListBucket` … */
  readonly action: string;
  readonly query: URLSearchParams;
};

export type TemporaryS3 = {
  readonly endpointUrl: string;
  readonly port: number;
  readonly folder: string;
  /** All requests, refused ones too. */
  readonly requests: readonly TemporaryS3Request[];
  requestCount(accessKeyId: string): number;
  /** ExpiredToken from now on. */
  revoke(accessKeyId: string): void;
  /** Requests of good credentials for which it is true are AccessDenied; null allows everything again. */
  setDeny(deny: ((request: TemporaryS3Request) => boolean) | null): void;
  close(): Promise<void>;
};

/** What stands for a policy that allows one prefix of one bucket, as the product's own least-privilege policy does. */
export function denyOutside(bucket: string, prefix: string): (request: TemporaryS3Request) => boolean {
  return (request) => {
    if (request.action === 's3:ListAllMyBuckets') return false;
    if (request.bucket !== bucket) return true;
    if (request.prefix !== null) return !request.prefix.startsWith(prefix);
    if (request.key !== '') return !request.key.startsWith(prefix);
    // HeadBucket is a ListBucket without a prefix. DeleteObjects has its keys in the body.
    return !['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:DeleteObject'].includes(request.action);
  };
}

/**
 * An S3 server on a folder of its own that takes the credentials of these issuers and no others: ExpiredToken once they
 * ended on `clock` or were revoked, InvalidToken for a token that is not the key's.
 */
export async function startTemporaryS3(options: {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly issuers: readonly CredentialIssuer[];
  readonly buckets?: readonly string[];
  readonly deny?: (request: TemporaryS3Request) => boolean;
}): Promise<TemporaryS3> {
  const { clock, issuers } = options;
  const folder = await mkdtemp(join(tmpdir(), 'brigade-temporary-s3-'));
  const requests: TemporaryS3Request[] = [];
  const revoked = new Set<string>();
  let deny = options.deny ?? null;

  const find = (accessKeyId: string) =>
    issuers.flatMap(({ issued }) => issued).find((each) => each.accessKeyId === accessKeyId);

  const findSecret: FindSecret = (accessKeyId, sessionToken) => {
    const credentials = find(accessKeyId);
    if (credentials === undefined) return { refuse: 'InvalidAccessKeyId' };
    if (credentials.sessionToken !== sessionToken) return { refuse: 'InvalidToken' };
    const hasEnded = credentials.expiresMs <= clock.nowMs() || revoked.has(accessKeyId);
    return hasEnded ? { refuse: 'ExpiredToken' } : { secretAccessKey: credentials.secretAccessKey };
  };

  const wrap =
    (handler: HttpHandler): HttpHandler =>
    async (incoming, response, expectsContinue) => {
      const { request, sessionToken } = describe(incoming);
      requests.push(request);
      const isGood = 'secretAccessKey' in findSecret(request.accessKeyId, sessionToken);
      if (deny === null || !isGood || !deny(request)) return handler(incoming, response, expectsContinue);
      const arn = find(request.accessKeyId)?.arn ?? 'arn:aws:sts::123456789012:assumed-role/r/s';
      const place = request.key === '' ? request.bucket : `${request.bucket}/${request.key}`;
      const message = `User: ${arn} is not authorized to perform: ${request.action} on resource: "arn:aws:s3:::${place}" because no identity-based policy allows the ${request.action} action`;
      incoming.resume();
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end(
        request.method === 'HEAD'
          ? undefined
          : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>${escapeText(message)}</Message><RequestId>DENIED</RequestId></Error>`,
      );
    };

  // A bucket is a folder with its name.
  for (const bucket of options.buckets ?? []) await mkdir(join(folder, bucket));
  const started = await startLocalS3({
    folder,
    // The pair that every local S3 has; nobody is told it.
    accessKeyId: randomUUID(),
    secretAccessKey: randomUUID(),
    findSecret,
    wrap,
    clock,
    durable: false,
  });
  if (!started.ok) throw new Error(`The temporary S3 did not start: ${started.error.code}`);
  return {
    endpointUrl: started.value.endpointUrl,
    port: started.value.port,
    folder,
    requests,
    requestCount: (accessKeyId) => requests.filter((request) => request.accessKeyId === accessKeyId).length,
    revoke: (accessKeyId) => void revoked.add(accessKeyId),
    setDeny: (next) => void (deny = next),
    close: async () => {
      await started.value.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function describe(incoming: IncomingMessage): { request: TemporaryS3Request; sessionToken: string | undefined } {
  const [path = '/', queryText = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const query = new URLSearchParams(queryText);
  const [, bucket = '', encodedKey = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const method = incoming.method ?? 'GET';
  const key = decodeURIComponent(encodedKey);
  const action = actionOf(method, bucket, key, query);
  const credential =
    query.get('X-Amz-Credential') ?? /Credential=([^,\s]+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
  const header = incoming.headers['x-amz-security-token'];
  return {
    request: {
      accessKeyId: credential.replace(/(?:\/[^/]*){4}$/, ''),
      method,
      bucket,
      key,
      prefix: action === 's3:ListBucket' && method === 'GET' ? (query.get('prefix') ?? '') : null,
      action,
      query,
    },
    sessionToken: query.get('X-Amz-Security-Token') ?? (typeof header === 'string' ? header : undefined),
  };
}

function actionOf(method: string, bucket: string, key: string, query: URLSearchParams): string {
  if (bucket === '') return 's3:ListAllMyBuckets';
  if (key === '') {
    if (method === 'PUT') return 's3:CreateBucket';
    if (method === 'DELETE') return 's3:DeleteBucket';
    if (method === 'POST') return 's3:DeleteObject';
    if (query.has('location')) return 's3:GetBucketLocation';
    if (query.has('versioning')) return 's3:GetBucketVersioning';
    return query.has('uploads') ? 's3:ListBucketMultipartUploads' : 's3:ListBucket';
  }
  if (query.has('tagging')) return method === 'GET' ? 's3:GetObjectTagging' : 's3:PutObjectTagging';
  if (method === 'DELETE') return query.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject';
  if (method === 'GET' || method === 'HEAD')
    return query.has('uploadId') ? 's3:ListMultipartUploadParts' : 's3:GetObject';
  return 's3:PutObject';
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
