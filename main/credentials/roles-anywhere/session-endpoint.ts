import { regionOfArn, type RolesAnywhereAuth } from '../../../shared/domain/auth.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

export type SessionEndpoint = {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number | undefined;
  /** Value of the Host header. */
  readonly host: string;
  readonly path: string;
  /** The request is signed for it. */
  readonly region: string;
};

/** Amazon's partitions, by the second part of an ARN. */
const dnsSuffixes: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
};

/**
 * Pure. Where a session is asked for. RolesAnywhereInvalid when trust anchor and profile are of different regions, which
 * the service itself would not say clearly: also with an endpoint of one's own, behind which is one region too.
 */
export function sessionEndpoint(
  settings: Pick<RolesAnywhereAuth, 'trustAnchorArn' | 'profileArn' | 'region' | 'customRegion' | 'endpointUrl'>,
): Result<SessionEndpoint> {
  const trustAnchorRegion = regionOfArn(settings.trustAnchorArn);
  const profileRegion = regionOfArn(settings.profileArn);
  if (trustAnchorRegion === null || profileRegion === null || trustAnchorRegion !== profileRegion) {
    const regions = {
      trustAnchorRegion: trustAnchorRegion ?? undefined,
      profileRegion: profileRegion ?? undefined,
    };
    return err(appError('RolesAnywhereInvalid', regions, 'Trust anchor and profile must be of the same region.'));
  }
  const region = settings.customRegion || settings.region;
  const partition = settings.trustAnchorArn.split(':')[1] ?? 'aws';
  const url = new URL(
    settings.endpointUrl || `https://rolesanywhere.${region}.${dnsSuffixes[partition] ?? 'amazonaws.com'}`,
  );
  return ok({
    protocol: url.protocol === 'http:' ? 'http:' : 'https:',
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    host: url.host,
    path: `${url.pathname.replace(/\/+$/, '')}/sessions`,
    region,
  });
}
