import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ListedObject } from './bench-data.ts';
import { findFreePort } from '../servers/free-port.ts';

/**
 * A server that costs next to nothing, so that what is measured is the client: nginx on files in memory. It checks no
 * signature, answers the multipart handshake from a template, serves listings that lie ready as files (one for each bucket,
 * whatever prefix is asked for), and says back the CRC32 that it was sent. It is for speed; what is right is tested elsewhere.
 */
export type BenchServer = {
  readonly endpoints: Readonly<Record<'http' | 'https', string>>;
  /** PEM of the certificate that it made for itself. */
  readonly caFile: string;
  readonly listingFolder: (bucket: string) => string;
  /** Makes a file an object without copying it. Returns what a listing has to say of it: clients ask for that ETag. */
  publish(file: string, bucket: string, key: string): Promise<ListedObject>;
  /** The files that an uploaded object lies in, in order: one, or one for each part. */
  storedFiles(bucket: string, key: string): Promise<string[]>;
  /** Where an object lies that was sent whole, or a folder of such objects. */
  readonly objectPath: (bucket: string, key: string) => string;
  /** Forgets every object of the bucket. */
  empty(bucket: string): Promise<void>;
  /** Ends the processes; the folder is the caller's. */
  stop(): Promise<void>;
};

function configuration(folder: string, httpPort: number, httpsPort: number): string {
  const user = process.getuid?.() === 0 ? `user ${userInfo().username};` : '';
  return `${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 2048; }
http {
  access_log off;
  default_type application/octet-stream;
  sendfile on; tcp_nopush on; tcp_nodelay on;
  keepalive_requests 100000000; keepalive_timeout 300s;
  client_max_body_size 0; client_body_buffer_size 256k; client_body_temp_path ${folder}/bodies;
  proxy_temp_path ${folder}/unused; fastcgi_temp_path ${folder}/unused; uwsgi_temp_path ${folder}/unused; scgi_temp_path ${folder}/unused;
  map "$request_method?$args" $kind {
    default object;
    "~^PUT\\?(.*&)?partNumber=" part;
    "~^POST\\?(.*&)?uploads(=|&|$)" begin;
    "~^POST\\?(.*&)?uploadId=" complete;
    "~^DELETE\\?(.*&)?uploadId=" abort;
    "~^GET\\?(.*&)?list-type=2(&|$)" listing;
    "~^GET\\?(.*&)?location(=|&|$)" location;
  }
  map $args $page { default 1; "~(^|&)continuation-token=(?<token>[0-9]+)(&|$)" $token; }
  map $request_method $put_etag { default ""; PUT '"stored-1"'; }
  map $http_x_amz_checksum_crc32 $checksum {
    default "<ChecksumCRC32>$http_x_amz_checksum_crc32</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>";
    "" "";
  }
  server {
    listen 127.0.0.1:${httpPort} backlog=2048;
    listen 127.0.0.1:${httpsPort} ssl backlog=2048;
    ssl_certificate ${folder}/server.crt; ssl_certificate_key ${folder}/server.key; ssl_protocols TLSv1.2 TLSv1.3;
    root ${folder};
    location / { rewrite ^ /-$kind$uri last; }
    location /-object/ {
      internal;
      dav_methods PUT DELETE; create_full_put_path on;
      add_header ETag $put_etag always;
      add_header x-amz-checksum-crc32 $http_x_amz_checksum_crc32 always;
    }
    location /-part/ { internal; rewrite ^ /-stored-part$uri/$arg_partNumber last; }
    location /-stored-part/ {
      internal;
      dav_methods PUT; create_full_put_path on;
      add_header ETag $put_etag always;
      add_header x-amz-checksum-crc32 $http_x_amz_checksum_crc32 always;
    }
    location /-listing/ { internal; rewrite "^/-listing/(?<listed>[^/]+)" /-pages/$listed/$page.xml last; }
    location /-pages/ { internal; types { application/xml xml; } }
    location /-begin/ {
      internal; default_type application/xml;
      return 200 '<?xml version="1.0" encoding="UTF-8"?><InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>$request_id</UploadId></InitiateMultipartUploadResult>';
    }
    location /-complete/ {
      internal; default_type application/xml;
      return 200 '<?xml version="1.0" encoding="UTF-8"?><CompleteMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><ETag>&quot;00000000000000000000000000000000-2&quot;</ETag>$checksum</CompleteMultipartUploadResult>';
    }
    location /-abort/ { internal; return 204; }
    location /-location/ { internal; default_type application/xml; return 200 '<?xml version="1.0" encoding="UTF-8"?><LocationConstraint/>'; }
  }
}
`;
}

async function makeCertificate(folder: string): Promise<void> {
  const files = ['-keyout', join(folder, 'server.key'), '-out', join(folder, 'server.crt')];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...files, ...names]);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts it with everything below `folder`, which exists and is empty. Throws with nginx's own words when it does not start. */
export async function startBenchServer(nginx: string, folder: string): Promise<BenchServer> {
  const [httpPort, httpsPort] = [await findFreePort(), await findFreePort()];
  await makeCertificate(folder);
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, httpPort, httpsPort));
  const child = spawn(nginx, ['-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
    // A group of its own: Ctrl+C is for us, and a worker cannot outlive its master.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (hasEnded()) return;
    child.kill('SIGTERM');
    const killing = new AbortController();
    const late = sleep(5000, 'late', { signal: killing.signal }).catch(() => undefined);
    if ((await Promise.race([exited, late])) === 'late' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    killing.abort();
    await exited;
  };
  for (let tries = 0; !((await answers(httpPort)) && (await answers(httpsPort))); tries += 1) {
    if (hasEnded() || tries === 100) {
      await stop();
      throw new Error(`nginx did not start: ${await readFile(join(folder, 'error.log'), 'utf8').catch(() => '')}`);
    }
    await sleep(50);
  }
  const objectPath = (bucket: string, key: string) => join(folder, '-object', bucket, key);
  const partsFolder = (bucket: string, key = '') => join(folder, '-stored-part', '-part', bucket, key);
  return {
    endpoints: { http: `http://127.0.0.1:${httpPort}`, https: `https://127.0.0.1:${httpsPort}` },
    caFile: join(folder, 'server.crt'),
    objectPath,
    listingFolder: (bucket) => join(folder, '-pages', bucket),
    async publish(file, bucket, key) {
      await mkdir(dirname(objectPath(bucket, key)), { recursive: true });
      await link(file, objectPath(bucket, key));
      const { mtimeMs, size } = await stat(file);
      // nginx makes its ETags of these two.
      return { key, sizeBytes: size, etag: `${Math.floor(mtimeMs / 1000).toString(16)}-${size.toString(16)}` };
    },
    async storedFiles(bucket, key) {
      const parts = await readdir(partsFolder(bucket, key)).catch(() => []);
      if (parts.length === 0) return [objectPath(bucket, key)];
      return parts
        .sort((left, right) => Number(left) - Number(right))
        .map((part) => join(partsFolder(bucket, key), part));
    },
    async empty(bucket) {
      await rm(join(folder, '-object', bucket), { recursive: true, force: true });
      await rm(partsFolder(bucket), { recursive: true, force: true });
      await mkdir(join(folder, '-object', bucket), { recursive: true });
    },
    stop,
  };
}
