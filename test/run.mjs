import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildWhatChanged } from '../main/headless/build.mjs';
import { installPackages, isInstalled } from '../main/headless/install.mjs';
import { findNode, noNodeMessage, projectDir } from '../main/headless/node-runtime.mjs';
import { setUpTools } from './setup.mjs';

/**
 * `npm test`: sets up what it needs, checks, builds, runs every test, and ends with `N passed, M failed`. Plain
 * JavaScript for Node 20. `check`: types, lint, format and bundle size only. `smoke:electron`: the shell's specs on a
 * real Electron. `kill`: so many rounds of kill -9 (see test/kill/run-rounds.ts); `kill:rules`: rules that are followed
 * meanwhile (test/kill/run-rule-kills.ts).
 */

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);
const resultsDir = join(projectDir, 'test-results');
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(130);
  });
}

/**
 * Runs one of the project's own tools (node_modules/.bin) on the Node that came with it.
 *
 * @param {string} tool
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string> }} [options] quiet: what it says is returned, not shown.
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function run(tool, args, { quiet = false, env = {} } = {}) {
  const bin = join(projectDir, 'node_modules', '.bin');
  return new Promise((resolve) => {
    const child = spawn(join(bin, process.platform === 'win32' ? `${tool}.cmd` : tool), args, {
      cwd: projectDir,
      shell: process.platform === 'win32',
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      env: {
        ...process.env,
        // The scripts' `#!/usr/bin/env node` finds the Node that came with the packages.
        PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
        // In the C locale Chromium cannot open files whose names are not ASCII.
        LC_ALL: /utf-?8/i.test(process.env.LC_ALL ?? process.env.LANG ?? '')
          ? (process.env.LC_ALL ?? process.env.LANG)
          : 'C.UTF-8',
        // Nothing in a test may look for an instance's role.
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    });
    running.add(child);
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    const end = (ok) => {
      running.delete(child);
      resolve({ ok, output });
    };
    child.on('error', (failure) => {
      output += failure.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/** @type {{ name: string, seconds: number, failed: number }[]} */
const phases = [];

/**
 * @param {string} name
 * @param {() => Promise<{ passed: number, failed: number }>} work
 */
async function phase(name, work) {
  say(`\n== ${name}`);
  const startedMs = Date.now();
  const counts = await work();
  const seconds = (Date.now() - startedMs) / 1000;
  phases.push({ name, seconds, failed: counts.failed });
  say(`== ${name}: ${counts.failed === 0 ? 'ok' : `${counts.failed} failed`}, ${seconds.toFixed(1)} s`);
  return counts;
}

const runtimes = ['shared', 'main', 'preload', 'renderer', 'test'];

/** Types, lint, format and the size of the renderer's bundle. Two at a time are what two cores can do. */
async function checks() {
  const due = [
    ...runtimes.map((runtime) => ({
      name: `types of ${runtime}`,
      tool: 'tsc',
      args: ['-p', `tsconfig.${runtime}.json`],
    })),
    { name: 'lint', tool: 'oxlint', args: ['--type-aware', '--deny-warnings', '.'] },
    { name: 'format', tool: 'biome', args: ['format', '.'] },
    { name: 'size of the window', tool: 'node', args: ['test/check-bundle.mjs'] },
  ];
  const total = due.length;
  let failed = 0;
  const worker = async () => {
    for (let check = due.shift(); check !== undefined; check = due.shift()) {
      const { ok, output } = await run(check.tool, check.args, { quiet: true });
      const figure = ok && check.tool === 'node' ? `: ${output.trim()}` : '';
      say(`${ok ? '✓' : '✗'} ${check.name}${figure}`);
      if (ok) continue;
      failed++;
      say(output.trimEnd());
    }
  };
  await Promise.all([worker(), worker()]);
  return { passed: total - failed, failed };
}

