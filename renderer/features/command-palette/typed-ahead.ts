let typed = '';
let stop: (() => void) | null = null;

/**
 * Keeps what is typed from the key that opens the palette until the palette has the focus: none of it goes to the list, and
 * none is lost.
 */
export function keepTyping(): void {
  takeTyped();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Backspace') typed = Array.from(typed).slice(0, -1).join('');
    else if (Array.from(event.key).length === 1) typed += event.key;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('keydown', onKeyDown, true);
  stop = () => window.removeEventListener('keydown', onKeyDown, true);
}

/** What was typed meanwhile; from now on typing goes where the focus is. */
export function takeTyped(): string {
  stop?.();
  stop = null;
  const text = typed;
  typed = '';
  return text;
}
