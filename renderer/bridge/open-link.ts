import type { PreloadBridge } from '../../shared/contract/wire.ts';
import { webPaths } from '../../shared/contract/wire.ts';
import { createElectronLink } from './electron-link.ts';
import type { EngineLink } from './engine-link.ts';
import { createSocketLink } from './socket-link.ts';
import { windowClock } from './window-clock.ts';

declare global {
  interface Window {
    readonly brigade?: PreloadBridge;
  }
}

/** The way to the engine that this window has: the preload in Electron, else a WebSocket to where the page came from. */
export function openLink(): EngineLink {
  if (window.brigade) return createElectronLink(window.brigade);
  const url = new URL(webPaths.socket, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return createSocketLink(({ onOpen, onMessage, onClose }) => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', onOpen);
    socket.addEventListener('message', (event) => onMessage(event.data));
    socket.addEventListener('close', onClose);
    return { send: (text) => socket.send(text) };
  }, windowClock);
}