/** @param {string} name @returns {any} */
function readResults(name) {
  const path = join(resultsDir, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

async function vitest() {
  const { ok } = await run('vitest', ['run']);
  const results = readResults('vitest.json');
  const passed = results?.numPassedTests ?? 0;
  // A file that could not even be loaded has no failed test in it.
  const unloaded = (results?.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = (results?.numFailedTests ?? 0) + unloaded;
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
}

/** The stories one after the other, then what has no engine in it, two at a time. */
async function playwright() {
  let passed = 0;
  let failed = 0;
  for (const [project, workers] of [
    ['stories', 1],
    ['pages', 2],
  ]) {
    const name = `playwright-${project}.json`;
    const { ok } = await run('playwright', ['test', '--project', `${project}`, '--workers', `${workers}`], {
      env: { RESULTS_FILE: join(resultsDir, name) },
    });
    const stats = readResults(name)?.stats;
    passed += (stats?.expected ?? 0) + (stats?.flaky ?? 0);
    const unexpected = stats?.unexpected ?? 0;
    failed += ok ? unexpected : Math.max(unexpected, 1);
  }
  return { passed, failed };
}

async function build() {
  const ok = await buildWhatChanged({ log: say });
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Everything that comes before the first phase. @returns {Promise<boolean>} */
async function setUpPackages() {
  if (!isInstalled() && !(await installPackages(say))) return false;
  if (findNode() !== undefined) return true;
  say(noNodeMessage);
  return false;
}

async function testAll() {
  const startedMs = Date.now();
  rmSync(resultsDir, { recursive: true, force: true });
  mkdirSync(resultsDir, { recursive: true });
  say('== setup');
  if (!(await setUpPackages())) {
    say('0 passed, 1 failed');
    return 1;
  }
  const { hasBrowser } = await setUpTools(say);
  say(`== setup: ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);

  const checked = await phase('types, lint, format, size', checks);
  const built = await phase('build', build);
  const none = { passed: 0, failed: 0 };
  // What is tested is the built bundle: an old one would tell nothing.
  const inNode = built.failed > 0 ? none : await phase('unit, property, contract and integration tests', vitest);
  const inBrowser = built.failed > 0 || !hasBrowser ? none : await phase('browser tests', playwright);

  say('');
  for (const { name, seconds, failed } of phases) {
    say(`${failed === 0 ? '✓' : '✗'} ${name}: ${seconds.toFixed(1)} s${failed === 0 ? '' : `, ${failed} failed`}`);
  }
  say(`In all ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
  const tests = inNode.passed + inBrowser.passed;
  const failed = checked.failed + built.failed + inNode.failed + inBrowser.failed;
  if (tests === 0) say('No test ran.');
  say(`${tests} passed, ${failed} failed`);
  return failed === 0 && tests > 0 ? 0 : 1;
}

async function checkOnly() {
  if (!(await setUpPackages())) return 1;
  const { passed, failed } = await phase('types, lint, format, size', checks);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function smoke() {
  if (!(await setUpPackages()) || !(await buildWhatChanged({ log: say }))) return 1;
  const { ok } = await run('playwright', ['test', '--config', 'test/smoke/playwright.config.ts']);
  return ok ? 0 : 1;
}

async function killRules() {
  if (!(await setUpPackages()) || !(await buildWhatChanged({ log: say }))) return 1;
  const { ok } = await run('node', [join('test', 'kill', 'run-rule-kills.ts'), ...rest]);
  return ok ? 0 : 1;
}

async function kill() {
  if (!(await setUpPackages()) || !(await buildWhatChanged({ log: say }))) return 1;
  const { ok } = await run('node', [join('test', 'kill', 'run-rounds.ts'), ...rest]);
  return ok ? 0 : 1;
}

const [what, ...rest] = process.argv.slice(2);
const modes = { check: checkOnly, 'smoke:electron': smoke, kill, 'kill:rules': killRules };
if (what !== undefined && !Object.hasOwn(modes, what)) {
  say(`usage: node test/run.mjs [${Object.keys(modes).join(' | ')}]`);
  process.exitCode = 2;
} else {
  process.exitCode = await (what === undefined ? testAll() : modes[what]());
}
