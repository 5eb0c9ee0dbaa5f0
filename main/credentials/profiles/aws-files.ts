import { join } from 'node:path';
import { getHomeDir, loadSharedConfigFiles } from '@smithy/core/config';
import { type ParsedFiles, regionOfSections } from './profile-sections.ts';

/** Where the AWS files are. Left out: in the AWS tools' own places. */
export type AwsFiles = { readonly credentialsFile: string; readonly configFile: string };

/** The files that are read: those given, else those of AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else ~/.aws. */
export function awsFilePaths(files?: AwsFiles): AwsFiles {
  if (files !== undefined) return files;
  const { AWS_CONFIG_FILE: configFile, AWS_SHARED_CREDENTIALS_FILE: credentialsFile } = process.env;
  const folder = join(getHomeDir(), '.aws');
  return {
    configFile: configFile ? expandHome(configFile) : join(folder, 'config'),
    credentialsFile: credentialsFile ? expandHome(credentialsFile) : join(folder, 'credentials'),
  };
}

/** Both files as they are now: other tools write them. A file that is missing or cannot be read counts as empty. */
export async function readAwsFiles(files?: AwsFiles): Promise<ParsedFiles> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles(sdkFileOptions(files));
  return { config: configFile, credentials: credentialsFile };
}

/** For the SDK's readers and providers, which keep a file they have read unless they are told not to. */
export function sdkFileOptions(files?: AwsFiles): { filepath: string; configFilepath: string; ignoreCache: true } {
  const { credentialsFile, configFile } = awsFilePaths(files);
  return { filepath: credentialsFile, configFilepath: configFile, ignoreCache: true };
}

/** The region a profile names, or null. Never fails: a profile without one is signed for the default region. */
export async function regionOfProfile(profile: string, files?: AwsFiles): Promise<string | null> {
  return regionOfSections(await readAwsFiles(files), profile);
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(getHomeDir(), path.slice(1)) : path;
}
