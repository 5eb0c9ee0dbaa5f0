import { statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import {
  conflictPolicySchema,
  type ConflictPolicy,
  type TransferRequestInput,
} from '../../../shared/domain/transfer.ts';
import { appError } from '../../../shared/errors.ts';
import { assertNever } from '../../../shared/result.ts';
import { BadArguments } from './arguments.ts';
import { sayError, type Command, type CommandContext, type ExitCode } from './command.ts';
import { planCopy, type CopyPlan, type LocalFacts } from './plan-copy.ts';
import { streamDown, streamUp } from './stream-copy.ts';
import { watchJobs } from './watch-jobs.ts';

const policies = conflictPolicySchema.options.filter((policy) => policy !== 'ask');

const commonHelp = [
  '-r, --recursive       a folder or everything below a prefix; its contents go directly below DST',
  '--conflict POLICY     when the target exists: overwrite (default), skip, keep-both or fail',
  '--skip-same           leave out what is at the target already with the same content (checksums tell, never dates)',
  '--no-preserve         neither keep nor restore modification times and permissions',
];

const asFolderHelp = ['', 'A DST that ends in "/" is a folder. A name is kept as it is on both sides.'];

export const cp: Command = {
  name: 'cp',
  usage: [
    'brigade cp [-r] [--conflict POLICY] [--skip-same] [--no-preserve] [--no-follow-symlinks] SRC DST',
    'brigade cp - s3://bucket/key',
    'brigade cp s3://bucket/key -',
  ],
  summary: 'Upload, download or copy; "-" is standard input or output',
  help: [
    ...commonHelp,
    '--no-follow-symlinks  leave out links in a folder that is uploaded, instead of taking what they lead to',
    ...asFolderHelp,
  ],
  options: ['recursive', 'conflict', 'skip-same', 'no-preserve', 'no-follow-symlinks'],
  operands: { least: 2, most: 2 },
  run: (context) => copy(context, false),
};

export const mv: Command = {
  name: 'mv',
  usage: ['brigade mv [-r] [--conflict POLICY] [--skip-same] [--no-preserve] SRC DST'],
  summary: 'Move: each source is deleted after its copy has been verified',
  help: [...commonHelp, ...asFolderHelp, 'Links in a folder that is uploaded stay where they are.'],
  options: ['recursive', 'conflict', 'skip-same', 'no-preserve'],
  operands: { least: 2, most: 2 },
  run: (context) => copy(context, true),
};

async function copy(context: CommandContext, removeSource: boolean): Promise<ExitCode> {
  const { line, io } = context;
  const [source = '', target = ''] = line.operands;
  const conflict = policyOf(line.options.conflict);
  const skipSame = line.options['skip-same'] === true;
  const plan = planCopy(source, target, line.options.recursive === true, factsOf(io.cwd));
  if (plan.kind === 'streamUp' || plan.kind === 'streamDown') {
    if (removeSource) throw new BadArguments('A stream cannot be moved: use cp.');
    if (skipSame) throw new BadArguments('A stream cannot be compared with what is there: leave --skip-same out.');
    return plan.kind === 'streamUp' ? streamUp(context, plan.to, conflict) : streamDown(context, plan.from);
  }
  if (plan.kind === 'upload' && isMissing(plan)) {
    sayError(io, appError('FileNotFound', { path: source }));
    return 1;
  }
  const session = await context.openSession();
  if (session === null) return 1;
  const connection = await session.connectionId();
  if (!connection.ok) {
    sayError(io, connection.error);
    return 1;
  }
  const common = { connectionId: connection.value, conflict, removeSource, skipSame };
  const request = requestOf(plan, common, {
    preserve: line.options['no-preserve'] !== true,
    links: line.options['no-follow-symlinks'] === true ? 'skip' : 'follow',
  });
  const started = await session.engine.call('transfers.start', { request });
  if (!started.ok) {
    sayError(io, started.error);
    return 1;
  }
  return watchJobs(context, session, [started.value.jobId]);
}

function policyOf(text: string | undefined): ConflictPolicy {
  if (text === undefined) return 'overwrite';
  const policy = policies.find((one) => one === text);
  if (policy === undefined) throw new BadArguments(`--conflict takes ${policies.join(', ')}, not "${text}".`);
  return policy;
}

function requestOf(
  plan: Extract<CopyPlan, { kind: 'upload' | 'download' | 'copy' }>,
  common: Pick<TransferRequestInput, 'connectionId' | 'conflict' | 'removeSource' | 'skipSame'>,
  { preserve, links }: { readonly preserve: boolean; readonly links: 'follow' | 'skip' },
): TransferRequestInput {
  switch (plan.kind) {
    case 'upload':
      return { ...common, kind: plan.kind, bucket: plan.bucket, items: [plan.item], preserve, links };
    case 'download':
      return { ...common, preserve, kind: plan.kind, bucket: plan.bucket, items: [plan.item] };
    case 'copy':
      return { ...common, kind: plan.kind, bucket: plan.bucket, toBucket: plan.toBucket, items: [plan.item] };
    default:
      return assertNever(plan);
  }
}

function isMissing({ item }: Extract<CopyPlan, { kind: 'upload' }>): boolean {
  return statSync('file' in item ? item.file : item.folder, { throwIfNoEntry: false }) === undefined;
}

/** The local side as seen from the command's own folder: the engine may run in another one. */
function factsOf(cwd: string): LocalFacts {
  return {
    inspect: (operand) => {
      const path = resolve(cwd, operand);
      let is: 'file' | 'folder' | 'nothing' = 'nothing';
      try {
        const stats = statSync(path, { throwIfNoEntry: false });
        if (stats !== undefined) is = stats.isDirectory() ? 'folder' : 'file';
      } catch {
        // Not readable, a loop of links: the transfer meets it too, and names it.
        is = 'file';
      }
      return { path, is };
    },
    join,
    baseName: basename,
    endsAsFolder: (operand) => operand.endsWith('/') || operand.endsWith(sep),
    rules: { platform: process.platform === 'win32' ? 'win32' : 'posix' },
  };
}
