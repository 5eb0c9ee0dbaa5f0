import type { Dice } from './dice.ts';

/** How one kind of server behaves. */
export type ServerProfile = {
  readonly name: string;
  /** What becomes of the CRC32 that is sent along: verified and kept, not looked at, or refused. */
  readonly checksums: 'kept' | 'ignored' | 'rejected';
  /** The same of If-None-Match and If-Match on writes. */
  readonly conditions: 'kept' | 'ignored' | 'rejected';
  /** The same of If-Match on deletions. */
  readonly removals: 'kept' | 'ignored' | 'rejected';
  /** It heeds the condition on a copy's source. */
  readonly guardsCopies: boolean;
  readonly etags: 'md5' | 'opaque';
  /** A second completion of the same upload is answered like the first. */
  readonly completesAgain: boolean;
  /** What it says to a header that it does not know. */
  readonly refusal: 'NotImplemented' | 'InvalidArgument';
};

const aws: ServerProfile = {
  name: 'aws',
  checksums: 'kept',
  conditions: 'kept',
  removals: 'kept',
  guardsCopies: true,
  etags: 'md5',
  completesAgain: true,
  refusal: 'NotImplemented',
};

export const serverProfiles: readonly ServerProfile[] = [
  aws,
  { ...aws, name: 'aws-kms', etags: 'opaque', completesAgain: false },
  // Ceph's gateway: keeps no checksums, has no idea of conditions on a copy's source.
  { ...aws, name: 'ceph', checksums: 'ignored', removals: 'ignored', guardsCopies: false, completesAgain: false },
  { ...aws, name: 'old', checksums: 'ignored', conditions: 'ignored', removals: 'ignored', guardsCopies: false },
  {
    ...aws,
    name: 'strict',
    checksums: 'rejected',
    conditions: 'rejected',
    removals: 'rejected',
    guardsCopies: false,
    completesAgain: false,
  },
  { ...aws, name: 'no-conditions', conditions: 'rejected', refusal: 'InvalidArgument', completesAgain: false },
  { ...aws, name: 'no-checksums', checksums: 'rejected', refusal: 'InvalidArgument', completesAgain: false },
  { ...aws, name: 'opaque', checksums: 'ignored', etags: 'opaque', removals: 'ignored', guardsCopies: false },
];

/** AWS most often: it has the most to lose. */
export const pickProfile = (dice: Dice): ServerProfile => (dice.chance(0.3) ? aws : dice.pick(serverProfiles));
