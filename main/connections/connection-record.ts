import type { AuthView } from '../../shared/domain/auth.ts';
import type { ConnectionSettings, ConnectionView } from '../../shared/domain/connection.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';

/** A saved connection: everything but its secrets, which are in the vault under `secretIdOf(id)`. */
export type ConnectionRecord = {
  readonly id: ConnectionId;
  readonly kind: ConnectionView['kind'];
  readonly settings: ConnectionSettings;
  readonly auth: AuthView;
  readonly createdMs: number;
  readonly updatedMs: number;
};

/** Where the vault keeps the secrets of a connection. */
export function secretIdOf(connectionId: string): string {
  return `connection/${connectionId}`;
}

/** Names are unique by this: without case, and with accents in one spelling. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}
