import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { endpointUrlSchema, regionSchema } from '../../../shared/domain/server.ts';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { ConnectionId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createRedactor } from '../../credentials/redact.ts';
import type { Engine } from '../../engine-types.ts';
import { dataFolderFor } from '../../ipc/default-data-folder.ts';
import { holdDataFolder, type HeldEngine } from '../../ipc/hold-data-folder.ts';
import { mapFileError } from '../../s3/file-errors.ts';
import { BadArguments, type Options } from './arguments.ts';
import type { CommandIo } from './io.ts';

/** A command's hold on the engine of its data folder, in this process or another. */
export type Session = {
  readonly held: HeldEngine;
  readonly engine: Engine;
  readonly dataDir: string;
  /** The connection the arguments name, or the one of the environment's credentials. */
  connectionId(): Promise<Result<ConnectionId>>;
  /** Gives the environment's credentials to the engine when there are any, for jobs that were made with such. */
  announceEnvironment(): Promise<Result<void>>;
  /** The engine was lost, another has taken its place and knows the environment's credentials again. */
  onReattached(listener: () => void): void;
  /** Waits for other processes that use the engine of this one (a stop signal ends the wait), then lets go of it. */
  close(): Promise<void>;
};

export type EngineOpener = (dataDir: string) => Promise<Result<Engine>>;

export function dataDirOf(options: Options, io: CommandIo): string {
  const chosen = dataFolderFor(options['data-dir'], {
    platform: process.platform,
    env: io.env,
    homeFolder: io.env['HOME'] ?? homedir(),
  });
  return resolve(io.cwd, chosen);
}

export async function openSession(options: Options, io: CommandIo, openEngine: EngineOpener): Promise<Result<Session>> {
  const dataDir = dataDirOf(options, io);
  const held = await holdDataFolder({ dataDir, openEngine: () => openEngine(dataDir) });
  if (!held.ok) return held;
  const { engine } = held.value;
  let announced = false;
  const announce = async (): Promise<Result<ConnectionId>> => {
    const environment = await environmentOf(options, io);
    if (!environment.ok) return environment;
    const used = await engine.call('connections.useEnvironment', environment.value);
    if (!used.ok) return used;
    announced = true;
    return ok(used.value.connectionId);
  };
  const reattachedListeners: (() => void)[] = [];
  const tellReattached = async (): Promise<void> => {
    // Another engine knows nothing of what the last one was told; a job that is resumed there needs it.
    if (announced) await announce();
    for (const listener of reattachedListeners) listener();
  };
  held.value.onReattached(() => void tellReattached());
  return ok({
    held: held.value,
    engine,
    dataDir,
    connectionId: async () =>
      options.connection === undefined ? announce() : findConnection(engine, options.connection),
    announceEnvironment: async () => {
      if (!hasEnvironment(options, io)) return ok();
      const announcedNow = await announce();
      return announcedNow.ok ? ok() : announcedNow;
    },
    onReattached: (listener) => void reattachedListeners.push(listener),
    close: async () => {
      if (held.value.guestCount() > 0) {
        io.say('Other brigade commands still use the engine of this one; it ends when they have.');
        const stopped = new Promise<void>((resolve) => io.onStop(() => resolve()));
        await Promise.race([held.value.whenNoGuests(), stopped]);
      }
      await engine.close();
    },
  });
}

async function findConnection(engine: Engine, name: string): Promise<Result<ConnectionId>> {
  const found = await findSaved(engine, name);
  return found.ok ? ok(found.value.id) : found;
}

/** ConnectionNotFound. */
export async function findSaved(engine: Engine, name: string): Promise<Result<ConnectionView>> {
  const listed = await engine.call('connections.list', {});
  if (!listed.ok) return listed;
  const found = findByName(listed.value.connections, name);
  return found === undefined ? err(appError('ConnectionNotFound', { name })) : ok(found);
}

/** Names are unique without regard to case. */
export function findByName<T extends { readonly name: string }>(all: readonly T[], name: string): T | undefined {
  const wanted = name.trim().toLowerCase();
  return all.find((one) => one.name.toLowerCase() === wanted);
}

function hasEnvironment(options: Options, { env }: CommandIo): boolean {
  return [options.profile, env['AWS_ACCESS_KEY_ID'], env['AWS_PROFILE']].some((text) => (text ?? '') !== '');
}

/** As aws-cli reads it: options win over variables, and a profile that is named outright over keys in the environment. */
async function environmentOf(
  options: Options,
  { env, cwd }: CommandIo,
): Promise<Result<CommandInput<'connections.useEnvironment'>>> {
  const first = (...texts: readonly (string | undefined)[]): string | undefined =>
    texts.find((text) => text !== undefined && text !== '');
  const bundlePath = first(options['ca-bundle'], env['AWS_CA_BUNDLE']);
  let caBundle: string | undefined;
  if (bundlePath !== undefined) {
    try {
      caBundle = await readFile(resolve(cwd, bundlePath), 'utf8');
    } catch (failure) {
      return err(mapFileError(failure, bundlePath));
    }
  }
  const keys =
    options.profile === undefined
      ? {
          accessKeyId: first(env['AWS_ACCESS_KEY_ID']),
          secretAccessKey: first(env['AWS_SECRET_ACCESS_KEY']),
          sessionToken: first(env['AWS_SESSION_TOKEN']),
        }
      : {};
  const values = {
    ...keys,
    profile: first(options.profile, env['AWS_PROFILE']),
    region: first(options.region, env['AWS_REGION'], env['AWS_DEFAULT_REGION']),
    endpointUrl: first(options['endpoint-url'], env['AWS_ENDPOINT_URL_S3'], env['AWS_ENDPOINT_URL']),
    caBundle,
  };
  checkServer(values);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return ok({ ...given, verifyTls: options['no-verify-ssl'] !== true });
}

/** What a person typed is named as they know it, not as a field of the contract. */
function checkServer(given: { readonly region: string | undefined; readonly endpointUrl: string | undefined }): void {
  const { region, endpointUrl } = given;
  if (endpointUrl !== undefined && !endpointUrlSchema.safeParse(endpointUrl).success) {
    // It may have a password in it, which is what makes it none.
    const shown = createRedactor().text(endpointUrl);
    throw new BadArguments(`"${shown}" is no address of a server: write https://host or http://host:port.`);
  }
  if (region !== undefined && !regionSchema.safeParse(region).success) {
    throw new BadArguments(`"${region}" is no region: it has letters, digits and hyphens, like eu-central-1.`);
  }
}

/** A saved connection has its own server and credentials: naming others beside it is a mistake, not a preference. */
export function checkConnectionOptions(options: Options): void {
  if (options.connection === undefined) return;
  for (const name of ['endpoint-url', 'profile', 'no-verify-ssl', 'ca-bundle'] as const) {
    if (options[name] !== undefined) throw new BadArguments(`--connection and --${name} exclude each other.`);
  }
}
