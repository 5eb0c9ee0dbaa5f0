import type { CommandInput } from '../../../shared/contract/commands.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { type ConnectionDraft, proposedRegion } from './connection-draft.ts';
import { hasOwnKey } from './key-material.ts';

export type ConnectionInputDraft = CommandInput<'connections.add'>['connection'];
export type ConnectionUpdateDraft = CommandInput<'connections.update'>['connection'];

/**
 * Pure. Whether the secrets of the saved connection serve the draft too: it signs in the same way. Others have to be
 * entered.
 */
export function keepsSecrets(draft: ConnectionDraft, saved: ConnectionView | null): boolean {
  const auth = saved?.auth;
  if (auth === undefined || auth.type !== draft.authType) return false;
  // An imported connection comes without its secrets: there is nothing to keep.
  if (auth.type === 'accessKey') return auth.hasSecret !== false;
  if (auth.type === 'role') {
    return auth.base.type === draft.baseType && (auth.base.type === 'profile' || auth.base.hasSecret !== false);
  }
  return auth.type !== 'rolesAnywhere' || auth.certificate !== null;
}

/** Pure. The draft as the contract has it; empty optional fields are left out. Not validated. */
export function toInput(draft: ConnectionDraft, saved: ConnectionView | null): ConnectionUpdateDraft {
  const optional = {
    restrictToBucket: filled(draft.restrictToBucket),
    restrictToPath: draft.restrictToPath === '' ? undefined : draft.restrictToPath,
    region: filled(draft.region),
    endpointUrl: filled(draft.endpointUrl),
  };
  return {
    name: draft.name,
    ...withoutUndefined(optional),
    pathStyle: draft.pathStyle,
    downloadThreads: wholeNumber(draft.downloadThreads),
    uploadThreads: wholeNumber(draft.uploadThreads),
    auth: authOf(draft, keepsSecrets(draft, saved)),
  };
}

function authOf(draft: ConnectionDraft, keeps: boolean): ConnectionUpdateDraft['auth'] {
  switch (draft.authType) {
    case 'accessKey':
      return accessKeyOf(draft, keeps);
    case 'profile':
      return { type: 'profile', profile: draft.profile, ...(draft.copyKeys ? { copyKeys: true } : {}) };
    case 'role':
      return {
        type: 'role',
        roleArn: draft.roleArn,
        base: draft.baseType === 'accessKey' ? accessKeyOf(draft, keeps) : { type: 'profile', profile: draft.profile },
        durationSeconds: wholeNumber(draft.durationSeconds),
        ...withoutUndefined({
          externalId: filled(draft.externalId),
          sessionName: filled(draft.sessionName),
          mfaSerial: filled(draft.mfaSerial),
          stsEndpointUrl: filled(draft.stsEndpointUrl),
        }),
      };
    case 'rolesAnywhere':
      return {
        type: 'rolesAnywhere',
        profileArn: draft.profileArn,
        roleArn: draft.roleArn,
        trustAnchorArn: draft.trustAnchorArn,
        region: draft.signInRegion || proposedRegion(draft),
        sessionName: draft.sessionName,
        durationSeconds: wholeNumber(draft.durationSeconds),
        ...withoutUndefined({
          customRegion: filled(draft.customRegion),
          endpointUrl: filled(draft.signInEndpointUrl),
          certificatePem: filled(draft.certificatePem),
          privateKeyPem: hasOwnKey(draft.certificatePem) ? undefined : filled(draft.privateKeyPem),
          // Blanks may belong to it.
          privateKeyPassphrase: draft.privateKeyPassphrase === '' ? undefined : draft.privateKeyPassphrase,
        }),
      };
  }
}

function accessKeyOf(draft: ConnectionDraft, keeps: boolean) {
  const secretAccessKey = filled(draft.secretAccessKey);
  // A new secret comes with a session token of its own, or with none: that of the old one would not fit it.
  const replaced = keeps && secretAccessKey !== undefined;
  const sessionToken = replaced ? draft.sessionToken.trim() : filled(draft.sessionToken);
  const secrets = withoutUndefined({ secretAccessKey, sessionToken });
  return { type: 'accessKey' as const, accessKeyId: draft.accessKeyId, ...secrets };
}

const filled = (text: string) => (text.trim() === '' ? undefined : text.trim());

const wholeNumber = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}
