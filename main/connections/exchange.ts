import { z } from 'zod';
import { type AuthView, authViewSchema } from '../../shared/domain/auth.ts';
import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/domain/connection.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type ConnectionRecord, nameKeyOf } from './connection-record.ts';
import { invalid, normaliseSettings } from './normalise-settings.ts';

/** A connection without its secrets, as it travels from one installation to another; its settings in their normal form. */
export type ImportedConnection = { readonly settings: ConnectionSettings; readonly auth: AuthView };

const format = 'bucket-brigade-connections';
const exchangeSchema = z.object({
  format: z.literal(format),
  version: z.literal(1),
  connections: z.array(z.unknown()).max(1000),
});

/** Pure. Connections as JSON, without any secret. */
export function exportedConnections(records: readonly ConnectionRecord[]): string {
  const connections = records.map(({ settings, auth }) => ({ ...settings, auth: withoutSecrets(auth) }));
  return `${JSON.stringify({ format, version: 1, connections }, null, 2)}\n`;
}

/** What a record says of its secrets is not so without them. */
function withoutSecrets(auth: AuthView): AuthView {
  switch (auth.type) {
    case 'accessKey':
      return { ...auth, hasSessionToken: false, hasSecret: false };
    case 'role':
      return auth.base.type === 'accessKey'
        ? { ...auth, base: { ...auth.base, hasSessionToken: false, hasSecret: false } }
        : auth;
    case 'rolesAnywhere':
      return { ...auth, certificate: null };
    case 'profile':
      return auth;
  }
}

/** Pure. InvalidInput when it is no such text; a connection in it that cannot be read is an error of its own. */
export function readExportedConnections(
  text: string,
): Result<readonly ({ readonly name: string } & ({ value: ImportedConnection } | { error: AppError }))[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(invalid('text', 'This is not a file of exported connections: it is no JSON.'));
  }
  const parsed = exchangeSchema.safeParse(json);
  if (!parsed.success) return err(invalid('text', 'This is not a file of connections exported from Bucket Brigade.'));
  return ok(parsed.data.connections.map(readOne));
}

const oneSchema = connectionSettingsSchema.extend({ auth: authViewSchema });

function readOne(value: unknown, index: number) {
  const parsed = oneSchema.safeParse(value);
  if (parsed.success) {
    const { auth, ...typed } = parsed.data;
    const settings = normaliseSettings(typed);
    if (!settings.ok) return { name: typed.name, error: settings.error };
    return { name: typed.name, value: { settings: settings.value, auth: withoutSecrets(auth) } };
  }
  const named = z.object({ name: z.string() }).safeParse(value);
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'connection';
  return {
    name: named.success ? named.data.name : `#${index + 1}`,
    error: invalid(field, issue?.message ?? 'It cannot be read.'),
  };
}

/** Pure. `name`, or the first of `name 2`, `name 3` … that nobody has, compared without case; at most 100 characters. */
export function freeName(name: string, taken: readonly string[]): string {
  const keys = new Set(taken.map(nameKeyOf));
  const isFree = (wanted: string) => !keys.has(nameKeyOf(wanted));
  if (isFree(name)) return name;
  const [, stem = name] = /^(.*?)(?: \d+)?$/s.exec(name) ?? [];
  for (let number = 2; ; number += 1) {
    const numbered = `${stem.slice(0, 90)} ${number}`;
    if (isFree(numbered)) return numbered;
  }
}
