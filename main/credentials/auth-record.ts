import {
  type AccessKeyAuth,
  type Auth,
  type AuthUpdate,
  type AuthView,
  type CertificateView,
  withoutKeyMaterial,
} from '../../shared/domain/auth.ts';
import { appError } from '../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import type { SecretTexts } from './vault/vault.ts';

/** An authorization in the form it is kept in: names cleaned, files read, keys opened. */
export type PreparedAuth = { readonly auth: Auth; readonly certificate: CertificateView | null };

type AccessKeyView = Extract<AuthView, { type: 'accessKey' }>;

/** Pure. What of an authorization is kept in the open and may be shown. */
export function shownAuth({ auth, certificate }: PreparedAuth): AuthView {
  switch (auth.type) {
    case 'accessKey':
      return shownKey(auth);
    case 'profile':
      return { type: 'profile', profile: auth.profile };
    case 'role':
      return {
        ...auth,
        base: auth.base.type === 'profile' ? { type: 'profile', profile: auth.base.profile } : shownKey(auth.base),
      };
    case 'rolesAnywhere':
      return { ...withoutKeyMaterial(auth), certificate };
    default:
      return assertNever(auth);
  }
}

function shownKey({ accessKeyId, sessionToken }: AccessKeyAuth): AccessKeyView {
  return { type: 'accessKey', accessKeyId, hasSessionToken: Boolean(sessionToken) };
}

/** Pure. What of an authorization goes into the vault; null when nothing does. */
export function secretOfAuth(auth: Auth): SecretTexts | null {
  switch (auth.type) {
    case 'accessKey':
      return secretOfKey(auth);
    case 'profile':
      return null;
    case 'role':
      return auth.base.type === 'accessKey' ? secretOfKey(auth.base) : null;
    case 'rolesAnywhere': {
      const { certificatePem, privateKeyPem } = auth;
      if (certificatePem === undefined || privateKeyPem === undefined) return null;
      return { certificatePem, privateKeyPem };
    }
    default:
      return assertNever(auth);
  }
}

function secretOfKey({ secretAccessKey, sessionToken }: AccessKeyAuth): SecretTexts {
  return { secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** Pure. Whether an authorization is nothing without what the vault has of it. */
export function needsSecret(view: AuthView): boolean {
  return view.type === 'role' ? view.base.type === 'accessKey' : view.type !== 'profile';
}

/** Pure. A kept authorization with what the vault has of it. CredentialsMissing when that is not all. */
export function wholeAuth(view: AuthView, secret: SecretTexts): Result<Auth> {
  switch (view.type) {
    case 'accessKey':
      return wholeKey(view, secret);
    case 'profile':
      return ok(view);
    case 'role': {
      if (view.base.type === 'profile') return ok({ ...view, base: view.base });
      const base = wholeKey(view.base, secret);
      return base.ok ? ok({ ...view, base: base.value }) : base;
    }
    case 'rolesAnywhere': {
      const { certificate: _shown, ...rest } = view;
      const { certificatePem, privateKeyPem } = secret;
      if (certificatePem === undefined) return err(appError('CertificateMissing'));
      if (privateKeyPem === undefined) return err(appError('PrivateKeyMissing'));
      return ok({ ...rest, certificatePem, privateKeyPem });
    }
    default:
      return assertNever(view);
  }
}

function wholeKey({ accessKeyId }: AccessKeyView, secret: SecretTexts): Result<AccessKeyAuth> {
  const { secretAccessKey, sessionToken } = secret;
  if (secretAccessKey === undefined) return err(appError('CredentialsMissing', { accessKeyId }));
  return ok({ type: 'accessKey', accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
}

/** Pure. Whether an edit leaves a secret out: that is then what was saved. */
export function needsSavedSecret(update: AuthUpdate): boolean {
  switch (update.type) {
    case 'accessKey':
      return update.secretAccessKey === undefined;
    case 'profile':
      return false;
    case 'role':
      return update.base.type === 'accessKey' && update.base.secretAccessKey === undefined;
    case 'rolesAnywhere':
      return (
        (update.certificatePem === undefined && update.certificateFile === undefined) ||
        (update.privateKeyPem === undefined && update.privateKeyFile === undefined)
      );
    default:
      return assertNever(update);
  }
}

/** Pure. True when an edit brings no secret of its own and may keep those of the saved one. */
export function keepsSecrets(update: AuthUpdate, saved: AuthView): boolean {
  if (update.type !== saved.type) return false;
  switch (update.type) {
    case 'accessKey':
      return update.secretAccessKey === undefined && update.sessionToken === undefined;
    case 'profile':
      return update.copyKeys !== true;
    case 'role':
      if (saved.type !== 'role' || update.base.type !== saved.base.type) return false;
      return (
        update.base.type === 'profile' ||
        (update.base.secretAccessKey === undefined && update.base.sessionToken === undefined)
      );
    case 'rolesAnywhere':
      return (
        update.certificatePem === undefined &&
        update.certificateFile === undefined &&
        update.privateKeyPem === undefined &&
        update.privateKeyFile === undefined
      );
    default:
      return assertNever(update);
  }
}

/**
 * Pure. An edit with the secrets it leaves out, from the saved authorization. InvalidInput names the field that is missing
 * because the saved one has nothing for it. Left out means as before; an empty session token means none.
 */
export function filledInAuth(update: AuthUpdate, saved: AuthView, secret: SecretTexts): Result<Auth> {
  switch (update.type) {
    case 'accessKey':
      return filledInKey(update, saved.type === 'accessKey' ? secret : {}, 'auth');
    case 'profile':
      return ok(update);
    case 'role': {
      const { base } = update;
      if (base.type === 'profile') return ok({ ...update, base });
      const before = saved.type === 'role' && saved.base.type === 'accessKey' ? secret : {};
      const filled = filledInKey(base, before, 'auth.base');
      return filled.ok ? ok({ ...update, base: filled.value }) : filled;
    }
    case 'rolesAnywhere': {
      const before = saved.type === 'rolesAnywhere' ? secret : {};
      const hasCertificate = update.certificatePem !== undefined || update.certificateFile !== undefined;
      const hasKey = update.privateKeyPem !== undefined || update.privateKeyFile !== undefined;
      const { certificatePem, privateKeyPem } = before;
      return ok({
        ...update,
        ...(hasCertificate || certificatePem === undefined ? {} : { certificatePem }),
        // A new certificate may bring its key along (PKCS#12); the old key fits only the old certificate, or its renewal.
        ...(hasKey || privateKeyPem === undefined ? {} : { privateKeyPem }),
      });
    }
    default:
      return assertNever(update);
  }
}

function filledInKey(
  update: Extract<AuthUpdate, { type: 'accessKey' }>,
  before: SecretTexts,
  field: string,
): Result<AccessKeyAuth> {
  const { secretAccessKey = before['secretAccessKey'] } = update;
  if (secretAccessKey === undefined) {
    const reason = 'There is no secret access key yet.';
    return err(appError('InvalidInput', { field: `${field}.secretAccessKey`, reason }));
  }
  const sessionToken =
    update.secretAccessKey === undefined ? (update.sessionToken ?? before['sessionToken']) : update.sessionToken;
  return ok({ ...update, secretAccessKey, ...(sessionToken ? { sessionToken } : { sessionToken: '' }) });
}
