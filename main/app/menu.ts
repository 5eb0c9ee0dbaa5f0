import { app, Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuOptions {
  readonly words: { readonly view: string; readonly showDataFolder: string };
  readonly showDataFolder: () => void;
}

/**
 * The application menu: the platform's own roles, so that every standard shortcut works and is in the system's
 * language, plus Help. Commands of the app itself live in the window, where the web host has them too.
 */
export function setMenu({ words, showDataFolder }: MenuOptions): void {
  const isMac = process.platform === 'darwin';
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  if (!app.isPackaged) view.push({ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' });
  const help: MenuItemConstructorOptions[] = [{ label: words.showDataFolder, click: showDataFolder }];
  if (!isMac) help.push({ type: 'separator' }, { role: 'about' });
  const template: MenuItemConstructorOptions[] = [
    isMac ? { role: 'appMenu' } : { role: 'fileMenu' },
    { role: 'editMenu' },
    { label: words.view, submenu: view },
    { role: 'windowMenu' },
    { role: 'help', submenu: help },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
