import type { ParseKeys } from 'i18next';
import { type Auth, type AuthView, defaultDurationSeconds, regionOfArn } from '../../../shared/domain/auth.ts';
import {
  type ConnectionView,
  defaultDownloadThreads,
  defaultUploadThreads,
} from '../../../shared/domain/connection.ts';
import { serviceOf, type ServiceId } from './services.ts';

export type AuthType = Auth['type'];

/**
 * The form as typed: every field is text until the schemas have read it. What several ways to sign in ask for stands in
 * it once, and so stays when another one is chosen.
 */
export type ConnectionDraft = {
  readonly service: ServiceId;
  readonly name: string;
  readonly authType: AuthType;
  /** What takes the role. */
  readonly baseType: 'accessKey' | 'profile';
  readonly profile: string;
  readonly copyKeys: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly roleArn: string;
  readonly externalId: string;
  readonly mfaSerial: string;
  readonly stsEndpointUrl: string;
  readonly trustAnchorArn: string;
  readonly profileArn: string;
  /** Of Roles Anywhere. Empty: not chosen, `proposedRegion` has it. */
  readonly signInRegion: string;
  readonly customRegion: string;
  readonly signInEndpointUrl: string;
  readonly sessionName: string;
  readonly durationSeconds: string;
  /** PEM text, or the base64 of a binary file. */
  readonly certificatePem: string;
  /** Of the file it came from; empty when it was pasted. */
  readonly certificateName: string;
  readonly privateKeyPem: string;
  readonly privateKeyName: string;
  readonly privateKeyPassphrase: string;
  readonly restrictToBucket: string;
  readonly restrictToPath: string;
  readonly region: string;
  readonly endpointUrl: string;
  readonly pathStyle: boolean;
  readonly downloadThreads: string;
  readonly uploadThreads: string;
};
export type DraftField = keyof ConnectionDraft;
/** What has a field with a label of its own (`connection.${field}`). */
export type TextDraftField = Exclude<
  DraftField,
  'pathStyle' | 'authType' | 'baseType' | 'copyKeys' | 'service' | 'certificateName' | 'privateKeyName'
>;
export type DraftProblems = Partial<Record<TextDraftField, ParseKeys>>;

export const emptyDraft: ConnectionDraft = {
  service: 'amazon',
  name: '',
  authType: 'accessKey',
  baseType: 'accessKey',
  profile: 'default',
  copyKeys: false,
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  roleArn: '',
  externalId: '',
  mfaSerial: '',
  stsEndpointUrl: '',
  trustAnchorArn: '',
  profileArn: '',
  signInRegion: '',
  customRegion: '',
  signInEndpointUrl: '',
  sessionName: '',
  durationSeconds: String(defaultDurationSeconds),
  certificatePem: '',
  certificateName: '',
  privateKeyPem: '',
  privateKeyName: '',
  privateKeyPassphrase: '',
  restrictToBucket: '',
  restrictToPath: '',
  region: '',
  endpointUrl: '',
  pathStyle: false,
  downloadThreads: String(defaultDownloadThreads),
  uploadThreads: String(defaultUploadThreads),
};

/** A saved connection in the form; its secrets stay where they are and their fields empty. */
export function draftOf(connection: ConnectionView): ConnectionDraft {
  return {
    ...emptyDraft,
    service: connection.kind === 'thisComputer' ? 'thisComputer' : serviceOf(connection.endpointUrl ?? ''),
    name: connection.name,
    ...authDraft(connection.auth),
    restrictToBucket: connection.restrictToBucket ?? '',
    restrictToPath: connection.restrictToPath ?? '',
    region: connection.region ?? '',
    endpointUrl: connection.endpointUrl ?? '',
    pathStyle: connection.pathStyle,
    downloadThreads: String(connection.downloadThreads),
    uploadThreads: String(connection.uploadThreads),
  };
}

function authDraft(auth: AuthView): Partial<ConnectionDraft> {
  switch (auth.type) {
    case 'accessKey':
      return { authType: auth.type, accessKeyId: auth.accessKeyId };
    case 'profile':
      return { authType: auth.type, profile: auth.profile };
    case 'role':
      return {
        ...authDraft(auth.base),
        authType: auth.type,
        baseType: auth.base.type,
        roleArn: auth.roleArn,
        externalId: auth.externalId ?? '',
        mfaSerial: auth.mfaSerial ?? '',
        stsEndpointUrl: auth.stsEndpointUrl ?? '',
        sessionName: auth.sessionName ?? '',
        durationSeconds: String(auth.durationSeconds),
      };
    case 'rolesAnywhere':
      return {
        authType: auth.type,
        roleArn: auth.roleArn,
        trustAnchorArn: auth.trustAnchorArn,
        profileArn: auth.profileArn,
        // The region of the trust anchor follows it, as it did when it was new.
        signInRegion: auth.region === regionOfArn(auth.trustAnchorArn) ? '' : auth.region,
        customRegion: auth.customRegion ?? '',
        signInEndpointUrl: auth.endpointUrl ?? '',
        sessionName: auth.sessionName,
        durationSeconds: String(auth.durationSeconds),
      };
  }
}

/** Pure. The region of Roles Anywhere for as long as none is chosen: that of the ARNs, us-east-1 until there is one. */
export function proposedRegion({ trustAnchorArn, profileArn }: ConnectionDraft): string {
  return regionOfArn(trustAnchorArn) ?? regionOfArn(profileArn) ?? 'us-east-1';
}

/** Pure. What the connection signs in with itself, or takes its role with; null: a certificate. */
export function credentialsOf({ authType, baseType }: ConnectionDraft): 'accessKey' | 'profile' | null {
  if (authType === 'rolesAnywhere') return null;
  return authType === 'role' ? baseType : authType;
}
