/** Pure. A prefix as the folder that is meant: `done` is `done/`. */
export function asFolder(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** Pure. `p` holds `p` and `p/…`; `p/` holds `p/` and `p/…`; '' holds everything: the keys as they are written. */
export function isInside(path: string, key: string): boolean {
  if (path === '') return true;
  if (path.endsWith('/')) return key.startsWith(path);
  return key === path || key.startsWith(`${path}/`);
}

/**
 * Pure. Inside as it is written, and also for a server or proxy that reads keys as paths: that resolves `..`, decodes
 * escapes (however often), merges slashes, takes backslashes for slashes or leaves out what follows a `;`. Nowhere on
 * the way may such a reading be above the path, so `p/a/../b` stays in `p/`, and `p/../q` and even `p/../p/q` do not;
 * above the bucket, where a path begins with `..`, is nothing at all.
 */
export function staysInside(path: string, key: string): boolean {
  return isInside(path, key) && !climbs(key.slice(path.length)) && !climbs(path);
}

function climbs(rest: string): boolean {
  // Nearly all keys end here.
  if (!rest.includes('..') && !rest.includes('%')) return false;
  // Each round makes it shorter or is the last one.
  for (let reading = rest; ; ) {
    if (goesAbove(reading) || goesAbove(reading.replaceAll('\\', '/'))) return true;
    const decoded = decodeAscii(reading);
    if (decoded === reading) return false;
    reading = decoded;
  }
}

function goesAbove(rest: string): boolean {
  let depth = 0;
  for (const segment of rest.split('/')) {
    const [name] = segment.split(';', 1);
    if (name === '..') depth -= 1;
    // Empty ones count nothing: where they do, `..` takes one of them away instead of a folder.
    else if (name !== '' && name !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/** What no path consists of, bytes above 127, stays as it is. */
function decodeAscii(text: string): string {
  return text.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
