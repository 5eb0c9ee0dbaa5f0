import { readFileSync, statSync } from 'node:fs';
import inspector from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What Electron's binary does with its arguments: `[-r module]… [--inspect=0] [--remote-debugging-port=0] app [arguments]`.
 */
const args = process.argv.slice(2);
const required: string[] = [];
let appPath: string | undefined;
let inspectPort: number | undefined;
for (let at = 0; at < args.length; at += 1) {
  const arg = args[at] ?? '';
  if (arg === '-r' || arg === '--require') required.push(args[(at += 1)] ?? '');
  else if (arg.startsWith('--inspect')) inspectPort = Number(arg.split('=')[1] ?? 9229);
  else if (!arg.startsWith('-')) appPath ??= arg;
}
if (appPath === undefined) {
  process.stderr.write('The Electron stand-in needs the app as an argument.\n');
  process.exit(2);
}

const electronUrl = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: electronUrl, format: 'module-typescript', shortCircuit: true }
      : nextResolve(specifier, context),
});

process.argv = [join(import.meta.dirname, 'electron'), ...args];
Object.assign(process, { type: 'browser', defaultApp: true, resourcesPath: join(import.meta.dirname, 'resources') });
if (inspectPort !== undefined) inspector.open(inspectPort, '127.0.0.1', false);

const { main, name, version, folder } = describeApp(resolve(appPath));
const { app, startStandIn } = await import('./electron.ts');
startStandIn({ name, version, folder, debuggingPort: args.find((arg) => arg.startsWith('--remote-debugging-port')) });

const require = createRequire(import.meta.url);
for (const module of required) require(resolve(module));
try {
  await import(pathToFileURL(main).href);
} catch (error) {
  process.stderr.write(`App threw an error during load\n${error instanceof Error ? error.stack : String(error)}\n`);
  app.exit(1);
}
// As in Electron, `ready` waits until the entry has been evaluated: awaiting it at the top level is a deadlock.
app.standInCodeLoaded();

function describeApp(path: string): { main: string; name: string; version: string; folder: string } {
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? path : resolve(path, '..');
  if (!isFolder) return { main: path, name: 'Electron', version: '0.0.0', folder };
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, string>;
  return {
    main: resolve(path, manifest['main'] ?? 'index.js'),
    name: manifest['productName'] ?? manifest['name'] ?? 'Electron',
    version: manifest['version'] ?? '0.0.0',
    folder,
  };
}
