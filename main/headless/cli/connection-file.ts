import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { connectionInputSchema } from '../../../shared/domain/connection.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/file-errors.ts';
import type { CommandContext } from './command.ts';

/** What a connection's file holds, as the contract takes it. */
export type ConnectionFile = CommandInput<'connections.add'>['connection'];

/**
 * Reads and checks a connection's file ("-": standard input), so that a mistake is named by its field before anything else
 * happens. Files named in it are relative to the working folder, as everywhere on a command line.
 */
export async function readConnectionFile({ io }: CommandContext, file: string): Promise<Result<ConnectionFile>> {
  const content = await readText(io, file);
  if (!content.ok) return content;
  let value: unknown;
  try {
    value = JSON.parse(content.value);
  } catch {
    // The parser's own message would quote the file, which holds secrets.
    return err(appError('InvalidInput', { field: file, reason: 'It is not JSON.' }));
  }
  const parsed = connectionInputSchema.safeParse(value);
  if (parsed.success) return ok(withAbsoluteFiles(value as ConnectionFile, io.cwd));
  const [issue] = parsed.error.issues;
  return err(appError('InvalidInput', { field: issue?.path.join('.') || file, reason: issue?.message }));
}

/** A text file, or standard input. */
export async function readText(io: CommandContext['io'], file: string): Promise<Result<string>> {
  try {
    return ok(file === '-' ? await text(io.stdin) : await readFile(resolve(io.cwd, file), 'utf8'));
  } catch (failure) {
    return err(mapFileError(failure, file));
  }
}

/** The engine that reads them may be another process, with another working folder. */
function withAbsoluteFiles(connection: ConnectionFile, cwd: string): ConnectionFile {
  const { auth } = connection;
  if (auth.type !== 'rolesAnywhere') return connection;
  const { certificateFile, privateKeyFile } = auth;
  return {
    ...connection,
    auth: {
      ...auth,
      ...(certificateFile === undefined ? {} : { certificateFile: resolve(cwd, certificateFile) }),
      ...(privateKeyFile === undefined ? {} : { privateKeyFile: resolve(cwd, privateKeyFile) }),
    },
  };
}
