/**
 * Which requests are ours. Pure. The Host header is checked because a hostile name can be made to point at 127.0.0.1
 * (DNS rebinding); the Origin because any page may open a WebSocket to us or post to us.
 */

/** True for the two names this host is known by; the port is part of them. */
export function isOwnHost(host: string | undefined, port: number): boolean {
  if (host === undefined) return false;
  const name = host.toLowerCase();
  return name === `127.0.0.1:${port}` || name === `localhost:${port}`;
}

/** True when a page of this very host sent the request. A request without an Origin did not come from a page's script. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** Every path segment decoded; null when one is malformed, empty, `.` or `..`, or holds a separator or a zero. */
export function decodeSegments(path: string): readonly string[] | null {
  const segments: string[] = [];
  for (const encoded of path.split('/')) {
    let segment: string;
    try {
      segment = decodeURIComponent(encoded);
    } catch {
      return null;
    }
    if (!isSafeSegment(segment)) return null;
    segments.push(segment);
  }
  return segments;
}

/** Whether it names something in the folder it is put in: not empty, `.` or `..`, no separator and no zero. */
export function isSafeSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false;
  if (segment.includes('/') || segment.includes('\0')) return false;
  return process.platform !== 'win32' || !/[\\:]/.test(segment);
}
