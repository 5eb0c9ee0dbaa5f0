import '../no-eval.ts';
import type { EngineLink } from '../bridge/engine-link.ts';
import { mount } from '../mount.tsx';
import { languageOf } from './pseudo-locale.ts';
import { offerToTests, startPlace } from './sample-hooks.ts';
import { createSampleEngine } from './sample-engine.ts';

/** The window on invented data: `vite` and /dev.html?scene=… show it without an engine. Not part of the build. */
const scene = new URLSearchParams(window.location.search).get('scene') ?? 'browse';
const engine = createSampleEngine(scene);
const link: EngineLink = {
  ...engine,
  watchLink(listener) {
    const lost = { state: 'lost', opened: 1, retryAtMs: Date.now() + 8000 } as const;
    listener(scene === 'never-there' ? { ...lost, opened: 0 } : { state: 'open', opened: 1 });
    if (scene === 'lost') setTimeout(() => listener(lost), 500);
    return () => {};
  },
  reconnectNow() {},
  pathOf: () => '',
};
startPlace(new URLSearchParams(window.location.search));
offerToTests();
const root = document.getElementById('root');
if (root) void mount(root, link, languageOf(window.location.search));
