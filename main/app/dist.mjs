import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildWhatChanged } from '../headless/build.mjs';
import { findNode, projectDir } from '../headless/node-runtime.mjs';
import { canReach, findElectron } from './find-electron.mjs';

/**
 * `npm run dist`: packages what can be packaged on this machine into release/. Always the headless archive (the `brigade`
 * command and the window in a browser, with its own Node); the desktop app when Electron's binary can be had. Targets that
 * electron-builder needs downloads for (AppImage, NSIS, dmg) only where the network is open.
 */

const releaseDir = join(projectDir, 'release');
const stageDir = join(releaseDir, 'stage');
const manifest = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'));
const target = `${process.platform}-${process.arch}`;

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line}\n`);

if (!(await buildWhatChanged())) process.exit(1);
rmSync(stageDir, { recursive: true, force: true });
stageApp(join(stageDir, 'app'));
packHeadless();

const electron = await findElectron(projectDir, { needsDisplay: false });
if ('reason' in electron) say(`The desktop app was not packaged: ${electron.reason}`);
else await packDesktop(electronDistOf(electron.path));
rmSync(stageDir, { recursive: true, force: true });

/** What both packages hold: the bundles, better-sqlite3 with this platform's binary only, and the licence. */
function stageApp(/** @type {string} */ folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(join(projectDir, 'out'), join(folder, 'out'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map') && !path.endsWith('stamps.json'),
  });
  cpSync(join(projectDir, 'LICENSE'), join(folder, 'LICENSE'));
  const sqlite = join(projectDir, 'node_modules', 'better-sqlite3');
  const { name, version, license, main, exports } = JSON.parse(readFileSync(join(sqlite, 'package.json'), 'utf8'));
  const staged = join(folder, 'node_modules', 'better-sqlite3');
  mkdirSync(join(staged, 'prebuilds'), { recursive: true });
  cpSync(join(sqlite, 'lib'), join(staged, 'lib'), { recursive: true });
  cpSync(join(sqlite, 'LICENSE'), join(staged, 'LICENSE'));
  cpSync(join(sqlite, 'prebuilds', `${target}.node`), join(staged, 'prebuilds', `${target}.node`));
  // Its own dependency is for compiling only.
  writeJson(join(staged, 'package.json'), { name, version, license, main, exports });
  writeJson(join(folder, 'package.json'), {
    name: manifest.name,
    productName: manifest.productName,
    version: manifest.version,
    description: manifest.description,
    license: manifest.license,
    author: 'The Bucket Brigade authors',
    // A .deb must name one; there is no site yet.
    homepage: manifest.homepage ?? 'https://bucket-brigade.invalid/',
    type: manifest.type,
    main: manifest.main,
    dependencies: { 'better-sqlite3': version },
  });
}

/** `bucket-brigade-<version>-headless-<platform>-<arch>.tar.gz`: unpack it anywhere and run `bin/brigade`. */
function packHeadless() {
  const name = `${manifest.name}-${manifest.version}-headless-${target}`;
  const folder = join(stageDir, name);
  cpSync(join(stageDir, 'app'), folder, { recursive: true });
  // Electron's own parts are of no use without it.
  rmSync(join(folder, 'out', 'preload'), { recursive: true, force: true });
  for (const file of ['brigade.mjs', 'node-runtime.mjs']) {
    cpSync(join(projectDir, 'main', 'headless', file), join(folder, 'main', 'headless', file));
  }
  writeJson(join(folder, 'package.json'), {
    ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    main: undefined,
    bin: manifest.bin,
  });
  // The Node that came with `npm ci`, so that the archive runs where there is none, or an old one.
  const nodePackage = join(projectDir, 'node_modules', `node-${target}`);
  const ownNode = existsSync(join(nodePackage, 'bin', 'node'));
  mkdirSync(join(folder, 'bin'), { recursive: true });
  if (ownNode) {
    cpSync(join(nodePackage, 'bin', 'node'), join(folder, 'bin', 'node'));
    cpSync(join(nodePackage, 'LICENSE'), join(folder, 'bin', 'node-LICENSE'));
  }
  const launcher = join(folder, 'bin', 'brigade');
  const runner = ownNode ? '"$here/bin/node"' : 'node';
  writeFileSync(
    launcher,
    `#!/bin/sh\nhere=$(dirname "$(dirname "$(readlink -f "$0")")")\nexec ${runner} "$here/main/headless/brigade.mjs" "$@"\n`,
  );
  chmodSync(launcher, 0o755);
  const archive = join(releaseDir, `${name}.tar.gz`);
  run('tar', ['-C', stageDir, '-czf', archive, name]);
  announce(archive);
}

/** @param {string} electronDist */
async function packDesktop(electronDist) {
  const isOnline = await canReach('https://github.com/');
  const args = [`--config.electronDist=${electronDist}`, '--publish=never'];
  const env = { ...process.env };
  if (!isOnline) {
    if (process.platform !== 'linux') {
      say(
        "Installers were left out: their tools cannot be downloaded (github.com does not answer). The app's folder is packed.",
      );
      args.unshift('--dir');
    } else {
      say('AppImage was left out: its tools cannot be downloaded (github.com does not answer).');
      args.unshift('--linux', 'dir', 'tar.gz', 'zip', ...(hasProgram('dpkg-deb') ? ['deb'] : []));
      const sevenZip = join(projectDir, 'node_modules', '7zip-bin', 'linux', process.arch, '7za');
      chmodSync(sevenZip, 0o755);
      env.ELECTRON_BUILDER_7ZIP_PATH = sevenZip;
      env.CUSTOM_FPM_PATH = join(
        import.meta.dirname ?? dirname(new URL(import.meta.url).pathname),
        'dpkg-deb-as-fpm.mjs',
      );
    }
  }
  const started = Date.now();
  const node = findNode() ?? process.execPath;
  // electron-builder asks the package manager what is installed: with the project's own Node, not the machine's.
  env.PATH = `${dirname(node)}:${env.PATH ?? ''}`;
  run(node, [join(projectDir, 'node_modules', 'electron-builder', 'cli.js'), ...args], env);
  for (const extension of ['deb', 'tar.gz', 'zip', 'AppImage', 'exe', 'dmg']) {
    const os = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform];
    for (const arch of [process.arch, 'amd64', 'x86_64', 'aarch64']) {
      const file = join(releaseDir, `${manifest.name}-${manifest.version}-${os}-${arch}.${extension}`);
      if (existsSync(file) && statSync(file).mtimeMs >= started) announce(file);
    }
  }
}

/** The folder electron-builder copies: on macOS the one that holds Electron.app. @param {string} binary */
function electronDistOf(binary) {
  return process.platform === 'darwin' ? dirname(dirname(dirname(dirname(binary)))) : dirname(binary);
}

/** @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(program, args, env = process.env) {
  const { status, error } = spawnSync(program, args, { cwd: projectDir, stdio: 'inherit', env });
  if (status === 0) return;
  say(`${program} failed${error ? `: ${error.message}` : ` (exit code ${status})`}.`);
  process.exit(1);
}

/** @param {string} name */
function hasProgram(name) {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** @param {string} file @param {object} value */
function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** @param {string} file */
function announce(file) {
  say(`${file} (${(statSync(file).size / 1e6).toFixed(1)} MB)`);
}
