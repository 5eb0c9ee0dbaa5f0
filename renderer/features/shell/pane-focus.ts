/** The panes of the window in the order in which F6 goes through them. News does not stay: it comes right after the list. */
const paneOrder = ['sidebar', 'localPane', 'list', 'news', 'inspector', 'transfers'] as const;
export type PaneName = (typeof paneOrder)[number];

/** Pure. The pane after (or before) `current` among those on screen, going round; the list when the focus is in none. */
export function nextPane(shown: readonly PaneName[], current: PaneName | null, step: 1 | -1): PaneName | null {
  const order = paneOrder.filter((pane) => shown.includes(pane));
  if (order.length === 0) return null;
  if (current === null || !order.includes(current)) return order.includes('list') ? 'list' : (order[0] ?? null);
  return order[(order.indexOf(current) + step + order.length) % order.length] ?? null;
}

const lastFocused = new Map<PaneName, HTMLElement>();
const paneOf = (element: Element | null): HTMLElement | null => element?.closest('[data-pane]') ?? null;
const nameOf = (pane: HTMLElement | null) => paneOrder.find((name) => name === pane?.dataset['pane']) ?? null;
const findPane = (name: PaneName) => document.querySelector<HTMLElement>(`[data-pane="${name}"]`);

/** Remembers where the focus was in each pane. Returns the function that ends it. */
export function watchPaneFocus(): () => void {
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    const name = nameOf(paneOf(target));
    if (name !== null) lastFocused.set(name, target);
  };
  document.addEventListener('focusin', onFocus);
  return () => document.removeEventListener('focusin', onFocus);
}

/** Goes to the next pane (F6) or the one before. */
export function cyclePanes(step: 1 | -1): void {
  const shown = paneOrder.filter((name) => findPane(name) !== null);
  const next = nextPane(shown, nameOf(paneOf(document.activeElement)), step);
  if (next !== null) focusPane(next);
}

export const isFocusIn = (name: PaneName): boolean => nameOf(paneOf(document.activeElement)) === name;

/**
 * Where the focus was in this pane, or else its current item, its list, or the first thing that takes the focus. Of news
 * it is what can be done about them. The inspector is there to be read from its beginning: its buttons stand wherever
 * they do.
 */
export function focusPane(name: PaneName): void {
  const pane = findPane(name);
  if (!pane) return;
  const before = lastFocused.get(name);
  const candidates = [
    before && pane.contains(before) ? before : null,
    ...[
      '[role="grid"] [role="row"][tabindex="0"]',
      '[role="grid"]',
      '[aria-current] a, button[aria-current]',
      ...(name === 'news' ? ['button'] : []),
      ...(name === 'inspector' ? [] : [tabbable]),
    ].map((selector) => [...pane.querySelectorAll<HTMLElement>(selector)].find(isVisible)),
    pane,
  ];
  for (const candidate of candidates) {
    candidate?.focus();
    if (candidate && document.activeElement === candidate) return;
  }
}

const tabbable = 'button:not(:disabled), a[href], input:not(:disabled), select, textarea, [tabindex="0"]';
const isVisible = (element: HTMLElement) => element.checkVisibility({ visibilityProperty: true });
