import { EventEmitter } from 'node:events';
import { requireReady } from './app.ts';
import { strict } from './strict.ts';

interface Image {
  isEmpty(): boolean;
  isTemplateImage(): boolean;
  setTemplateImage(isTemplate: boolean): void;
  addRepresentation(options: { readonly scaleFactor?: number; readonly dataURL?: string }): void;
  getScaleFactors(): number[];
}

const pngStart = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const isPng = (dataURL = ''): boolean =>
  Buffer.from(dataURL.split('base64,')[1] ?? '', 'base64')
    .subarray(0, pngStart.length)
    .equals(pngStart);

/** Pictures are only looked at as far as to say whether they are any. */
export const nativeImage = strict('nativeImage', {
  createFromDataURL: (dataURL: string): Image => {
    const scaleFactors = isPng(dataURL) ? [1] : [];
    let isTemplate = false;
    return strict('NativeImage', {
      isEmpty: () => scaleFactors.length === 0,
      isTemplateImage: () => isTemplate,
      setTemplateImage: (wanted: boolean) => void (isTemplate = wanted),
      addRepresentation: ({ scaleFactor = 1, dataURL }: { scaleFactor?: number; dataURL?: string }) => {
        if (isPng(dataURL)) scaleFactors.push(scaleFactor);
      },
      getScaleFactors: () => [...scaleFactors],
    });
  },
});

/**
 * Shown to nobody: a test replaces `Tray.prototype.setContextMenu` through app.evaluate to see the menu, as it would on real
 * Electron, which does not give it away either. STAND_IN_TRAY=unavailable: there is no place for it.
 */
class StandInTray extends EventEmitter {
  #isDestroyed = false;

  constructor(image: Image) {
    super();
    requireReady('Tray');
    if (process.env['STAND_IN_TRAY'] === 'unavailable') throw new Error('Failed to create a tray icon');
    this.setImage(image);
  }

  setImage(image: Image): void {
    this.#require();
    if (image.isEmpty()) throw new Error('The picture of the tray icon is empty.');
  }

  setToolTip(text: string): void {
    this.#require();
    if (typeof text !== 'string') throw new TypeError('Error processing argument at index 0');
  }

  setContextMenu(_menu: { readonly items: readonly unknown[] } | null): void {
    this.#require();
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroy(): void {
    this.#isDestroyed = true;
  }

  #require(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }
}

export const Tray = new Proxy(StandInTray, {
  construct: (target, [image]: [Image]) => strict('Tray', new target(image)),
});
