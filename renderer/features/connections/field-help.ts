import { maxChainedDurationSeconds } from '../../../shared/domain/auth.ts';
import type { TestResult } from '../../../shared/domain/connection-test.ts';
import type { AppError, ErrorCode } from '../../../shared/errors.ts';
import { fieldAt } from './check-draft.ts';
import { type ConnectionDraft, credentialsOf, type TextDraftField } from './connection-draft.ts';
import { hasOwnKey } from './key-material.ts';
import { hostOf } from './services.ts';

/** A failure that one field is to blame for, and what would mend it. */
export type FieldHelp = {
  readonly field: TextDraftField;
  readonly error: AppError;
  /** The value that the failing side itself named. */
  readonly use?: string;
};

const ofEndpoint: readonly ErrorCode[] = [
  'HostNotFound',
  'EndpointUnreachable',
  'NotAnS3Endpoint',
  'TlsFailed',
  'Stalled',
  'ConnectionReset',
];
type Fields = Partial<Record<ErrorCode, TextDraftField>>;
const fieldsByCode: Fields = {
  AuthorizationHeaderMalformed: 'region',
  PermanentRedirect: 'region',
  RegionDisabledException: 'region',
  AccessDenied: 'restrictToBucket',
  NoSuchBucket: 'restrictToBucket',
  InvalidBucketName: 'restrictToBucket',
  ConnectionNameTaken: 'name',
};
const fieldsOfAccessKey: Fields = {
  InvalidAccessKeyId: 'accessKeyId',
  SignatureDoesNotMatch: 'secretAccessKey',
  ExpiredToken: 'sessionToken',
  InvalidToken: 'sessionToken',
};
const fieldsOfProfile: Fields = {
  InvalidAccessKeyId: 'profile',
  SignatureDoesNotMatch: 'profile',
  ExpiredToken: 'profile',
  InvalidToken: 'profile',
  CredentialsMissing: 'profile',
};
const fieldsOfRole: Fields = {
  AssumeRoleDenied: 'roleArn',
  RoleDurationTooLong: 'durationSeconds',
};
const fieldsOfRolesAnywhere: Fields = {
  CertificateChainBroken: 'certificatePem',
  CertificateExpired: 'certificatePem',
  CertificateMissing: 'certificatePem',
  CertificateNotYetValid: 'certificatePem',
  CertificateUnreadable: 'certificatePem',
  CertificateUnsupported: 'certificatePem',
  RolesAnywhereUntrusted: 'certificatePem',
  KeyEncryptionUnsupported: 'privateKeyPem',
  PrivateKeyMismatch: 'privateKeyPem',
  PrivateKeyMissing: 'privateKeyPem',
  PrivateKeyUnreadable: 'privateKeyPem',
  RolesAnywhereSignatureRefused: 'privateKeyPem',
  PassphraseMissing: 'privateKeyPassphrase',
  PassphraseWrong: 'privateKeyPassphrase',
  RolesAnywhereNotFound: 'trustAnchorArn',
  RolesAnywhereRoleDenied: 'roleArn',
  RegionDisabledException: 'signInRegion',
};
/** Its region is not that of the buckets. */
const rolesAnywhereHost = /^rolesanywhere[.-]/;

const fieldsOfThisComputer: readonly TextDraftField[] = ['name', 'restrictToBucket', 'restrictToPath'];

/** Pure. The field of the form a failure belongs to; null: it belongs to none of them. */
export function fieldHelp(error: AppError, draft: ConnectionDraft): FieldHelp | null {
  const help = helpOf(error, draft);
  const isShown = help === null || draft.service !== 'thisComputer' || fieldsOfThisComputer.includes(help.field);
  return isShown ? help : null;
}

function helpOf(error: AppError, draft: ConnectionDraft): FieldHelp | null {
  const help = (field: TextDraftField, use?: unknown): FieldHelp => ({
    field,
    error,
    ...(typeof use === 'string' && use !== '' && use !== draft[field] ? { use } : {}),
  });
  const { code, context } = error;
  if (ofEndpoint.includes(code)) {
    const signIn = endpointOfSignIn(error, draft);
    if (signIn !== null) return help(signIn);
    if (draft.endpointUrl === '') return code === 'HostNotFound' ? help('region') : null;
    return help('endpointUrl', code === 'TlsFailed' ? otherScheme(error, draft.endpointUrl) : undefined);
  }
  if (code === 'InvalidInput') {
    const field = fieldAt(String(context['field'] ?? '').split('.'));
    return field === null ? null : help(field);
  }
  // A restriction that is refused is not mended by another one.
  if (code === 'AccessDenied' && draft.restrictToBucket !== '') return null;
  const field = fieldOfCode(code, draft);
  if (field === undefined) return null;
  if (field === 'durationSeconds') return help(field, String(maxChainedDurationSeconds));
  return help(field, context[field === 'region' || field === 'signInRegion' ? 'region' : 'suggestion']);
}

function fieldOfCode(code: ErrorCode, draft: ConnectionDraft): TextDraftField | undefined {
  if (draft.authType === 'rolesAnywhere') {
    const field = fieldsOfRolesAnywhere[code] ?? fieldsByCode[code];
    // Its file has both.
    return field === 'privateKeyPem' && hasOwnKey(draft.certificatePem) ? 'certificatePem' : field;
  }
  const ofCredentials = credentialsOf(draft) === 'profile' ? fieldsOfProfile : fieldsOfAccessKey;
  return (draft.authType === 'role' ? fieldsOfRole[code] : undefined) ?? ofCredentials[code] ?? fieldsByCode[code];
}

/** The field that names the server of the sign-in, where that is what failed and not the one of the buckets. */
function endpointOfSignIn({ code, context }: AppError, draft: ConnectionDraft): TextDraftField | null {
  const named = String(context['host'] ?? context['endpoint'] ?? '');
  const host = hostOf(named) || hostOf(`http://${named}`);
  const isOf = (endpointUrl: string) =>
    endpointUrl.trim() !== '' && hostOf(endpointUrl.trim()) === host && hostOf(draft.endpointUrl.trim()) !== host;
  if (draft.authType === 'role') return isOf(draft.stsEndpointUrl) ? 'stsEndpointUrl' : null;
  if (draft.authType !== 'rolesAnywhere') return null;
  if (isOf(draft.signInEndpointUrl)) return 'signInEndpointUrl';
  if (code !== 'HostNotFound' || !rolesAnywhereHost.test(host)) return null;
  return draft.customRegion.trim() === '' ? 'signInRegion' : 'customRegion';
}

/** Pure. A bucket that differs in case only is a warning of the test, not its failure. */
export function warningHelp({ steps }: TestResult): { readonly bucket: string; readonly use: string } | null {
  const note = steps.find((step) => step.note?.code === 'noBucketButSimilar')?.note;
  return note ? { bucket: String(note.values['bucket']), use: String(note.values['suggestion']) } : null;
}

/** What speaks the other of http and https; only when the failure says so, for it is not to be guessed. */
function otherScheme({ cause = '' }: AppError, endpointUrl: string): string | undefined {
  if (endpointUrl.startsWith('http:') && /wants https/i.test(cause)) return endpointUrl.replace(/^http:/, 'https:');
  const isPlain = /wrong version number|packet length too long|EPROTO/i.test(cause);
  return endpointUrl.startsWith('https:') && isPlain ? endpointUrl.replace(/^https:/, 'http:') : undefined;
}
