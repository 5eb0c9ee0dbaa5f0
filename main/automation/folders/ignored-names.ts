/**
 * Names that are no files of a person: our own temporary ones (`.name.id-tag.brigade-part`, [T10]), what other programs write
 * to before they give it its name, and what systems keep for themselves. Everything below a folder of such a name is left
 * out with it ([A14]).
 */
const endings = [
  '.brigade-part',
  // Browsers, download managers, aria2, rsync's --partial-dir has its own folder.
  '.part',
  '.partial',
  '.crdownload',
  '.download',
  '.opdownload',
  '.aria2',
  '.filepart',
  // vim
  '.swp',
  '.swx',
];
const beginnings = [
  // Office, LibreOffice, NFS's names for files that were deleted while they were open, GNOME and WebDAV clients.
  '~$',
  '.~lock.',
  '.nfs',
  '.goutputstream-',
  '._',
  // A disk's bins
  '.trash-',
];
const whole = new Set([
  '.ds_store',
  'thumbs.db',
  'desktop.ini',
  '.rsync-partial',
  // Ours: what is left out of a folder.
  '.brigadeignore',
  // At the top of disks; most may not be read.
  'lost+found',
  'system volume information',
  '$recycle.bin',
  '.trashes',
  '.spotlight-v100',
  '.fseventsd',
  '.documentrevisions-v100',
  '.temporaryitems',
]);

/** Whether a file or folder of this name is left out, whatever its case. Pure. */
export function isIgnoredName(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    whole.has(lower) ||
    endings.some((ending) => lower.endsWith(ending)) ||
    beginnings.some((beginning) => lower.startsWith(beginning))
  );
}

/** The same of a path below the watched folder: one such name in it is enough. Pure. */
export function isIgnoredKey(key: string): boolean {
  return key.split('/').some(isIgnoredName);
}
