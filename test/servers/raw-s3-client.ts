import { Agent, type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { emptyPayloadHash, sha256Hex } from '../../main/s3/sigv4/canonical-request.ts';
import { encodeKey, encodeQuery, type QueryParameter } from '../../main/s3/sigv4/encode.ts';
import { signRequest } from '../../main/s3/sigv4/sign-request.ts';
import { readXml, type XmlElement } from '../../main/local-s3/http/xml-read.ts';

export type RawRequest = {
  readonly method: string;
  /** `/bucket/key`, not encoded. */
  readonly path: string;
  readonly query?: readonly QueryParameter[];
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly payloadHash?: string;
  /** Announced instead of the length of the body; what is missing never comes, and so no answer does. */
  readonly announcedBytes?: number;
  readonly dateMs?: number;
};

export type RawAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body's root element, when it is XML. */
  readonly xml: XmlElement | null;
  /** `Code` of an error's document. */
  readonly code: string | undefined;
};

export type RawS3Client = { send(request: RawRequest): Promise<RawAnswer>; close(): void };

/** Sends single signed requests and hides nothing of the answer: for what the SDK would not send or not show. */
export function createRawS3Client(server: {
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}): RawS3Client {
  const agent = new Agent({ keepAlive: true });
  const host = `127.0.0.1:${server.port}`;

  function send(raw: RawRequest): Promise<RawAnswer> {
    const body = raw.body === undefined ? undefined : Buffer.from(raw.body as Uint8Array);
    const path = encodeKey(raw.path);
    const query = raw.query ?? [];
    const headers = { host, ...raw.headers };
    const signed = signRequest({
      method: raw.method,
      path,
      query,
      headers,
      payloadHash: raw.payloadHash ?? (body ? sha256Hex(body) : emptyPayloadHash),
      credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
      region: 'us-east-1',
      dateMs: raw.dateMs ?? Date.now(),
    });
    return new Promise((resolve, reject) => {
      const request = sendRequest({
        agent,
        host: '127.0.0.1',
        port: server.port,
        method: raw.method,
        path: query.length === 0 ? path : `${path}?${encodeQuery(query)}`,
        headers: { ...headers, ...signed, ...(body ? { 'content-length': raw.announcedBytes ?? body.length } : {}) },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const whole = Buffer.concat(chunks);
          const isXml = response.headers['content-type'] === 'application/xml';
          const xml = isXml ? readXml(whole.toString('utf8')) : null;
          const code = xml?.children.find((child) => child.name === 'Code')?.text;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, xml, code });
        });
      });
      if (raw.announcedBytes === undefined) request.end(body);
      else request.write(body ?? '');
    });
  }

  return { send, close: () => agent.destroy() };
}
