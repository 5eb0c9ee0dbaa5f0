import { type ParsedFiles, profileSection, sectionOfConfig } from './profile-sections.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Service = 's3' | 'sts' | 'sso' | 'sso_oidc';

/**
 * Pure. The endpoint that is configured for a service of a profile, or null for Amazon's own. As in the AWS tools: the
 * service's variable, AWS_ENDPOINT_URL, the `services` section of the profile, its `endpoint_url`. The last and the second
 * do not count for the sign-in in the browser: they name an S3 server, which has no Identity Center.
 *
 * The SDK would look in the profile of AWS_PROFILE, and send a role's request to the server of another profile.
 */
export function endpointOfProfile(
  files: ParsedFiles,
  profile: string,
  service: Service,
  variables: Variables,
): string | null {
  const section = profileSection(files, profile) ?? {};
  const ignore = variables['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? section['ignore_configured_endpoint_urls'];
  if (ignore?.toLowerCase() === 'true') return null;
  const ofVariable = variables[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  const services = section['services'] === undefined ? null : sectionOfConfig(files, 'services', section['services']);
  const ofServices = services?.[`${service}.endpoint_url`];
  if (service === 'sso' || service === 'sso_oidc') return ofVariable || ofServices || null;
  return ofVariable || variables['AWS_ENDPOINT_URL'] || ofServices || section['endpoint_url'] || null;
}
