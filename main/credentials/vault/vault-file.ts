import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { scryptParametersSchema } from './passphrase.ts';
import { readPrivateFile, writePrivateFile } from '../../private-file.ts';
import { keyBytes } from './seal.ts';

/** One way to the data key. `wrapped` is base64. */
const wrapSchema = z.discriminatedUnion('method', [
  /** Wrapped by the system's keychain; `name` says by which interface. */
  z.object({ method: z.literal('keychain'), name: z.string(), wrapped: z.base64() }),
  z.object({ method: z.literal('passphrase'), scrypt: scryptParametersSchema, wrapped: z.base64() }),
  /** Sealed with the 32 bytes in vault.key beside this file. */
  z.object({ method: z.literal('keyFile'), wrapped: z.base64() }),
]);
export type Wrap = z.infer<typeof wrapSchema>;
export type WrapMethod = Wrap['method'];

const vaultFileSchema = z.object({
  version: z.literal(1),
  /** Hex; tells that an unwrapped key is the key of this vault. */
  check: z.string(),
  wraps: z.array(wrapSchema).min(1),
});
export type VaultFile = z.infer<typeof vaultFileSchema>;

/** Null: there is no vault yet. DatabaseCorrupt and DatabaseNewer name the file, which is left as it is. */
export async function readVaultFile(path: string): Promise<Result<VaultFile | null>> {
  const bytes = await readPrivateFile(path);
  if (!bytes.ok || bytes.value === null) return bytes as Result<null>;
  let json: unknown;
  try {
    json = JSON.parse(bytes.value.toString('utf8'));
  } catch (error) {
    return err(appError('DatabaseCorrupt', { path }, error));
  }
  const version = z.object({ version: z.number().gt(1) }).safeParse(json);
  if (version.success) return err(appError('DatabaseNewer', { path, version: version.data.version, latest: 1 }));
  const file = vaultFileSchema.safeParse(json);
  return file.success ? ok(file.data) : err(appError('DatabaseCorrupt', { path }, z.prettifyError(file.error)));
}

export function writeVaultFile(path: string, file: VaultFile): Promise<Result<void>> {
  return writePrivateFile(path, Buffer.from(`${JSON.stringify(file, null, 2)}\n`));
}

export function checkOf(dataKey: Uint8Array): string {
  return createHmac('sha256', dataKey).update('bucket-brigade vault check').digest('hex');
}

/** True for the data key of this vault. */
export function isKeyOf(file: VaultFile, dataKey: Uint8Array): boolean {
  const expected = Buffer.from(file.check, 'hex');
  const actual = Buffer.from(checkOf(dataKey), 'hex');
  return dataKey.length === keyBytes && expected.length === actual.length && timingSafeEqual(expected, actual);
}
