import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { getSSOTokenFilepath } from '@smithy/core/config';
import type { Result } from '../../../shared/result.ts';
import { err } from '../../../shared/result.ts';
import { mapFileError } from '../../s3/file-errors.ts';
import { writePrivateFile } from '../../private-file.ts';
import type { SsoSettings } from './sso-settings.ts';

/** What a sign-in brought; all of it but the times is secret. */
export type SsoToken = {
  readonly accessToken: string;
  readonly expiresMs: number;
  readonly refreshToken?: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registrationExpiresMs: number;
};

/** Where aws-cli and the SDKs look: by the session's name, else by the start URL. */
export function ssoTokenPath(settings: SsoSettings, cacheFolder?: string): string {
  const path = getSSOTokenFilepath(settings.sessionName ?? settings.startUrl);
  return cacheFolder === undefined ? path : join(cacheFolder, basename(path));
}

/** Puts the token where aws-cli and the SDKs find it, mode 0600, whole or not at all; in the place of an older one. */
export async function writeSsoToken(
  settings: SsoSettings,
  token: SsoToken,
  cacheFolder?: string,
): Promise<Result<void>> {
  const path = ssoTokenPath(settings, cacheFolder);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    return err(mapFileError(error, dirname(path)));
  }
  const text = JSON.stringify({
    startUrl: settings.startUrl,
    region: settings.region,
    accessToken: token.accessToken,
    expiresAt: isoSeconds(token.expiresMs),
    clientId: token.clientId,
    clientSecret: token.clientSecret,
    registrationExpiresAt: isoSeconds(token.registrationExpiresMs),
    ...(token.refreshToken === undefined ? {} : { refreshToken: token.refreshToken }),
  });
  return writePrivateFile(path, Buffer.from(text));
}

/** As aws-cli writes it, without milliseconds. */
const isoSeconds = (timeMs: number) => new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
