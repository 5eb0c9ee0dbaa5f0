import type { ConnectionSettings } from '../../shared/domain/connection.ts';
import type { AuthView } from '../../shared/domain/auth.ts';
import { assertNever, ok } from '../../shared/result.ts';
import {
  createCredentialLoader,
  type CredentialAuth,
  type CredentialDeps,
  type SignInPlace,
} from '../credentials/auth-loaders.ts';
import { regionOfProfile } from '../credentials/profiles/aws-files.ts';
import { type ConnectionDetails, type FindConnection, openConnection } from '../s3/connection-opener.ts';
import type { ServerSettings } from '../s3/sdk-client.ts';
import type { ConnectionService } from './connection-service.ts';
import type { OpenStore, StoreTarget } from './open-store.ts';

/** Finds saved connections for the opener. Nothing is unlocked before the first request is signed. */
export function createFindSavedConnection(
  connections: Pick<ConnectionService, 'find' | 'authOf'>,
  deps: CredentialDeps,
): FindConnection {
  return async (connectionId) => {
    const found = connections.find(connectionId);
    if (!found.ok) return found;
    const { id, settings } = found.value;
    const auth = connections.authOf(found.value);
    const { name, restrictToBucket, restrictToPath, downloadThreads, uploadThreads } = settings;
    return ok({
      ...(await reach({ settings, auth }, deps)),
      id,
      name,
      ...signer(auth),
      restriction: restrictToBucket === undefined ? null : { bucket: restrictToBucket, path: restrictToPath ?? '' },
      downloadThreads,
      uploadThreads,
    });
  };
}

/** Opens what may not be saved yet, without its restriction: a test asks for the bucket list all the same. */
export function createOpenStore(deps: CredentialDeps): OpenStore {
  return async (target) =>
    ok(
      openConnection(
        {
          ...(await reach(target, deps)),
          id: 'unsaved',
          name: target.settings.name,
          restriction: null,
          downloadThreads: null,
          uploadThreads: null,
        },
        deps.clock,
      ),
    );
}

/** Whose keys it signs with: told by what is public of them. */
function signer(auth: CredentialAuth): Pick<ConnectionDetails, 'signsAs'> {
  const shown = auth.type === 'saved' ? auth.auth : auth;
  switch (shown.type) {
    case 'accessKey':
      return { signsAs: shown.accessKeyId };
    case 'profile':
      return { signsAs: `profile ${shown.profile}` };
    case 'role':
    case 'rolesAnywhere':
      return { signsAs: shown.roleArn };
    case 'environment':
      return {};
    default:
      return assertNever(shown);
  }
}

async function reach(
  { settings, auth }: StoreTarget,
  deps: CredentialDeps,
): Promise<Pick<ConnectionDetails, 'settings' | 'credentials'>> {
  const profile = profileOf(auth.type === 'saved' ? auth.auth : auth);
  const region = profile === null ? null : await regionOfProfile(profile, deps.awsFiles);
  const server = serverSettings(settings, region);
  const loader = createCredentialLoader(auth, signInPlace(server), deps);
  return { settings: server, credentials: deps.cache.source(loader) };
}

/** Where a connection signs in: as it reaches its server. */
export function signInPlace({ region, endpointUrl, tls }: ServerSettings): SignInPlace {
  return { region, endpointUrl, tls };
}

/** Also the profile a role is taken with: it knows the region too. */
function profileOf(auth: Exclude<CredentialAuth, { type: 'saved' }> | AuthView): string | null {
  if (auth.type === 'profile') return auth.profile;
  return auth.type === 'role' && auth.base.type === 'profile' ? auth.base.profile : null;
}

export function serverSettings(settings: ConnectionSettings, profileRegion: string | null): ServerSettings {
  return {
    endpointUrl: settings.endpointUrl ?? null,
    region: settings.region ?? profileRegion,
    pathStyle: settings.pathStyle,
    tls: { verify: true },
  };
}
