type HostCrumb = { readonly name: string; readonly path: string };

/** Pure. The folders from the root of the file system (or a drive) down to this one, each with its whole path. */
export function hostCrumbs(folder: string, separator: string): HostCrumb[] {
  // A share of another machine is the root of what is on it.
  const share = separator === '\\' ? /^\\\\[^\\]+\\[^\\]+/.exec(folder)?.[0] : undefined;
  if (share !== undefined) {
    const below = folder
      .slice(share.length)
      .split(separator)
      .filter((part) => part !== '');
    const paths = below.map((name, index) => ({ name, path: [share, ...below.slice(0, index + 1)].join(separator) }));
    return [{ name: share, path: share + separator }, ...paths];
  }
  const parts = folder.split(separator).filter((part) => part !== '');
  if (separator === '\\') {
    return parts.map((name, index) => ({
      name,
      // A drive alone is the folder that is current on it: its root has a separator.
      path: index === 0 ? `${name}${separator}` : parts.slice(0, index + 1).join(separator),
    }));
  }
  const below = parts.map((name, index) => ({ name, path: separator + parts.slice(0, index + 1).join(separator) }));
  return [{ name: separator, path: separator }, ...below];
}

/** Pure. The folder above; null at the root. */
export function hostParent(folder: string, separator: string): string | null {
  return hostCrumbs(folder, separator).at(-2)?.path ?? null;
}

/** Pure. What was typed as an absolute path: `~` is the home folder, a relative path is below the open one. */
export function readHostPath(text: string, openFolder: string, homeFolder: string, separator: string): string {
  const typed = text.trim();
  if (typed === '~') return homeFolder;
  if (typed.startsWith(`~${separator}`) || typed.startsWith('~/')) return `${homeFolder}${separator}${typed.slice(2)}`;
  const isAbsolute = typed.startsWith('/') || typed.startsWith('\\') || /^[A-Za-z]:[\\/]?/.test(typed);
  if (isAbsolute || typed === '') return typed;
  return openFolder.endsWith(separator) ? openFolder + typed : openFolder + separator + typed;
}

/** Pure. A folder as a sentence names it: below the home folder with `~`, which alone would say too little. */
export function shortHostPath(folder: string, homeFolder: string, separator: string): string {
  return folder.startsWith(homeFolder + separator) ? `~${folder.slice(homeFolder.length)}` : folder;
}
