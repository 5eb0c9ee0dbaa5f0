import './ui/tokens.css';
import './ui/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { EngineContext } from './bridge/engine-context.ts';
import type { EngineLink } from './bridge/engine-link.ts';
import { startFeed } from './bridge/start-feed.ts';
import { windowClock } from './bridge/window-clock.ts';
import { useAppInfo } from './stores/app-info.ts';
import { storesAsTarget } from './stores/feed-target.ts';
import { ToastProvider } from './ui/toast/toast.tsx';
import { TooltipProvider } from './ui/tooltip/tooltip.tsx';
import { startWords } from './words/i18n.ts';
import type { Language } from './words/language.ts';
import { WordsProvider } from './words/words-provider.tsx';

/** Shows the window on an engine, and keeps its stores fed. */
export async function mount(root: HTMLElement, link: EngineLink, language?: Language): Promise<void> {
  const words = await startWords(language);
  startFeed(link, storesAsTarget, windowClock);
  link.watchLink((state) => {
    if (state.state === 'open') void readInfo(link);
  });
  // A file dropped beside a target must not replace the window by itself.
  for (const type of ['dragover', 'drop'] as const) window.addEventListener(type, (event) => event.preventDefault());
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <EngineContext value={link}>
          <WordsProvider words={words}>
            <TooltipProvider>
              <ToastProvider label={words.t('common.news')} closeLabel={words.t('common.close')} pane="news">
                <App />
              </ToastProvider>
            </TooltipProvider>
          </WordsProvider>
        </EngineContext>
      </CSPProvider>
    </StrictMode>,
  );
}

async function readInfo(link: EngineLink): Promise<void> {
  const answer = await link.call('app.info', {});
  if (answer.ok) useAppInfo.setState({ info: answer.value });
}
