/** What a start that failed has to say. Plain text; the page escapes it. */
export interface FailureWords {
  readonly heading: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly details: string;
}

export const startFailurePath = '/start-failed';

/**
 * The page shown instead of the window when the data folder could not be opened: complete HTML, no script, nothing
 * loaded. Everything given is escaped.
 */
export function startFailurePage(words: FailureWords): string {
  const { heading, whatHappened, whatToDo, details } = words;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(heading)}</title>
<style>
  :root { color-scheme: light dark; font: 13px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
  main { max-width: 36rem; padding: 32px; }
  h1 { font-size: 20px; margin: 0 0 16px; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; user-select: text; padding: 12px; border: 1px solid GrayText; border-radius: 6px; }
</style>
</head>
<body>
<main role="alert">
<h1>${escapeHtml(heading)}</h1>
<p>${escapeHtml(whatHappened)}</p>
<p><strong>${escapeHtml(whatToDo)}</strong></p>
<pre>${escapeHtml(details)}</pre>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
