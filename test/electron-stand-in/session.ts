import { requireNotReady, requireReady } from './app.ts';
import { strict } from './strict.ts';

type ProtocolHandler = (request: Request) => Response | Promise<Response>;
export type RequestHandler = (contents: unknown, permission: string, callback: (granted: boolean) => void) => void;
export type CheckHandler = (contents: unknown, permission: string, origin: string, details: object) => boolean;

/** Schemes registered as privileged, and those of them that have a handler. */
export const privilegedSchemes = new Set<string>();
export const protocolHandlers = new Map<string, ProtocolHandler>();
export const permissionHandlers: { request?: RequestHandler; check?: CheckHandler } = {};

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: readonly { scheme: string; privileges: { standard?: boolean } }[]): void => {
    requireNotReady('protocol.registerSchemesAsPrivileged()');
    for (const { scheme, privileges } of schemes) {
      if (!privileges.standard) throw new Error('The Electron stand-in knows standard schemes only.');
      privilegedSchemes.add(scheme);
    }
  },
  handle: (scheme: string, handler: ProtocolHandler): void => {
    requireReady('protocol.handle()');
    if (!privilegedSchemes.has(scheme))
      throw new Error(`The Electron stand-in needs ${scheme} registered as privileged.`);
    protocolHandlers.set(scheme, handler);
  },
});

const defaultSession = strict('session', {
  setPermissionRequestHandler: (handler: RequestHandler): void => {
    permissionHandlers.request = handler;
  },
  setPermissionCheckHandler: (handler: CheckHandler): void => {
    permissionHandlers.check = handler;
  },
  /** Devices (HID, serial, USB) do not exist here, so nothing ever asks. */
  setDevicePermissionHandler: (): void => {},
});

export const session = strict('session', {
  get defaultSession() {
    requireReady('session.defaultSession');
    return defaultSession;
  },
});
