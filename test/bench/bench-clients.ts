import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { brigadeFile } from '../servers/brigade.ts';

/** What a run of a client is about. Objects and prefixes are named `bucket/key`. */
export type Work =
  | { readonly kind: 'upload'; readonly file: string; readonly object: string }
  | { readonly kind: 'download'; readonly object: string; readonly file: string }
  /** `prefix` ends in "/". */
  | { readonly kind: 'uploadFolder'; readonly folder: string; readonly prefix: string }
  | { readonly kind: 'downloadFolder'; readonly prefix: string; readonly folder: string }
  | { readonly kind: 'list'; readonly bucket: string };

export type Target = {
  readonly endpointUrl: string;
  /** PEM that signs the server's certificate; undefined: the system's authorities. */
  readonly caFile: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
};

export type CommandLine = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

export type Client = {
  readonly name: string;
  readonly program: string;
  /** undefined: it cannot do that. `homeFolder` is new and empty for each run. */
  commandFor(work: Work, target: Target, homeFolder: string): CommandLine | undefined;
};

/** Debian's own programs first: a wrapper of the same name on the PATH would be measured with what it wraps. */
export function findProgram(name: string): string | undefined {
  const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** The whole environment of a client: nothing of the machine's own settings may change a result. */
export function baseEnvironment(target: Target, homeFolder: string): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: homeFolder,
    TMPDIR: homeFolder,
    LC_ALL: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(homeFolder, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(homeFolder, 'no-aws-credentials'),
    AWS_ACCESS_KEY_ID: target.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.secretAccessKey,
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
  };
}

function brigadeArguments(work: Work): readonly string[] {
  switch (work.kind) {
    case 'upload':
      return ['cp', work.file, `s3://${work.object}`];
    case 'download':
      return ['cp', `s3://${work.object}`, work.file];
    case 'uploadFolder':
      return ['cp', '-r', work.folder, `s3://${work.prefix}`];
    case 'downloadFolder':
      return ['cp', '-r', `s3://${work.prefix}`, work.folder];
    case 'list':
      return ['ls', '-r', '--json', `s3://${work.bucket}`];
  }
}

/** Where `brigade` keeps its state when this is its home folder. */
export const dataFolderIn = (homeFolder: string) => join(homeFolder, 'data');

/** The product as it is used: its own command, journal, checks and renames and all, with a new data folder. */
export const brigade: Client = {
  name: 'brigade',
  program: process.execPath,
  commandFor(work, target, homeFolder) {
    const own = brigadeArguments(work);
    const where = ['--data-dir', dataFolderIn(homeFolder), '--endpoint-url', target.endpointUrl];
    const trust = target.caFile === undefined ? [] : ['--ca-bundle', target.caFile];
    return { args: [brigadeFile, ...own, ...where, ...trust], env: baseEnvironment(target, homeFolder) };
  },
};

type Peer = (
  work: Work,
  target: Target,
) => { args: readonly string[]; env?: Readonly<Record<string, string>> } | undefined;

const s5cmd: Peer = (work, target) => {
  const base = ['--endpoint-url', target.endpointUrl];
  const env = target.caFile === undefined ? {} : { SSL_CERT_FILE: target.caFile };
  switch (work.kind) {
    case 'upload':
      return { args: [...base, 'cp', work.file, `s3://${work.object}`], env };
    case 'download':
      return { args: [...base, 'cp', `s3://${work.object}`, work.file], env };
    case 'uploadFolder':
      return { args: [...base, 'cp', `${work.folder}/`, `s3://${work.prefix}`], env };
    case 'downloadFolder':
      return { args: [...base, 'cp', `s3://${work.prefix}*`, `${work.folder}/`], env };
    case 'list':
      return { args: [...base, '--json', 'ls', `s3://${work.bucket}/*`], env };
  }
};

const aws: Peer = (work, target) => {
  const base = [
    '--endpoint-url',
    target.endpointUrl,
    ...(target.caFile === undefined ? [] : ['--ca-bundle', target.caFile]),
  ];
  const copy = [...base, 's3', 'cp', '--only-show-errors'];
  switch (work.kind) {
    case 'upload':
      return { args: [...copy, work.file, `s3://${work.object}`] };
    case 'download':
      return { args: [...copy, `s3://${work.object}`, work.file] };
    case 'uploadFolder':
      return { args: [...copy, '--recursive', work.folder, `s3://${work.prefix}`] };
    case 'downloadFolder':
      return { args: [...copy, '--recursive', `s3://${work.prefix}`, work.folder] };
    case 'list':
      return { args: [...base, 's3', 'ls', '--recursive', `s3://${work.bucket}`] };
  }
};

const rclone: Peer = (work, target) => {
  const env = {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
    RCLONE_CONFIG_BENCH_REGION: target.region,
    RCLONE_CONFIG_BENCH_ENDPOINT: target.endpointUrl,
    RCLONE_CONFIG_BENCH_LIST_VERSION: '2',
    RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET: 'true',
    // The bench server has no object to ask for after an upload in parts.
    RCLONE_CONFIG_BENCH_NO_HEAD: 'true',
  };
  const trust = target.caFile === undefined ? [] : ['--ca-cert', target.caFile];
  // Without the server's times it asks for the head of every object.
  const base = [...trust, '--use-server-modtime', '--fast-list', '--retries', '1'];
  const many = ['--no-check-dest', '--transfers', '32'];
  switch (work.kind) {
    case 'upload':
      return { args: ['copyto', ...base, '--no-check-dest', work.file, `bench:${work.object}`], env };
    case 'download':
      return { args: ['copyto', ...base, `bench:${work.object}`, work.file], env };
    case 'uploadFolder':
      return { args: ['copy', ...base, ...many, work.folder, `bench:${work.prefix}`], env };
    case 'downloadFolder':
      return { args: ['copy', ...base, ...many, `bench:${work.prefix}`, work.folder], env };
    case 'list':
      return { args: ['lsjson', ...base, '-R', '--files-only', '--no-mimetype', `bench:${work.bucket}`], env };
  }
};

/** curl signs nothing here, so that it is a peer only where reading is public, as on the bench server. */
const curl: Peer = (work, target) => {
  const trust = target.caFile === undefined ? [] : ['--cacert', target.caFile];
  if (work.kind !== 'download') return undefined;
  return { args: ['-sSf', ...trust, '-o', work.file, `${target.endpointUrl}/${work.object}`] };
};

/** In the order in which they are told about; only those on this machine. */
export function findPeers(names: readonly string[]): Client[] {
  return names.flatMap((name) => {
    const program = findProgram(name);
    const peer = peers[name];
    if (program === undefined || peer === undefined) return [];
    const commandFor: Client['commandFor'] = (work, target, homeFolder) => {
      const command = peer(work, target);
      return command && { args: command.args, env: { ...baseEnvironment(target, homeFolder), ...command.env } };
    };
    return [{ name, program, commandFor }];
  });
}

const peers: Readonly<Record<string, Peer>> = { s5cmd, rclone, aws, curl };

export const peerNames = Object.keys(peers);
