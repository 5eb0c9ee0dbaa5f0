import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectDir } from '../servers/brigade.ts';
import { brigade, type Client, findPeers, findProgram, peerNames, type Target, type Work } from './bench-clients.ts';
import { findRoom } from './bench-data.ts';
import { type Comparison, type Measurement, type Pair, renderTable, summarise } from './bench-report.ts';
import { createRows, type Place, roomFor, type Row, rowNames, sizesAt } from './bench-rows.ts';
import { type BenchServer, startBenchServer } from './bench-server.ts';
import { measureLoop } from './event-loop-rows.ts';
import { renderLoopTable } from './event-loop-report.ts';
import { measureRun, timeProgram } from './measured-run.ts';

/**
 * `npm run bench -- [--scale 0.1] [--pairs 3] [--rows up-big,ls] [--peers curl,rclone] [--over http,https] [--limit 120] [--json]
 * [--no-event-loop | --only-event-loop]`: the built command beside other clients, in turns, on a server of its own or on
 * BENCH_ENDPOINT and BENCH_ENDPOINT_TLS; then how late the event loop of a `brigade serve` is that does the same transfers.
 * Tables on stdout, what it is doing on stderr. Exit 0; 1 when a run of ours did not end well; 2 when it cannot start.
 */
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '3' },
    rows: { type: 'string', default: rowNames.join(',') },
    peers: { type: 'string', default: peerNames.join(',') },
    over: { type: 'string', default: 'http,https' },
    limit: { type: 'string', default: '120' },
    json: { type: 'boolean', default: false },
    'event-loop': { type: 'boolean', default: true },
    'only-event-loop': { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const protocols = ['http', 'https'] as const;
const stopping = new AbortController();
const { signal } = stopping;

/** What the person has to change before it can start. */
class CannotStart extends Error {}

function readNumber(name: 'scale' | 'pairs' | 'limit'): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new CannotStart(`--${name} is a number above 0.`);
  return value;
}

function readNames(name: 'rows' | 'peers' | 'over', known: readonly string[]): string[] {
  const names = values[name].split(',').filter((word) => word !== '');
  const unknown = names.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new CannotStart(`--${name} knows ${known.join(', ')}; not ${unknown}.`);
  return names;
}

function needProgram(name: string, debianPackage: string): string {
  const program = findProgram(name);
  if (program === undefined)
    throw new CannotStart(`${name} is missing: install it (Debian: apt-get install ${debianPackage}).`);
  return program;
}

const given = { http: process.env['BENCH_ENDPOINT'], https: process.env['BENCH_ENDPOINT_TLS'] };
const isGiven = given.http !== undefined || given.https !== undefined;
const bucket = process.env['BENCH_BUCKET'] ?? 'bench';

function targetOver(protocol: 'http' | 'https', server: BenchServer | undefined): Target | undefined {
  const endpointUrl = server?.endpoints[protocol] ?? given[protocol];
  if (endpointUrl === undefined) return undefined;
  return {
    endpointUrl,
    caFile: protocol === 'http' ? undefined : (server?.caFile ?? process.env['AWS_CA_BUNDLE']),
    accessKeyId: (server ? undefined : process.env['AWS_ACCESS_KEY_ID']) ?? 'BENCH',
    secretAccessKey: (server ? undefined : process.env['AWS_SECRET_ACCESS_KEY']) ?? 'not-a-secret',
    region: (server ? undefined : process.env['AWS_REGION']) ?? 'us-east-1',
  };
}

/** In a home folder that there is; `outputFile` gets what the client prints. */
async function runIn(homeFolder: string, client: Client, work: Work, target: Target, outputFile: string) {
  const command = client.commandFor(work, target, homeFolder);
  if (command === undefined) return { outcome: 'failed', why: 'cannot do that' } as const;
  const limitMs = readNumber('limit') * 1000;
  const scratchFile = `${outputFile}.measured`;
  return measureRun({ ...command, program: client.program, outputFile, scratchFile, limitMs, signal });
}

async function runClient(client: Client, work: Work, target: Target, folder: string): Promise<Measurement> {
  const homeFolder = join(folder, 'home');
  await mkdir(homeFolder);
  try {
    return await runIn(homeFolder, client, work, target, join(folder, 'output'));
  } finally {
    await rm(homeFolder, { recursive: true, force: true });
  }
}

async function runOnce(client: Client, row: Row, target: Target, folder: string): Promise<Measurement> {
  try {
    await row.clear();
    const measured = await runClient(client, row.work, target, folder);
    if (measured.outcome !== 'done') return measured;
    const why = await row.check({ isOurs: client === brigade, outputFile: join(folder, 'output') });
    return why === undefined ? measured : { outcome: 'wrong', why };
  } finally {
    await row.clear();
    await rm(join(folder, 'output'), { force: true });
  }
}

