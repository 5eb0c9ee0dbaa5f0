import type { TestResult } from '../../../shared/domain/connection-test.ts';
import type { AppError, ErrorCode } from '../../../shared/errors.ts';
import type { ConnectionDraft, TextDraftField } from './connection-draft.ts';

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
const fieldsByCode: Partial<Record<ErrorCode, TextDraftField>> = {
  AuthorizationHeaderMalformed: 'region',
  PermanentRedirect: 'region',
  InvalidAccessKeyId: 'accessKeyId',
  SignatureDoesNotMatch: 'secretAccessKey',
  ExpiredToken: 'sessionToken',
  InvalidToken: 'sessionToken',
  AccessDenied: 'restrictToBucket',
  NoSuchBucket: 'restrictToBucket',
  InvalidBucketName: 'restrictToBucket',
  ConnectionNameTaken: 'name',
};
const fieldsOfProfile: Partial<Record<ErrorCode, TextDraftField>> = {
  InvalidAccessKeyId: 'profile',
  SignatureDoesNotMatch: 'profile',
  ExpiredToken: 'profile',
  InvalidToken: 'profile',
  CredentialsMissing: 'profile',
};
const fields: readonly TextDraftField[] = [
  'name',
  'region',
  'endpointUrl',
  'restrictToBucket',
  'restrictToPath',
  'profile',
];
const isField = (name: string): name is TextDraftField => fields.some((field) => field === name);

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
    if (draft.endpointUrl === '') return code === 'HostNotFound' ? help('region') : null;
    return help('endpointUrl', code === 'TlsFailed' ? otherScheme(error, draft.endpointUrl) : undefined);
  }
  if (code === 'InvalidInput') {
    const field = String(context['field'] ?? '').replace(/^auth\./, '');
    return isField(field) ? help(field) : null;
  }
  // A restriction that is refused is not mended by another one.
  if (code === 'AccessDenied' && draft.restrictToBucket !== '') return null;
  const field = (draft.authType === 'profile' ? fieldsOfProfile[code] : undefined) ?? fieldsByCode[code];
  return field === undefined ? null : help(field, context[field === 'region' ? 'region' : 'suggestion']);
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
