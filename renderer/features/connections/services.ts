import { awsRegions } from '../../../shared/domain/aws-regions.ts';

/** Kinds of connections the form knows: what they need, and what can be filled in for them. */
export const serviceIds = [
  'amazon',
  'backblaze',
  'ceph',
  'cloudflare',
  'digitalocean',
  'hetzner',
  'minio',
  'wasabi',
  'other',
  'thisComputer',
] as const;
export type ServiceId = (typeof serviceIds)[number];

export type Suggestion = { readonly value: string; readonly hint: string };
export type Service = {
  /** A product's name, the same in every language; null: in the catalogue (`connection.service`). */
  readonly name: string | null;
  /** `{region}` follows the region; `{account}` is for the person to fill in. Null: no endpoint of its own. */
  readonly endpoint: string | null;
  readonly matches: RegExp | null;
  readonly pathStyle: boolean;
  /** What the region is unless it is chosen. */
  readonly region: string;
  readonly regions: readonly Suggestion[];
};

const at = (...pairs: readonly (readonly [string, string])[]): readonly Suggestion[] =>
  pairs.map(([value, hint]) => ({ value, hint }));

export const services: Readonly<Record<ServiceId, Service>> = {
  amazon: { name: 'Amazon S3', endpoint: null, matches: null, pathStyle: false, region: '', regions: awsRegions },
  backblaze: {
    name: 'Backblaze B2',
    endpoint: 'https://s3.{region}.backblazeb2.com',
    matches: /\.backblazeb2\.com$/,
    pathStyle: true,
    region: 'us-west-004',
    regions: at(
      ['us-west-001', 'US West'],
      ['us-west-002', 'US West'],
      ['us-west-004', 'US West'],
      ['us-east-005', 'US East'],
      ['eu-central-003', 'Amsterdam'],
      ['ca-east-006', 'Toronto'],
    ),
  },
  ceph: { name: 'Ceph', endpoint: '', matches: null, pathStyle: true, region: '', regions: [] },
  cloudflare: {
    name: 'Cloudflare R2',
    endpoint: 'https://{account}.r2.cloudflarestorage.com',
    matches: /\.r2\.cloudflarestorage\.com$/,
    pathStyle: true,
    region: 'auto',
    regions: at(['auto', 'Cloudflare R2']),
  },
  digitalocean: {
    name: 'DigitalOcean Spaces',
    endpoint: 'https://{region}.digitaloceanspaces.com',
    matches: /\.digitaloceanspaces\.com$/,
    pathStyle: false,
    region: 'nyc3',
    regions: at(
      ['nyc3', 'New York'],
      ['sfo2', 'San Francisco'],
      ['sfo3', 'San Francisco'],
      ['tor1', 'Toronto'],
      ['ams3', 'Amsterdam'],
      ['fra1', 'Frankfurt'],
      ['lon1', 'London'],
      ['blr1', 'Bangalore'],
      ['sgp1', 'Singapore'],
      ['syd1', 'Sydney'],
    ),
  },
  hetzner: {
    name: 'Hetzner',
    endpoint: 'https://{region}.your-objectstorage.com',
    matches: /\.your-objectstorage\.com$/,
    pathStyle: false,
    region: 'fsn1',
    regions: at(['fsn1', 'Falkenstein'], ['nbg1', 'Nuremberg'], ['hel1', 'Helsinki']),
  },
  minio: { name: 'MinIO', endpoint: '', matches: null, pathStyle: true, region: '', regions: [] },
  wasabi: {
    name: 'Wasabi',
    endpoint: 'https://s3.{region}.wasabisys.com',
    matches: /\.wasabisys\.com$/,
    pathStyle: false,
    region: 'us-east-1',
    regions: at(
      ['us-east-1', 'N. Virginia'],
      ['us-east-2', 'N. Virginia'],
      ['us-central-1', 'Texas'],
      ['us-west-1', 'Oregon'],
      ['ca-central-1', 'Toronto'],
      ['eu-central-1', 'Amsterdam'],
      ['eu-central-2', 'Frankfurt'],
      ['eu-west-1', 'London'],
      ['eu-west-2', 'Paris'],
      ['ap-northeast-1', 'Tokyo'],
      ['ap-northeast-2', 'Osaka'],
      ['ap-southeast-1', 'Singapore'],
      ['ap-southeast-2', 'Sydney'],
    ),
  },
  other: { name: null, endpoint: '', matches: null, pathStyle: true, region: '', regions: [] },
  thisComputer: { name: null, endpoint: null, matches: null, pathStyle: true, region: '', regions: [] },
};

/** Pure. The endpoint of a service in a region. */
export function endpointOf(id: ServiceId, region: string): string {
  const { endpoint, region: usual } = services[id];
  return (endpoint ?? '').replace('{region}', region.trim() || usual);
}

/** Pure. Which service an endpoint belongs to; anything unknown is another server. */
export function serviceOf(endpointUrl: string): ServiceId {
  const typed = endpointUrl.trim();
  if (typed === '') return 'amazon';
  const host = hostOf(typed);
  return serviceIds.find((id) => services[id].matches?.test(host) === true) ?? 'other';
}

/** Pure. The host without its port; empty when this is no address. */
export function hostOf(endpointUrl: string): string {
  return URL.canParse(endpointUrl) ? new URL(endpointUrl).hostname : '';
}
