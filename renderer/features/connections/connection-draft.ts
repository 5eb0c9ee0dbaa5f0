import type { ParseKeys } from 'i18next';
import {
  type ConnectionView,
  connectionInputSchema,
  connectionUpdateSchema,
  defaultDownloadThreads,
  defaultUploadThreads,
} from '../../../shared/domain/connection.ts';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { serviceOf, services, type ServiceId } from './services.ts';

/** The form as typed: every field is text until the schemas have read it. */
export type ConnectionDraft = {
  readonly service: ServiceId;
  readonly name: string;
  readonly authType: 'accessKey' | 'profile';
  readonly profile: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly restrictToBucket: string;
  readonly restrictToPath: string;
  readonly region: string;
  readonly endpointUrl: string;
  readonly pathStyle: boolean;
  readonly downloadThreads: string;
  readonly uploadThreads: string;
};
export type DraftField = keyof ConnectionDraft;
export type TextDraftField = Exclude<DraftField, 'pathStyle' | 'authType' | 'service'>;
export type DraftProblems = Partial<Record<DraftField, ParseKeys>>;

export const emptyDraft: ConnectionDraft = {
  service: 'amazon',
  name: '',
  authType: 'accessKey',
  profile: 'default',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
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
  const { auth } = connection;
  return {
    ...emptyDraft,
    service: connection.kind === 'thisComputer' ? 'thisComputer' : serviceOf(connection.endpointUrl ?? ''),
    name: connection.name,
    authType: auth.type,
    profile: auth.type === 'profile' ? auth.profile : emptyDraft.profile,
    accessKeyId: auth.type === 'accessKey' ? auth.accessKeyId : '',
    restrictToBucket: connection.restrictToBucket ?? '',
    restrictToPath: connection.restrictToPath ?? '',
    region: connection.region ?? '',
    endpointUrl: connection.endpointUrl ?? '',
    pathStyle: connection.pathStyle,
    downloadThreads: String(connection.downloadThreads),
    uploadThreads: String(connection.uploadThreads),
  };
}

export type ConnectionInputDraft = CommandInput<'connections.add'>['connection'];
export type ConnectionUpdateDraft = CommandInput<'connections.update'>['connection'];

const filled = (text: string) => (text.trim() === '' ? undefined : text.trim());

/** The draft as the contract has it; empty optional fields are left out. Not validated. */
function toInput(draft: ConnectionDraft) {
  const optional = {
    restrictToBucket: filled(draft.restrictToBucket),
    restrictToPath: draft.restrictToPath === '' ? undefined : draft.restrictToPath,
    region: filled(draft.region),
    endpointUrl: filled(draft.endpointUrl),
  };
  const secret = { secretAccessKey: filled(draft.secretAccessKey), sessionToken: filled(draft.sessionToken) };
  return {
    name: draft.name,
    ...withoutUndefined(optional),
    pathStyle: draft.pathStyle,
    downloadThreads: threads(draft.downloadThreads),
    uploadThreads: threads(draft.uploadThreads),
    auth:
      draft.authType === 'profile'
        ? { type: 'profile' as const, profile: draft.profile }
        : { type: 'accessKey' as const, accessKeyId: draft.accessKeyId, ...withoutUndefined(secret) },
  };
}

function threads(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

export type DraftCheck = {
  readonly problems: DraftProblems;
  /** Set when there are no problems. */
  readonly input: ConnectionInputDraft | null;
  readonly update: ConnectionUpdateDraft | null;
};

/**
 * Reads the draft with the contract's schemas. `saved` is the connection being edited: its secret may stay empty as
 * long as the authorization is still an access key.
 */
export function checkDraft(
  draft: ConnectionDraft,
  saved: ConnectionView | null,
  takenNames: readonly string[],
): DraftCheck {
  const keepsSecret = saved?.auth.type === 'accessKey' && draft.authType === 'accessKey';
  const raw = toInput(draft);
  const parsed = keepsSecret ? connectionUpdateSchema.safeParse(raw) : connectionInputSchema.safeParse(raw);
  const problems: DraftProblems = {};
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = fieldOf(issue.path);
      if (field) problems[field] ??= problemOf(field, draft);
    }
  }
  // A service that is not Amazon's is somewhere, and its server would otherwise be Amazon's.
  if (services[draft.service].endpoint !== null && draft.endpointUrl.trim() === '') {
    problems.endpointUrl = 'connection.invalid.endpointEmpty';
  }
  const name = draft.name.trim().toLowerCase();
  if (takenNames.some((taken) => taken.toLowerCase() === name)) problems.name = 'connection.invalid.nameTaken';
  const fine = parsed.success && Object.keys(problems).length === 0;
  return {
    problems,
    input: fine && !keepsSecret ? (raw as ConnectionInputDraft) : null,
    update: fine ? raw : null,
  };
}

function fieldOf(path: readonly PropertyKey[]): DraftField | null {
  const last = path.at(-1);
  return typeof last === 'string' && Object.hasOwn(emptyDraft, last) ? (last as DraftField) : null;
}

function problemOf(field: DraftField, draft: ConnectionDraft): ParseKeys {
  switch (field) {
    case 'name':
      return draft.name.trim() === '' ? 'connection.invalid.nameEmpty' : 'connection.invalid.name';
    case 'accessKeyId':
      return draft.accessKeyId.trim() === '' ? 'connection.invalid.accessKeyIdEmpty' : 'connection.invalid.accessKeyId';
    case 'secretAccessKey':
      return draft.secretAccessKey.trim() === '' ? 'connection.invalid.secretEmpty' : 'connection.invalid.secret';
    case 'restrictToPath':
      return draft.restrictToBucket.trim() === ''
        ? 'connection.invalid.restrictToPathAlone'
        : 'connection.invalid.restrictToPath';
    case 'downloadThreads':
    case 'uploadThreads':
      return 'connection.invalid.threads';
    case 'profile':
    case 'authType':
      return 'connection.invalid.profile';
    case 'sessionToken':
      return 'connection.invalid.sessionToken';
    case 'restrictToBucket':
      return 'connection.invalid.restrictToBucket';
    case 'region':
      return 'connection.invalid.region';
    case 'endpointUrl':
    case 'pathStyle':
    case 'service':
      return draft.endpointUrl.includes('{') ? 'connection.invalid.endpointAccount' : 'connection.invalid.endpointUrl';
  }
}
