import type { Action } from './rule-action.ts';

/** Pure. Of an action that names a whole folder: each of its files or objects keeps its name, and later steps take none. */
export function bringsMany(action: Action): boolean {
  return 'source' in action && action.source !== undefined && ('folder' in action.source || 'prefix' in action.source);
}

/** Pure. What `{path}` is where an action names one file or object itself: its name, with placeholders as they are. */
export function nameOfSource(action: Action): string | undefined {
  const source = 'source' in action ? action.source : undefined;
  if (source === undefined) return undefined;
  const path = 'file' in source ? source.file : 'key' in source ? source.key : '';
  return path === '' ? undefined : baseName(path);
}

/** Pure. The name of a file by its path on any system, or of an object by its key. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
