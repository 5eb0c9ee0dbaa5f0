#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Stands where electron-builder expects fpm (CUSTOM_FPM_PATH), which it would otherwise download: makes a .deb with the
 * system's dpkg-deb from the arguments electron-builder gives. Knows those arguments and no others.
 */

const withValue = new Set([
  '-s',
  '-t',
  '-d',
  '--deb-recommends',
  '--deb-compression',
  '--architecture',
  '--after-install',
  '--after-remove',
  '--description',
  '--version',
  '--package',
  '--name',
  '--maintainer',
  '--vendor',
  '--url',
  '--category',
  '--deb-priority',
  '--license',
  '--iteration',
]);

/** @type {Map<string, string[]>} */
const options = new Map();
/** @type {{ from: string, to: string }[]} */
const mappings = [];
const args = process.argv.slice(2);
for (let at = 0; at < args.length; at += 1) {
  const arg = args[at];
  const [name, attached] =
    arg.startsWith('--') && arg.includes('=') ? splitAt(arg, arg.indexOf('=')) : [arg, undefined];
  if (withValue.has(name)) {
    if (attached === undefined) at += 1;
    options.set(name, [...(options.get(name) ?? []), attached ?? args[at]]);
  } else if (name === '--force' || name === '--debug') continue;
  else if (!arg.startsWith('-') && arg.includes('=')) {
    const [from, to] = splitAt(arg, arg.indexOf('='));
    mappings.push({ from, to });
  } else fail(`The stand-in for fpm does not know the argument ${arg}.`);
}
if (one('-t') !== 'deb') fail('The stand-in for fpm makes .deb packages only.');

const root = mkdtempSync(join(tmpdir(), 'deb-'));
try {
  for (const { from, to } of mappings) {
    const target = join(root, to);
    mkdirSync(statSync(from).isDirectory() ? target : dirname(target), { recursive: true });
    cpSync(from, target, { recursive: true, verbatimSymlinks: true });
  }
  chmodSync(root, 0o755);
  const control = join(root, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  for (const [option, script] of [
    ['--after-install', 'postinst'],
    ['--after-remove', 'postrm'],
  ]) {
    if (!options.has(option)) continue;
    copyFileSync(one(option), join(control, script));
    chmodSync(join(control, script), 0o755);
  }
  writeFileSync(join(control, 'control'), controlFile());
  execFileSync(
    'dpkg-deb',
    [
      '--root-owner-group',
      `-Z${options.has('--deb-compression') ? one('--deb-compression') : 'xz'}`,
      '--build',
      root,
      one('--package'),
    ],
    { stdio: 'inherit' },
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}

function controlFile() {
  const [synopsis = '', ...rest] = one('--description')
    .split('\n')
    .map((line) => line.trim());
  const iteration = options.has('--iteration') ? `-${one('--iteration')}` : '';
  const installedKib = Number(execFileSync('du', ['-sk', root], { encoding: 'utf8' }).split('\t')[0]);
  const fields = [
    ['Package', one('--name')],
    ['Version', `${one('--version')}${iteration}`],
    ['Architecture', one('--architecture')],
    ['Maintainer', one('--maintainer')],
    ['Installed-Size', String(installedKib)],
    ['Depends', (options.get('-d') ?? []).join(', ')],
    ['Recommends', (options.get('--deb-recommends') ?? []).join(', ')],
    ['Section', 'net'],
    ['Priority', options.has('--deb-priority') ? one('--deb-priority') : 'optional'],
    ['Homepage', one('--url')],
    ['Description', [synopsis, ...rest.filter((line) => line !== '').map((line) => ` ${line}`)].join('\n')],
  ];
  return `${fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`;
}

/** @param {string} name */
function one(name) {
  const value = options.get(name)?.at(-1);
  return value ?? fail(`The stand-in for fpm misses ${name}.`);
}

/** @param {string} text @param {number} at @returns {[string, string]} */
function splitAt(text, at) {
  return [text.slice(0, at), text.slice(at + 1)];
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
