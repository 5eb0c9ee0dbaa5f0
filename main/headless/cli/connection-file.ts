import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { regionOfArn } from '../../../shared/domain/auth.ts';
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
    value = withDefaults(JSON.parse(content.value));
  } catch {
    // The parser's own message would quote the file, which holds secrets.
    return err(appError('InvalidInput', { field: file, reason: 'It is not JSON.' }));
  }
  const parsed = connectionInputSchema.safeParse(value);
  if (parsed.success) return ok(withAbsoluteFiles(value as ConnectionFile, io.cwd));
  const [issue] = parsed.error.issues;
  return err(appError('InvalidInput', { field: issue?.path.join('.') || file, reason: issue?.message }));
}

/** What is optional may also be there and empty; a session with Roles Anywhere is in the region of its trust anchor unless said. */
function withDefaults(value: unknown): unknown {
  const filled = withoutEmpty(value);
  const parsed = anywhereWithoutRegion.safeParse(filled);
  const region = parsed.success ? regionOfArn(parsed.data.auth.trustAnchorArn) : null;
  if (!parsed.success || region === null) return filled;
  return { ...parsed.data, auth: { ...parsed.data.auth, region } };
}

const anywhereWithoutRegion = z.looseObject({
  auth: z.looseObject({
    type: z.literal('rolesAnywhere'),
    trustAnchorArn: z.string(),
    region: z.undefined().optional(),
  }),
});

function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== '');
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutEmpty(field)]));
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