async function compare(row: Row, protocol: string, target: Target, peer: Client | undefined, folder: string) {
  const pairs: Pair[] = [];
  for (let round = 0; round < readNumber('pairs'); round += 1) {
    say(`${row.label} over ${protocol}, brigade and ${peer?.name ?? 'nobody'}: ${round + 1} of ${values.pairs}`);
    const ours = await runOnce(brigade, row, target, folder);
    const theirs = peer && (await runOnce(peer, row, target, folder));
    pairs.push({ ours, peer: theirs });
  }
  return { row: row.label, protocol, peer: peer?.name ?? null, pairs };
}

function placeAt(server: BenchServer | undefined, folder: string): Place {
  return {
    server,
    prefixOf: (role) => (server ? `${role}/` : role === 'keys' ? `${bucket}/` : `${bucket}/brigade-bench/${role}/`),
    async upload(work) {
      const target = targetOver('http', undefined) ?? targetOver('https', undefined);
      const outcome = target && (await runClient(brigade, work, target, folder));
      if (outcome?.outcome !== 'done') throw new CannotStart(`The server could not be filled: ${outcome?.why ?? ''}`);
    },
  };
}

function wantedRows(server: BenchServer | undefined, folder: string): Row[] {
  const wanted = readNames('rows', rowNames);
  const rows = createRows(placeAt(server, folder), folder, sizesAt(readNumber('scale')), signal);
  return rows.filter(({ name }) => wanted.includes(name));
}

async function measureAll(rows: readonly Row[], server: BenchServer | undefined, folder: string) {
  const peers = findPeers(readNames('peers', peerNames));
  const over = readNames('over', protocols);
  const comparisons: Comparison[] = [];
  for (const row of rows) {
    say(`Preparing: ${row.label}`);
    await row.prepare();
    for (const protocol of protocols.filter((name) => over.includes(name))) {
      const target = targetOver(protocol, server);
      if (target === undefined) continue;
      const able = peers.filter((peer) => peer.commandFor(row.work, target, folder) !== undefined);
      for (const peer of able.length === 0 ? [undefined] : able) {
        comparisons.push(await compare(row, protocol, target, peer, folder));
      }
    }
  }
  return comparisons;
}

/** Over the first protocol alone: encryption is the threads' work, and the event loop that is measured is not theirs. */
async function measureEventLoop(rows: readonly Row[], server: BenchServer | undefined, folder: string) {
  const over = readNames('over', protocols);
  const protocol = protocols.find((name) => over.includes(name) && targetOver(name, server) !== undefined);
  const target = protocol && targetOver(protocol, server);
  if (protocol === undefined || target === undefined) return [];
  const outputFileOf = (row: Row) => join(folder, `output-${row.name}`);
  const run = (row: Row, homeFolder: string) => runIn(homeFolder, brigade, row.work, target, outputFileOf(row));
  return measureLoop({ rows, protocol, target, folder, signal, run, outputFileOf, say });
}

async function bench(): Promise<number> {
  if (values['only-event-loop'] && !values['event-loop'])
    throw new CannotStart('--only-event-loop and --no-event-loop leave nothing to measure.');
  if (!existsSync(join(projectDir, 'out', 'main', 'brigade.js'))) throw new CannotStart('Run `npm run build` first.');
  if (!existsSync(timeProgram)) throw new CannotStart(`${timeProgram} is missing (Debian: apt-get install time).`);
  const nginx = isGiven ? undefined : needProgram('nginx', 'nginx-light');
  if (!isGiven) needProgram('openssl', 'openssl');
  const needed = roomFor(sizesAt(readNumber('scale')));
  const room = await findRoom(needed);
  if (room === undefined)
    throw new CannotStart(`It needs ${Math.ceil(needed / 2 ** 20)} MiB; a smaller --scale needs less.`);
  const folder = await mkdtemp(join(room, 'brigade-bench-'));
  let server: BenchServer | undefined;
  try {
    if (nginx !== undefined) {
      const serverFolder = join(folder, 'server');
      await mkdir(serverFolder);
      server = await startBenchServer(nginx, serverFolder);
    }
    const rows = wantedRows(server, folder);
    const comparisons = values['only-event-loop'] ? [] : await measureAll(rows, server, folder);
    const summaries = comparisons.map(summarise);
    const eventLoop = values['event-loop'] ? await measureEventLoop(rows, server, folder) : [];
    const tables = [
      ...(summaries.length > 0 ? [renderTable(summaries)] : []),
      ...(eventLoop.length > 0 ? [renderLoopTable(eventLoop)] : []),
    ];
    const text = values.json
      ? JSON.stringify({ scale: values.scale, comparisons, summaries, eventLoop }, null, 2)
      : tables.join('\n\n');
    process.stdout.write(`${text}\n`);
    const isWell = comparisons.every(({ pairs }) => pairs.every(({ ours }) => ours.outcome === 'done'));
    return isWell && eventLoop.every(({ reading }) => reading !== null) ? 0 : 1;
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
try {
  process.exitCode = await bench();
} catch (failure) {
  if (signal.aborted) process.exitCode = 130;
  else if (failure instanceof CannotStart) {
    say(failure.message);
    process.exitCode = 2;
  } else throw failure;
}
