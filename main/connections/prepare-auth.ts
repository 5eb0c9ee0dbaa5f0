import { readFile } from 'node:fs/promises';
import { type Auth, cleanSessionName, type RoleAuth, type RolesAnywhereAuth } from '../../shared/domain/auth.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { AppError } from '../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import type { PreparedAuth } from '../credentials/auth-record.ts';
import type { AwsFiles } from '../credentials/profiles/aws-files.ts';
import { importProfile } from '../credentials/profiles/import-profile.ts';
import { checkCertificate, describeCertificate } from '../credentials/roles-anywhere/check-certificate.ts';
import { mapFileError } from '../s3/file-errors.ts';
import { invalid } from './normalise-settings.ts';

export type PrepareAuth = (auth: Auth) => Promise<Result<PreparedAuth>>;

/**
 * Brings what a person gave into the form that is kept: session names cleaned to what AWS allows, a profile's keys
 * copied where that was asked, certificate and key read from their files and opened. Idempotent. Fails with the Certificate…,
 * PrivateKey… and Passphrase… codes, what the file system says, InvalidInput with the field. A certificate that has expired is
 * taken (a renewed one may come later); signing in says so.
 */
export function createPrepareAuth(deps: {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly awsFiles?: AwsFiles | undefined;
}): PrepareAuth {
  const prepare: PrepareAuth = async (auth) => {
    switch (auth.type) {
      case 'accessKey':
        return ok({ auth, certificate: null });
      case 'profile': {
        if (auth.copyKeys !== true) return ok({ auth: { type: 'profile', profile: auth.profile }, certificate: null });
        const imported = await importProfile(auth.profile, deps.awsFiles);
        return imported.ok ? prepare(imported.value) : imported;
      }
      case 'role': {
        const base = await preparedBase(auth.base, deps.awsFiles);
        if (!base.ok) return base;
        const sessionName = cleanSessionName(auth.sessionName);
        return ok({ auth: { ...auth, base: base.value, sessionName }, certificate: null });
      }
      case 'rolesAnywhere':
        return prepareRolesAnywhere(auth, deps.clock.nowMs());
      default:
        return assertNever(auth);
    }
  };
  return prepare;
}

async function preparedBase(base: RoleAuth['base'], files: AwsFiles | undefined): Promise<Result<RoleAuth['base']>> {
  if (base.type === 'accessKey') return ok(base);
  if (base.copyKeys !== true) return ok({ type: 'profile', profile: base.profile });
  const imported = await importProfile(base.profile, files);
  if (!imported.ok) return imported;
  if (imported.value.type === 'accessKey') return ok(imported.value);
  return err(invalid('auth.base.profile', 'This profile takes a role itself; only one with keys can be copied here.'));
}

async function prepareRolesAnywhere(auth: RolesAnywhereAuth, nowMs: number): Promise<Result<PreparedAuth>> {
  const { certificatePem, privateKeyPem, privateKeyPassphrase, certificateFile, privateKeyFile, ...settings } = auth;
  if (certificatePem !== undefined && certificateFile !== undefined) {
    return err(invalid('auth.certificateFile', 'Give the certificate or its file, not both.'));
  }
  const certificate = certificateFile === undefined ? ok(certificatePem ?? null) : await contentOf(certificateFile);
  if (!certificate.ok) return certificate;
  const privateKey = privateKeyFile === undefined ? ok(privateKeyPem ?? null) : await contentOf(privateKeyFile);
  if (!privateKey.ok) return privateKey;
  // With it comes a library for PKCS#12 that takes a while to load, and only saving needs.
  const { readKeyMaterial } = await import('../credentials/roles-anywhere/key-material.ts');
  const read = (key: string | Uint8Array | null) =>
    readKeyMaterial({
      certificate: certificate.value,
      privateKey: key,
      passphrase: privateKeyPassphrase ?? null,
      ...(certificateFile === undefined ? {} : { certificatePath: certificateFile }),
      ...(privateKeyFile === undefined ? {} : { privateKeyPath: privateKeyFile }),
    });
  let identity = read(privateKey.value);
  if (!identity.ok && identity.error.code === 'PrivateKeyMismatch') {
    // An edit with a new PKCS#12 file has the old key beside the one in the file.
    const inFile = read(null);
    if (inFile.ok) identity = inFile;
  }
  if (!identity.ok) return identity;
  const checked = checkCertificate(identity.value.certificatePem, identity.value.privateKeyPem, nowMs);
  if (!checked.ok && !isAboutDates(checked.error)) return checked;
  return ok({
    auth: {
      ...settings,
      sessionName: cleanSessionName(settings.sessionName),
      ...identity.value,
    },
    certificate: describeCertificate(identity.value.certificatePem),
  });
}

function isAboutDates({ code }: AppError): boolean {
  return code === 'CertificateExpired' || code === 'CertificateNotYetValid';
}

/** More is no certificate and no key. */
const maxFileBytes = 1024 * 1024;

async function contentOf(path: string): Promise<Result<Uint8Array>> {
  try {
    const content = await readFile(path);
    if (content.byteLength > maxFileBytes) return err(invalid('auth.certificateFile', 'This file is too large.'));
    return ok(content);
  } catch (error) {
    return err(mapFileError(error, path));
  }
}
