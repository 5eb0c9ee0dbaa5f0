import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { debianChromium } from '../servers/chromium.ts';
import { CdpConnection } from './cdp.ts';

/**
 * Starts Chromium without a window. Our own commands go over the pipe, whose end also ends Chromium, however
 * this process ends; with `debuggingPort` a second client (Playwright) can connect, and is told where on standard error.
 */
export function startChromium(debuggingPort: string | undefined): CdpConnection {
  const profile = mkdtempSync(join(tmpdir(), 'electron-stand-in-'));
  const flags = [
    '--headless=new',
    '--remote-debugging-pipe',
    ...(debuggingPort === undefined ? [] : [debuggingPort]),
    `--user-data-dir=${profile}`,
    '--no-startup-window',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-sync',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    '--metrics-recording-only',
    '--password-store=basic',
    '--use-mock-keychain',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const command = process.env['STAND_IN_CHROMIUM'] ?? debianChromium ?? 'chromium';
  // In a group of its own, so that the shell outlives whoever kills this process, and takes the profile away.
  const script = 'profile=$1; shift; "$@"; rm -rf "$profile" || { sleep 1; rm -rf "$profile"; }';
  const child: ChildProcess = spawn('/bin/sh', ['-c', script, 'sh', profile, command, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.on('error', (error) => {
    process.stderr.write(`The Electron stand-in cannot start ${command}: ${error.message}\n`);
    process.exit(1);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    // Chromium's other complaints (no GPU, no D-Bus) are not the app's.
    for (const line of chunk.toString('utf8').split('\n')) {
      if (line.startsWith('DevTools listening')) process.stderr.write(`${line}\n`);
    }
  });
  return new CdpConnection(child.stdio[3] as Writable, child.stdio[4] as Readable);
}
