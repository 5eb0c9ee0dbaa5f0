import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ipcChannels, type PreloadBridge } from '../../shared/contract/preload-bridge.ts';

let showRule: ((ruleId: unknown) => void) | null = null;
let ruleAskedFor: unknown;
// From the first moment: the page begins to listen once it is drawn.
ipcRenderer.on(ipcChannels.showRule, (_event: unknown, ruleId: unknown) => {
  if (showRule === null) ruleAskedFor = ruleId;
  else showRule(ruleId);
});

/** Everything the page gets from this side: a few functions, no Electron object, no channel name of its choosing. */
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
  onShowRule: (listener) => {
    showRule = listener;
    if (ruleAskedFor !== undefined) listener(ruleAskedFor);
    ruleAskedFor = undefined;
    return () => {
      showRule = null;
    };
  },
};

contextBridge.exposeInMainWorld('brigade', bridge);
