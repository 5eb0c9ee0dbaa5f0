import type { ConnectionSettings } from '../../shared/domain/connection.ts';
import type { Result } from '../../shared/result.ts';
import type { CredentialAuth } from '../credentials/auth-loaders.ts';
import type { ObjectStore } from '../s3/object-store.ts';

/** What is needed to reach a server: a saved connection, or one that is still being typed. */
export type StoreTarget = { readonly settings: ConnectionSettings; readonly auth: CredentialAuth };

/** Makes a store of its own for a target, to be closed after use; the opener's shared ones are for saved connections. */
export type OpenStore = (target: StoreTarget) => Promise<Result<{ readonly store: ObjectStore; close(): void }>>;
