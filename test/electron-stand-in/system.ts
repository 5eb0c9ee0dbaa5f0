import { EventEmitter } from 'node:events';
import { requireReady } from './app.ts';
import { strict } from './strict.ts';

function unscripted(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`No answer for ${what}: replace it through app.evaluate first.`));
}

/** Tests replace these through app.evaluate, as they would on real Electron. */
export const dialog = strict('dialog', {
  showOpenDialog: unscripted('dialog.showOpenDialog'),
  showSaveDialog: unscripted('dialog.showSaveDialog'),
  showMessageBox: unscripted('dialog.showMessageBox'),
  showErrorBox: (title: string, content: string): void => {
    process.stderr.write(`${title}\n${content}\n`);
  },
});

export const shell = strict('shell', {
  openExternal: unscripted('shell.openExternal'),
  openPath: unscripted('shell.openPath'),
  showItemInFolder: (): void => {
    throw new Error('No answer for shell.showItemInFolder: replace it through app.evaluate first.');
  },
});

interface MenuItem {
  readonly role?: string;
  readonly label?: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
  readonly submenu?: { readonly items: readonly MenuItem[] };
}
type MenuTemplate = readonly (Omit<MenuItem, 'submenu'> & { readonly submenu?: MenuTemplate })[];

/** A clipboard of its own: the machine's is not touched. */
let copied = '';
export const clipboard = strict('clipboard', {
  readText: async (): Promise<string> => copied,
  writeText: async (text: string): Promise<void> => {
    if (typeof text !== 'string') throw new TypeError('Error processing argument at index 0');
    copied = text;
  },
});

/** Tells nothing by itself: a test emits what it needs. */
export const powerMonitor = strict('powerMonitor', new EventEmitter());

let applicationMenu: { readonly items: readonly MenuItem[] } | null = null;

export const Menu = strict('Menu', {
  buildFromTemplate: (template: MenuTemplate): { readonly items: readonly MenuItem[] } => ({
    items: template.map(({ submenu, ...item }) => {
      if (item.role === undefined && item.label === undefined && item.type === undefined) {
        throw new Error('Invalid template for MenuItem: must have at least one of label, role or type');
      }
      return { enabled: true, ...item, ...(submenu ? { submenu: Menu.buildFromTemplate(submenu) } : {}) };
    }),
  }),
  setApplicationMenu: (menu: { readonly items: readonly MenuItem[] } | null): void => {
    applicationMenu = menu;
  },
  getApplicationMenu: () => applicationMenu,
});

export const screen = strict('screen', {
  getAllDisplays: () => {
    requireReady('screen');
    return [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 }, scaleFactor: 1 }];
  },
});
