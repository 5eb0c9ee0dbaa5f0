import type { ConnectionSettings } from '../../shared/domain/connection.ts';
import { ok } from '../../shared/result.ts';
import { createCredentialProvider, type CredentialDeps, regionOfProfile } from '../credentials/auth-loaders.ts';
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

function signer(auth: StoreTarget['auth']): Pick<ConnectionDetails, 'signsAs'> {
  if (auth.type === 'profile') return { signsAs: `profile ${auth.profile}` };
  return 'accessKeyId' in auth ? { signsAs: auth.accessKeyId } : {};
}

async function reach(
  { settings, auth }: StoreTarget,
  deps: CredentialDeps,
): Promise<Pick<ConnectionDetails, 'settings' | 'credentials'>> {
  const region = auth.type === 'profile' ? await regionOfProfile(auth.profile, deps.awsFiles) : null;
  const provider = createCredentialProvider(auth, deps);
  return { settings: serverSettings(settings, region), credentials: (options) => provider.get(options) };
}

function serverSettings(settings: ConnectionSettings, profileRegion: string | null): ServerSettings {
  return {
    endpointUrl: settings.endpointUrl ?? null,
    region: settings.region ?? profileRegion,
    pathStyle: settings.pathStyle,
    tls: { verify: true },
  };
}
