import { createHash } from 'node:crypto';
import { type AwsFiles, readAwsFiles } from './aws-files.ts';
import { chainOfProfile, type ParsedFiles, type Section, sectionOfConfig } from './profile-sections.ts';

/**
 * The same for as long as nothing in the files changes that the profile's credentials depend on: its own sections, those of
 * its source profiles, their sign-in session and services. Has no secret in it. Never fails.
 */
export async function profileCacheKey(profile: string, files?: AwsFiles): Promise<string> {
  const parsed = await readAwsFiles(files);
  const parts = chainOfProfile(parsed, profile).profiles.map((name) => [
    name,
    ...(['config', 'credentials'] as const).map((file) => sorted(ownSection(parsed[file], name))),
    ...(['sso-session', 'services'] as const).map((kind) => sorted(sectionNamedBy(parsed, name, kind))),
  ]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function sectionNamedBy(files: ParsedFiles, profile: string, kind: 'sso-session' | 'services'): Section | null {
  const field = kind === 'services' ? 'services' : 'sso_session';
  const name = ownSection(files.credentials, profile)?.[field] ?? ownSection(files.config, profile)?.[field];
  return name === undefined ? null : sectionOfConfig(files, kind, name);
}

const ownSection = (sections: Readonly<Record<string, Section>>, name: string): Section | null =>
  Object.hasOwn(sections, name) ? (sections[name] ?? null) : null;

const sorted = (section: Section | null) =>
  section === null ? null : Object.entries(section).sort(([a], [b]) => (a < b ? -1 : 1));
