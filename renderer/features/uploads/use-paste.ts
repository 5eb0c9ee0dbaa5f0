import { useEffect } from 'react';

/** Takes pasted files anywhere in the window, except while text is being edited. */
export function usePaste(take: ((items: DataTransfer) => void) | null): void {
  useEffect(() => {
    if (!take) return;
    const onPaste = (event: ClipboardEvent) => {
      const target = event.target;
      const editing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
      if (editing || !event.clipboardData?.types.includes('Files')) return;
      event.preventDefault();
      take(event.clipboardData);
    };
    window.addEventListener('paste', onPaste);
    return () => window.removeEventListener('paste', onPaste);
  }, [take]);
}
