import { Menu, type MenuItemConstructorOptions, nativeImage, type NativeImage, Tray } from 'electron';
import type { TrayIcon } from './background.ts';
import attention16 from './icon/tray-attention-16.png?inline';
import attention24 from './icon/tray-attention-24.png?inline';
import attention32 from './icon/tray-attention-32.png?inline';
import plain16 from './icon/tray-16.png?inline';
import plain24 from './icon/tray-24.png?inline';
import plain32 from './icon/tray-32.png?inline';
import template16 from './icon/tray-template-16.png?inline';
import template32 from './icon/tray-template-32.png?inline';
import templateAttention16 from './icon/tray-template-attention-16.png?inline';
import templateAttention32 from './icon/tray-template-attention-32.png?inline';
import { trayLine, trayWords } from './words.ts';

export type TrayDeeds = {
  readonly open: () => void;
  readonly pauseAll: () => void;
  readonly resumeAll: () => void;
  readonly quit: () => void;
};

/**
 * Shows the icon. Null where that fails; on Linux it may succeed and yet be nowhere to be seen, when the desktop shows no such
 * icons: a second start of the app opens the window then.
 */
export function openTray(name: string, deeds: TrayDeeds): TrayIcon | null {
  let tray: Tray;
  try {
    tray = new Tray(icons().plain);
  } catch {
    return null;
  }
  // On macOS a click opens the menu.
  tray.on('click', deeds.open);
  return {
    update({ lines, needsAttention, rules }) {
      const texts = lines.map(trayLine);
      const { plain, attention } = icons();
      tray.setImage(needsAttention ? attention : plain);
      tray.setToolTip([name, ...texts].join('\n'));
      const ofRules: MenuItemConstructorOptions[] =
        rules === null
          ? []
          : [
              rules === 'pause'
                ? { label: trayWords.pause, click: deeds.pauseAll }
                : { label: trayWords.resume, click: deeds.resumeAll },
              { type: 'separator' },
            ];
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: trayWords.open, click: deeds.open },
          { type: 'separator' },
          ...texts.map((label) => ({ label, enabled: false })),
          { type: 'separator' },
          ...ofRules,
          { label: trayWords.quit, click: deeds.quit },
        ]),
      );
    },
    remove: () => tray.destroy(),
  };
}

type Icons = { readonly plain: NativeImage; readonly attention: NativeImage };
let made: Icons | undefined;

/**
 * In the bundle, so that they are there whichever way it is packed. On macOS the system colours them; elsewhere they have the
 * app's own colours, which can be told from light and from dark panels.
 */
function icons(): Icons {
  made ??=
    process.platform === 'darwin'
      ? {
          plain: template(template16, [template32, 2]),
          attention: template(templateAttention16, [templateAttention32, 2]),
        }
      : process.platform === 'win32'
        ? {
            plain: imageOf(plain16, [plain24, 1.5], [plain32, 2]),
            attention: imageOf(attention16, [attention24, 1.5], [attention32, 2]),
          }
        : // Panels make them as large as they want them.
          { plain: imageOf(plain32), attention: imageOf(attention32) };
  return made;
}

type Representation = readonly [dataURL: string, scaleFactor: number];

/** The first one is that of scale 1. */
function imageOf(first: string, ...others: readonly Representation[]): NativeImage {
  const image = nativeImage.createFromDataURL(first);
  for (const [dataURL, scaleFactor] of others) image.addRepresentation({ dataURL, scaleFactor });
  return image;
}

function template(first: string, ...others: readonly Representation[]): NativeImage {
  const image = imageOf(first, ...others);
  image.setTemplateImage(true);
  return image;
}
