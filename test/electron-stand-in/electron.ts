/** What `import … from 'electron'` gives the main process under the stand-in: exactly what the shell uses. */
export { app, startStandIn } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { safeStorage } from './safe-storage.ts';
export { protocol, session } from './session.ts';
export { clipboard, dialog, Menu, powerMonitor, screen, shell } from './system.ts';
export { Notification } from './notification.ts';
export { nativeImage, Tray } from './tray.ts';
export { webContents } from './web-contents.ts';
