import type { ParseKeys } from 'i18next';
import {
  maxRoleDurationSeconds,
  maxRolesAnywhereDurationSeconds,
  minDurationSeconds,
  regionOfArn,
} from '../../../shared/domain/auth.ts';
import {
  type ConnectionView,
  connectionInputSchema,
  connectionUpdateSchema,
  maxThreads,
  minThreads,
} from '../../../shared/domain/connection.ts';
import { type ConnectionDraft, credentialsOf, type DraftProblems, type TextDraftField } from './connection-draft.ts';
import { type ConnectionInputDraft, type ConnectionUpdateDraft, keepsSecrets, toInput } from './draft-input.ts';
import { hasOwnKey, isEncrypted, keyKind } from './key-material.ts';
import { services } from './services.ts';

export type DraftCheck = {
  readonly problems: DraftProblems;
  /** Set when there are no problems. */
  readonly input: ConnectionInputDraft | null;
  readonly update: ConnectionUpdateDraft | null;
};

/**
 * Reads the draft with the contract's schemas. `saved` is the connection being edited: its secrets may stay empty as
 * long as it signs in the same way.
 */
export function checkDraft(
  draft: ConnectionDraft,
  saved: ConnectionView | null,
  takenNames: readonly string[],
): DraftCheck {
  const keeps = keepsSecrets(draft, saved);
  const raw = toInput(draft, saved);
  const parsed = keeps ? connectionUpdateSchema.safeParse(raw) : connectionInputSchema.safeParse(raw);
  const problems: DraftProblems = draft.authType === 'rolesAnywhere' ? certificateProblems(draft, keeps) : {};
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = fieldAt(issue.path);
      if (field) problems[field] ??= problemOf(field, draft);
    }
  }
  // A service that is not Amazon's is somewhere, and its server would otherwise be Amazon's.
  if (services[draft.service].endpoint !== null && draft.endpointUrl.trim() === '') {
    problems.endpointUrl = 'connection.invalid.endpointEmpty';
  }
  const name = draft.name.trim().toLowerCase();
  if (takenNames.some((taken) => taken.toLowerCase() === name)) problems.name = 'connection.invalid.nameTaken';
  if (credentialsOf(draft) === 'accessKey' && lacksToken(draft, saved, keeps)) {
    problems.sessionToken ??= 'connection.invalid.sessionTokenNeeded';
  }
  const fine = parsed.success && Object.keys(problems).length === 0;
  return {
    problems,
    input: fine && !keeps ? (raw as ConnectionInputDraft) : null,
    update: fine ? raw : null,
  };
}

/** Amazon's temporary keys begin with ASIA, and are nothing without their session token. */
function lacksToken(draft: ConnectionDraft, saved: ConnectionView | null, keeps: boolean): boolean {
  if (draft.service !== 'amazon' || !/^ASIA[A-Z0-9]{12,}$/.test(draft.accessKeyId.trim())) return false;
  const auth = saved?.auth.type === 'role' ? saved.auth.base : saved?.auth;
  const keepsToken = keeps && auth?.type === 'accessKey' && auth.hasSessionToken && draft.secretAccessKey.trim() === '';
  return draft.sessionToken.trim() === '' && !keepsToken;
}

function certificateProblems(draft: ConnectionDraft, keeps: boolean): DraftProblems {
  const problems: DraftProblems = {};
  const anchorRegion = regionOfArn(draft.trustAnchorArn);
  const profileRegion = regionOfArn(draft.profileArn);
  if (anchorRegion !== null && profileRegion !== null && anchorRegion !== profileRegion) {
    problems.profileArn = 'connection.invalid.arnRegions';
  }
  const { certificatePem, privateKeyPem } = draft;
  if (certificatePem === '') {
    if (!keeps) problems.certificatePem = 'connection.invalid.certificateEmpty';
  } else if (!['certificates', 'pkcs12'].includes(keyKind(certificatePem))) {
    problems.certificatePem = 'connection.invalid.certificate';
  }
  if (hasOwnKey(certificatePem)) return problems;
  if (privateKeyPem === '') {
    if (!keeps) problems.privateKeyPem = 'connection.invalid.privateKeyEmpty';
  } else if (keyKind(privateKeyPem) !== 'privateKey') {
    problems.privateKeyPem = 'connection.invalid.privateKey';
  } else if (isEncrypted(privateKeyPem) && draft.privateKeyPassphrase === '') {
    problems.privateKeyPassphrase = 'connection.invalid.passphraseEmpty';
  }
  return problems;
}

