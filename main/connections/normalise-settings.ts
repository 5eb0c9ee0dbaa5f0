import { type ConnectionSettings, maxKeyBytes } from '../../shared/domain/connection.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/**
 * Brings what a person typed or pasted into one form; InvalidInput names the field that has no such form. Pure and
 * idempotent. A path loses its leading slashes; whether it ends in one (a folder) or not (one object, or names that begin so) stays as
 * typed. An endpoint loses its trailing slash, and the address of a bucket at Amazon becomes bucket and region.
 */
export function normaliseSettings(typed: ConnectionSettings): Result<ConnectionSettings> {
  const { endpointUrl, restrictToPath, ...rest } = typed;
  const endpoint: Result<FromEndpoint> = endpointUrl === undefined ? ok({}) : readEndpoint(endpointUrl, rest);
  if (!endpoint.ok) return endpoint;
  const { restrictToPath: pathInUrl, ...fromUrl } = endpoint.value;
  const path = (restrictToPath || pathInUrl || '').replace(/^\/+/, '');
  const settings: ConnectionSettings = { ...rest, ...fromUrl, ...(path === '' ? {} : { restrictToPath: path }) };
  if (Buffer.byteLength(path) > maxKeyBytes) {
    return err(invalid('restrictToPath', `A key has at most ${maxKeyBytes} bytes.`));
  }
  if (path !== '' && settings.restrictToBucket === undefined) {
    return err(invalid('restrictToPath', 'A path needs the bucket it is in.'));
  }
  return ok(settings);
}

type FromEndpoint = Partial<Pick<ConnectionSettings, 'endpointUrl' | 'restrictToBucket' | 'restrictToPath' | 'region'>>;

/** `bucket.s3.region.amazonaws.com`, also without the region and in the old spelling with a dash. */
const bucketAtAmazon = /^([a-z0-9][a-z0-9.-]*)\.s3(?:[.-]([a-z]{2}(?:-[a-z]+)+-\d+))?\.amazonaws\.com(?:\.cn)?$/;

function readEndpoint(typed: string, rest: ConnectionSettings): Result<FromEndpoint> {
  if (!URL.canParse(typed)) return err(invalid('endpointUrl', 'This is not an address.'));
  const url = new URL(typed);
  if (url.port === '0') return err(invalid('endpointUrl', 'There is no port 0.'));
  const atAmazon = url.port === '' ? bucketAtAmazon.exec(url.hostname) : null;
  if (atAmazon === null) {
    return ok({ endpointUrl: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}` });
  }
  const [, bucket = '', regionInUrl] = atAmazon;
  if (rest.restrictToBucket !== undefined && rest.restrictToBucket !== bucket) {
    return err(invalid('endpointUrl', `This is the address of the bucket ${bucket}, not of ${rest.restrictToBucket}.`));
  }
  const region = rest.region ?? regionInUrl;
  return ok({
    restrictToBucket: bucket,
    restrictToPath: decodePath(url.pathname),
    ...(region === undefined ? {} : { region }),
  });
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** `reason`: a sentence for the person who typed it. */
export function invalid(field: string, reason: string): AppError {
  return appError('InvalidInput', { field, reason });
}
