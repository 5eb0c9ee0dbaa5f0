import '../ui/tokens.css';
import '../ui/base.css';
import '../no-eval.ts';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ToastProvider } from '../ui/toast/toast.tsx';
import { TooltipProvider } from '../ui/tooltip/tooltip.tsx';
import { startWords } from '../words/i18n.ts';
import { WordsProvider } from '../words/words-provider.tsx';
import { forceStates } from './gallery/force-states.ts';
import { Gallery } from './gallery/gallery-page.tsx';
import { SayContext } from './gallery/say.ts';
import { languageOf, textChangeOf } from './pseudo-locale.ts';

/** Every primitive in every state: `npm run gallery`. Not part of the build. `?theme=dark&locale=pseudo` and so on. */
async function show(root: HTMLElement) {
  const { search } = window.location;
  const theme = new URLSearchParams(search).get('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
  const words = await startWords(languageOf(search));
  const say = textChangeOf(search);
  forceStates();
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <WordsProvider words={words}>
          <SayContext value={say}>
            <TooltipProvider>
              <ToastProvider label={say('News')} closeLabel={say('Close')}>
                <Gallery />
              </ToastProvider>
            </TooltipProvider>
          </SayContext>
        </WordsProvider>
      </CSPProvider>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root) void show(root);
