import { sep } from 'node:path';
import type { Result } from '../../shared/result.ts';
import type { LocalFiles } from './files/local-files.ts';

/** The folders that a job's downloads go into, each made once. */
export type MadeFolders = {
  /** LocalFiles.makeFolder, but for those that were made before. */
  make(path: string): Promise<Result<void>>;
  /** Somebody has removed it. */
  forget(path: string): void;
};

/** Downloads come in the order of keys: a folder that was left is rarely entered again. */
const maxRemembered = 1000;

/** `roots`: the folders that were chosen for the downloads, which none of them leaves through a link ([T73]). */
export function createMadeFolders(files: Pick<LocalFiles, 'makeFolder'>, roots: readonly string[]): MadeFolders {
  const made = new Map<string, Promise<Result<void>>>();
  return {
    make(path) {
      const known = made.get(path);
      if (known !== undefined) return known;
      if (made.size >= maxRemembered) made.clear();
      const making = files.makeFolder(path, rootOf(path, roots)).then((result) => {
        if (!result.ok) made.delete(path);
        return result;
      });
      made.set(path, making);
      return making;
    },
    forget: (path) => void made.delete(path),
  };
}

/** Of several the innermost: it was chosen as well, wherever it leads. */
function rootOf(path: string, roots: readonly string[]): string | undefined {
  return roots
    .filter((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))
    .reduce<string | undefined>(
      (best, root) => (best !== undefined && best.length >= root.length ? best : root),
      undefined,
    );
}
