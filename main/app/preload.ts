import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ipcChannels, type PreloadBridge } from '../../shared/contract/preload-bridge.ts';

/** Everything the page gets from this side: three functions, no Electron object, no channel name of its choosing. */
const bridge: PreloadBridge = {
  call: (name, input) => ipcRenderer.invoke(ipcChannels.call, name, input),
  onBatch: (listener) => {
    const forward = (_event: unknown, batch: unknown): void => listener(batch);
    ipcRenderer.on(ipcChannels.batch, forward);
    return () => {
      ipcRenderer.removeListener(ipcChannels.batch, forward);
    };
  },
  pathOf: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
};

contextBridge.exposeInMainWorld('brigade', bridge);
