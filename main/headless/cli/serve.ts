import { spawn } from 'node:child_process';
import { devSettings, putSamples, serveFilesFrom } from '../web/dev-host.ts';
import { lastPort, rememberPort } from '../web/last-port.ts';
import { startWebHost } from '../web/web-host.ts';
import { numberOption } from './arguments.ts';
import { outLine, sayError, type Command } from './command.ts';

export const serve: Command = {
  name: 'serve',
  usage: ['brigade serve [--port PORT] [--open]'],
  summary: 'Show the window in a browser, on this computer only',
  help: [
    '--port PORT           of 127.0.0.1; by default the one it had last, else a free one',
    '--open                open the default browser too',
    '',
    'The printed link opens the window once; it is the key to it. Ctrl+C finishes cleanly: transfers go on from where',
    'they were the next time.',
  ],
  options: ['port', 'open'],
  operands: { least: 0, most: 0 },
  run: async (context) => {
    const { io, line } = context;
    const asked = line.options.port === undefined ? null : numberOption('port', line.options.port, 0, 65_535);
    const session = await context.openSession();
    if (session === null) return 1;
    // Jobs that commands made with credentials of the environment can be resumed from the window then.
    const announced = await session.announceEnvironment();
    if (!announced.ok) sayError(io, announced.error);
    // Another engine may take the place of the one it is a guest of.
    const activate = (): void => void session.engine.call('rules.activate', {});
    session.onReattached(activate);
    activate();
    const dev = devSettings(io.env);
    const settings = {
      engine: session.engine,
      dataDir: session.dataDir,
      rendererDir: context.rendererDir,
      cleanSpool: session.held.role === 'holder',
      ...(dev === null ? {} : { serveFiles: serveFilesFrom(dev), sessionSecret: dev.secret }),
    };
    const remembered = asked ?? (await lastPort(session.dataDir));
    let host = await startWebHost({ ...settings, port: remembered });
    // Somebody else has it by now: any other will do.
    if (!host.ok && asked === null && remembered !== 0) host = await startWebHost({ ...settings, port: 0 });
    if (!host.ok) {
      sayError(io, host.error);
      return 1;
    }
    if (asked === null) await rememberPort(session.dataDir, host.value.port);
    const stopped = new Promise<void>((resolve) => io.onStop(() => resolve()));
    await outLine(io, host.value.url);
    io.say('Open this link in a browser. It works once. Ctrl+C ends Bucket Brigade.');
    if (dev !== null) await putSamples(session.engine, dev);
    if (line.options.open === true) openBrowser(host.value.url);
    await stopped;
    io.say('Finishing …');
    await host.value.close();
    return 0;
  },
};

function openBrowser(url: string): void {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  // Without an opener the printed link is all there is.
  child.on('error', () => undefined);
  child.unref();
}
