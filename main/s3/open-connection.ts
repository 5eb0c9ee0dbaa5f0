import type { Result } from '../../shared/result.ts';
import type { DataTarget, SigningCredentials } from './data-plane/transport.ts';
import type { ObjectStore } from './object-store.ts';

/** What a service needs of a connection, saved or of a command's environment. */
export type OpenConnection = {
  readonly id: string;
  readonly name: string;
  readonly store: ObjectStore;
  /** Everything outside is refused with OutsideRestriction; `path` is a key prefix, '' for the whole bucket. */
  readonly restriction: { readonly bucket: string; readonly path: string } | null;
  /** Null: the engine chooses (environment credentials). */
  readonly downloadThreads: number | null;
  readonly uploadThreads: number | null;
  /** What is journaled with a job: enough to know the server again, no secrets. */
  readonly description: { readonly endpointUrl: string | null; readonly region: string | null };
  /** Whose keys it signs with, so that an edit to other ones is seen; left out where nobody can edit them. No secret. */
  readonly signsAs?: string | undefined;
  /**
   * Where the data plane sends requests for this bucket, with fresh credentials: ask again for each range.
   * `rejected`: those the server called expired; others are given then. Follows the bucket's region, learned once.
   */
  dataTarget(
    bucket: string,
    options?: { readonly rejected?: SigningCredentials | undefined },
  ): Promise<Result<DataTarget>>;
  /** New credentials: with the code of an MFA device, or after a sign-in in the browser. */
  signIn(mfaCode: string | undefined): Promise<Result<void>>;
  /** The server's Date header of a data-plane answer that said RequestTimeTooSkewed. */
  noteServerDate(dateMs: number): void;
  /** The bucket's real region, from a redirect the data plane met. */
  noteRegion(bucket: string, region: string): void;
};

/** Opens connections by id; each is opened once and shared until its settings change. */
export interface ConnectionOpener {
  open(connectionId: string): Promise<Result<OpenConnection>>;
}

/** The server of a connection. Without an endpoint it is AWS, whose buckets have the same names in all regions. Pure. */
export function serverAddress({ description }: Pick<OpenConnection, 'description'>): string {
  const url = description.endpointUrl === null ? null : URL.parse(description.endpointUrl);
  return url === null ? (description.endpointUrl ?? '') : `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

/** The same for as long as a bucket of this name is the same bucket, however the connection is edited. Pure. */
export function whereItLeads(connection: Pick<OpenConnection, 'description' | 'signsAs'>): string {
  return JSON.stringify([serverAddress(connection), connection.signsAs ?? null]);
}