const fieldsOfAuth: Readonly<Record<string, TextDraftField>> = {
  region: 'signInRegion',
  endpointUrl: 'signInEndpointUrl',
};

/** Pure. The field of the form for a path of the contract's connection, `['auth', 'base', 'accessKeyId']`. */
export function fieldAt(path: readonly PropertyKey[]): TextDraftField | null {
  const last = path.at(-1);
  if (typeof last !== 'string') return null;
  const field = path[0] === 'auth' ? (fieldsOfAuth[last] ?? last) : last;
  return Object.hasOwn(words, field) ? (field as TextDraftField) : null;
}

/** Pure. How long a session may be asked for, in seconds. */
export function durationLimits({ authType }: ConnectionDraft): { readonly min: number; readonly max: number } {
  return {
    min: minDurationSeconds,
    max: authType === 'role' ? maxRoleDurationSeconds : maxRolesAnywhereDurationSeconds,
  };
}

/** Pure. What the words of a problem show. */
export function problemValues(
  field: TextDraftField,
  draft: ConnectionDraft,
): Readonly<Record<string, string | number>> {
  if (field === 'durationSeconds') return durationLimits(draft);
  if (field === 'profileArn') {
    const anchorRegion = regionOfArn(draft.trustAnchorArn) ?? '';
    return { anchorRegion, profileRegion: regionOfArn(draft.profileArn) ?? '' };
  }
  return { min: minThreads, max: maxThreads };
}

type Words = { readonly empty: ParseKeys; readonly wrong: ParseKeys };
const eitherWay = (wrong: ParseKeys): Words => ({ empty: wrong, wrong });
const endpointWords = eitherWay('connection.invalid.endpointUrl');

/** What is said of a field that is empty, and of one that is filled in wrongly. */
const words: Readonly<Record<TextDraftField, Words>> = {
  name: { empty: 'connection.invalid.nameEmpty', wrong: 'connection.invalid.name' },
  accessKeyId: { empty: 'connection.invalid.accessKeyIdEmpty', wrong: 'connection.invalid.accessKeyId' },
  secretAccessKey: { empty: 'connection.invalid.secretEmpty', wrong: 'connection.invalid.secret' },
  sessionToken: eitherWay('connection.invalid.sessionToken'),
  profile: eitherWay('connection.invalid.profile'),
  roleArn: { empty: 'connection.invalid.roleArnEmpty', wrong: 'connection.invalid.roleArn' },
  externalId: eitherWay('connection.invalid.externalId'),
  mfaSerial: eitherWay('connection.invalid.mfaSerial'),
  trustAnchorArn: { empty: 'connection.invalid.trustAnchorArnEmpty', wrong: 'connection.invalid.trustAnchorArn' },
  profileArn: { empty: 'connection.invalid.profileArnEmpty', wrong: 'connection.invalid.profileArn' },
  signInRegion: eitherWay('connection.invalid.region'),
  customRegion: eitherWay('connection.invalid.customRegion'),
  sessionName: { empty: 'connection.invalid.sessionNameEmpty', wrong: 'connection.invalid.sessionName' },
  durationSeconds: eitherWay('connection.invalid.durationSeconds'),
  certificatePem: { empty: 'connection.invalid.certificateEmpty', wrong: 'connection.invalid.certificate' },
  privateKeyPem: { empty: 'connection.invalid.privateKeyEmpty', wrong: 'connection.invalid.privateKey' },
  privateKeyPassphrase: eitherWay('connection.invalid.passphrase'),
  restrictToBucket: eitherWay('connection.invalid.restrictToBucket'),
  restrictToPath: eitherWay('connection.invalid.restrictToPath'),
  region: eitherWay('connection.invalid.region'),
  downloadThreads: eitherWay('connection.invalid.threads'),
  uploadThreads: eitherWay('connection.invalid.threads'),
  endpointUrl: endpointWords,
  signInEndpointUrl: endpointWords,
  stsEndpointUrl: endpointWords,
};

function problemOf(field: TextDraftField, draft: ConnectionDraft): ParseKeys {
  if (field === 'endpointUrl' && draft.endpointUrl.includes('{')) return 'connection.invalid.endpointAccount';
  if (field === 'restrictToPath' && draft.restrictToBucket.trim() === '') {
    return 'connection.invalid.restrictToPathAlone';
  }
  return draft[field].trim() === '' ? words[field].empty : words[field].wrong;
}
