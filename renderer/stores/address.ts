import type { ConnectionView } from '../../shared/domain/connection.ts';
import { staysInside } from '../../shared/domain/inside-path.ts';
import { formatS3Uri, parseS3Uri } from '../../shared/domain/s3-uri.ts';
import { folderPrefix, type Place, rootOf } from './place.ts';

/** The place as a person types it. */
export function addressOf(place: Place): string {
  return place.bucket === null ? 's3://' : formatS3Uri({ bucket: place.bucket, key: place.prefix });
}

export type AddressAnswer =
  | {
      readonly ok: true;
      /** Where it leads when the last name is that of a folder. */
      readonly place: Place;
      /** Set when the last name may be that of an object: the folder it would be in, and the key. */
      readonly object: { readonly place: Place; readonly key: string; readonly name: string } | null;
    }
  | { readonly ok: false; readonly reason: 'invalid' | 'outside' };

type Target = { readonly bucket: string; readonly key: string };

const bucketPattern = /^[A-Za-z0-9._-]{1,255}$/;

/**
 * Pure. Reads `s3://bucket/folder/`, an ARN, the address of an object or bucket over HTTPS (both styles, Amazon's or the
 * connection's own server) and addresses of the AWS console. A restricted connection goes nowhere above its restriction.
 */
export function readAddress(text: string, connection: ConnectionView): AddressAnswer {
  const target = readTarget(text.trim(), connection.endpointUrl);
  if (!target) return { ok: false, reason: 'invalid' };
  const { bucket, key } = target;
  const root = rootOf(connection);
  if (bucket === '') {
    return root.bucket === null ? { ok: true, place: root, object: null } : { ok: false, reason: 'outside' };
  }
  if (!bucketPattern.test(bucket)) return { ok: false, reason: 'invalid' };
  const base = { connectionId: connection.id, bucket };
  const place = { ...base, prefix: folderPrefix(key) };
  const isInside = root.bucket === null || (root.bucket === bucket && staysInside(root.prefix, place.prefix));
  if (!isInside) return { ok: false, reason: 'outside' };
  if (key === '' || key.endsWith('/') || place.prefix === root.prefix) return { ok: true, place, object: null };
  const cut = key.lastIndexOf('/') + 1;
  const object = { place: { ...base, prefix: key.slice(0, cut) }, key, name: key.slice(cut) };
  return { ok: true, place, object };
}

function readTarget(text: string, endpointUrl: string | undefined): Target | null {
  const arn = /^arn:aws[a-z-]*:s3:::([^/]+)(?:\/(.*))?$/s.exec(text);
  if (arn) return { bucket: arn[1] ?? '', key: arn[2] ?? '' };
  if (/^https?:\/\//.test(text)) return URL.canParse(text) ? readUrl(new URL(text), endpointUrl) : null;
  const parsed = parseS3Uri(text);
  return parsed.ok ? parsed.value : null;
}

function readUrl(url: URL, endpointUrl: string | undefined): Target | null {
  if (/(^|\.)console\.(aws\.amazon|amazonaws|amazonaws-us-gov)\.(com|cn)$/.test(url.hostname)) return readConsole(url);
  const path = decode(url.pathname.slice(1));
  if (path === null) return null;
  const amazon = /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.exec(url.hostname);
  if (amazon) return amazon[1] === undefined ? splitPath(path) : { bucket: amazon[1], key: path };
  if (endpointUrl === undefined || !URL.canParse(endpointUrl)) return null;
  const own = new URL(endpointUrl);
  const below = decode(own.pathname.slice(1).replace(/\/?$/, own.pathname === '/' ? '' : '/')) ?? '';
  if (url.host === own.host) return path.startsWith(below) ? splitPath(path.slice(below.length)) : null;
  return url.host.endsWith(`.${own.host}`) ? { bucket: url.host.slice(0, -own.host.length - 1), key: path } : null;
}

/** `/s3/buckets/NAME?prefix=a/b/` is a folder, `/s3/object/NAME?prefix=a/b.pdf` an object; older ones have the key in the path. */
function readConsole(url: URL): Target | null {
  const [, kind, name, rest] = /^\/s3\/(buckets|object)\/([^/]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
  const bucket = name === undefined ? null : decode(name);
  if (bucket === null) return url.pathname.startsWith('/s3') ? { bucket: '', key: '' } : null;
  const key = url.searchParams.get('prefix') ?? decode(rest ?? '') ?? '';
  return { bucket, key: kind === 'buckets' ? folderPrefix(key) : key };
}

function splitPath(path: string): Target {
  const slash = path.indexOf('/');
  return slash < 0 ? { bucket: path, key: '' } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
