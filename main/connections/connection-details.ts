import { profileOfAuth } from '../../shared/domain/auth.ts';
import { assertNever, ok } from '../../shared/result.ts';
import { createCredentialLoader, type CredentialAuth, type CredentialDeps } from '../credentials/auth-loaders.ts';
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
  target: StoreTarget,
  deps: CredentialDeps,
): Promise<Pick<ConnectionDetails, 'settings' | 'credentials'>> {
  const settings = await serverOf(target, deps);
  return { settings, credentials: deps.cache.source(createCredentialLoader(target.auth, settings, deps)) };
}

/** How the server of a connection is reached; the region may come from its profile. */
export async function serverOf({ settings, auth }: StoreTarget, deps: CredentialDeps): Promise<ServerSettings> {
  const shown = auth.type === 'saved' ? auth.auth : auth;
  const profile = shown.type === 'environment' ? null : profileOfAuth(shown);
  const region = profile === null ? null : await regionOfProfile(profile, deps.awsFiles);
  return {
    endpointUrl: settings.endpointUrl ?? null,
    region: settings.region ?? region,
    pathStyle: settings.pathStyle,
    tls: { verify: true },
  };
}
