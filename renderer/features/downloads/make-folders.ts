import { type AppError, appError } from '../../../shared/errors.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { EngineLink } from '../../bridge/engine-link.ts';
import { hostCrumbs, hostParent } from '../../listing/host-path.ts';

/** Pure. The folder that an error says is not there, where it could be made; null for any other error. */
export function missingFolder({ code, context }: AppError, separator: string): string | null {
  const { path } = context;
  const isMissing = code === 'FileNotFound' && typeof path === 'string' && hostParent(path, separator) !== null;
  return isMissing ? path : null;
}

/** Makes a folder, and first those above it that are not there. */
export async function makeFolders(
  engine: Pick<EngineLink, 'call'>,
  folder: string,
  separator: string,
): Promise<Result<{ readonly path: string }>> {
  const [above, last] = hostCrumbs(folder, separator).slice(-2);
  if (above === undefined || last === undefined) return err(appError('FileNotFound', { path: folder }));
  const make = () => engine.call('hostFiles.createFolder', { folder: above.path, name: last.name });
  const made = await make();
  if (made.ok || missingFolder(made.error, separator) === null) return made;
  const madeAbove = await makeFolders(engine, above.path, separator);
  return madeAbove.ok ? make() : madeAbove;
}
