import { isIP } from 'node:net';
import { encodeComponent } from './sigv4/encode.ts';

/** Where the requests for one bucket go. */
export type BucketAddress = {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
  /** The Host header. */
  readonly host: string;
  /** Stands before the encoded key, ends in `/`. */
  readonly pathPrefix: string;
};

export type AddressSettings = {
  /** Null: Amazon S3. */
  readonly endpointUrl: string | null;
  readonly pathStyle: boolean;
};

/** `https://…` of Amazon S3 in a region. */
function awsEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Hosts that have no names below them to put the bucket in. */
export function needsPathStyle({ endpointUrl, pathStyle }: AddressSettings): boolean {
  if (pathStyle) return true;
  if (endpointUrl === null) return false;
  const hostname = hostnameOf(new URL(endpointUrl));
  return isIP(hostname) !== 0 || hostname === 'localhost' || !hostname.includes('.');
}

/**
 * The bucket in front of the host where that works, else first in the path: names with dots fit no wildcard
 * certificate, upper case and underscores are no host names.
 */
export function bucketAddress(settings: AddressSettings, bucket: string, region: string): BucketAddress {
  const url = new URL(settings.endpointUrl ?? awsEndpoint(region));
  const protocol = url.protocol === 'http:' ? 'http:' : 'https:';
  const port = url.port === '' ? (protocol === 'http:' ? 80 : 443) : Number(url.port);
  const portSuffix = url.port === '' ? '' : `:${url.port}`;
  const basePath = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  const hostname = hostnameOf(url);
  if (needsPathStyle(settings) || !isHostLabel(bucket, protocol)) {
    return {
      protocol,
      hostname,
      port,
      host: `${url.hostname}${portSuffix}`,
      pathPrefix: `${basePath}${encodeComponent(bucket)}/`,
    };
  }
  const inFront = `${bucket}.${url.hostname}`;
  return { protocol, hostname: inFront, port, host: `${inFront}${portSuffix}`, pathPrefix: basePath };
}

/** Without the brackets of an IPv6 address. */
function hostnameOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function isHostLabel(bucket: string, protocol: 'http:' | 'https:'): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || isIP(bucket) !== 0 || bucket.includes('..')) return false;
  return protocol === 'http:' ? !/\.-|-\./.test(bucket) : !bucket.includes('.');
}
