import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type EndlessS3 = { readonly endpointUrl: string; readonly bucket: string; close(): Promise<void> };

const pageKeys = 1000;

export const keyAt = (index: number): string => `reading-${String(index).padStart(8, '0')}.json`;

/**
 * An S3 server for measurements: one bucket with `keys` made-up objects in its root, for whatever credentials. Uploads are
 * taken in at `uploadBytesPerSecond` each, so that they go on as long as something is measured, and thrown away.
 */
export async function startEndlessS3(keys: number, uploadBytesPerSecond: number): Promise<EndlessS3> {
  const bucket = 'readings';
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://server');
    const query = url.searchParams;
    const inRoot = url.pathname === '/' || url.pathname === `/${bucket}` || url.pathname === `/${bucket}/`;
    if (request.method === 'PUT') return take(request, response);
    if (request.method === 'POST') {
      await swallow(request, Number.POSITIVE_INFINITY);
      const result = query.has('uploads') ? 'InitiateMultipartUploadResult' : 'CompleteMultipartUploadResult';
      return send(response, 200, `<${result}><UploadId>1</UploadId><ETag>"0"</ETag></${result}>`);
    }
    if (request.method === 'DELETE') return send(response, 204, '');
    if (!inRoot) return send(response, 404, '<Error><Code>NoSuchKey</Code></Error>');
    if (url.pathname === '/') {
      const one = `<Bucket><Name>${bucket}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>`;
      return send(response, 200, `<ListAllMyBucketsResult><Buckets>${one}</Buckets></ListAllMyBucketsResult>`);
    }
    if (query.has('location')) return send(response, 200, '<LocationConstraint/>');
    if (query.get('list-type') === '2') return send(response, 200, page(query));
    return send(response, 200, '');
  }

  function page(query: URLSearchParams): string {
    const from = Number(query.get('continuation-token') ?? 0);
    const prefix = query.get('prefix') ?? '';
    const most = prefix === '' ? keys : 0;
    const to = Math.min(most, from + Math.min(pageKeys, Number(query.get('max-keys') ?? pageKeys)));
    const rows: string[] = [];
    for (let index = from; index < to; index += 1) {
      const size = (index * 7919) % 1_000_003;
      const modified = new Date(1_760_000_000_000 + ((index * 104_729) % 31_536_000) * 1000).toISOString();
      rows.push(
        `<Contents><Key>${keyAt(index)}</Key><Size>${size}</Size><LastModified>${modified}</LastModified>` +
          `<ETag>"${index.toString(16).padStart(32, '0')}"</ETag><StorageClass>STANDARD</StorageClass></Contents>`,
      );
    }
    const more = to < most;
    return (
      `<ListBucketResult><Name>${bucket}</Name><KeyCount>${rows.length}</KeyCount><IsTruncated>${more}</IsTruncated>` +
      `${more ? `<NextContinuationToken>${to}</NextContinuationToken>` : ''}${rows.join('')}</ListBucketResult>`
    );
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await swallow(request, uploadBytesPerSecond);
    const checksum = request.headers['x-amz-checksum-crc32'];
    response.setHeader('ETag', '"0"');
    if (typeof checksum === 'string') response.setHeader('x-amz-checksum-crc32', checksum);
    send(response, 200, '');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    bucket,
    endpointUrl: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function swallow(request: IncomingMessage, bytesPerSecond: number): Promise<void> {
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (Number.isFinite(bytesPerSecond)) await sleep((chunk.length / bytesPerSecond) * 1000);
  }
}

function send(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(xml === '' ? '' : `<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}
