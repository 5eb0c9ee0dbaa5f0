import { isPopupOpen } from '../../shortcuts/use-shortcuts.ts';

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

/** Where the focus was last: in a pane of the window or, with the pane before it, in a dialog or menu. */
let last: { readonly element: HTMLElement; readonly pane: PaneName; readonly inPane: boolean } | null = null;
/**
 * The pane that is to have the focus once there is something in it that takes it, until the next key or press. `isHeld`: it
 * has the focus itself meanwhile, and no more is done when something else has it by then.
 */
let awaited: { readonly pane: PaneName; readonly isHeld: boolean } | null = null;

/**
 * Remembers where the focus was in each pane, and never leaves it with nothing: when what had it goes, it goes on in
 * that pane, or else in the list. Returns the function that ends it.
 */
export function watchPaneFocus(): () => void {
  let frame = 0;
  const check = () => {
    if (isPopupOpen()) return;
    const pane = awaited && findPane(awaited.pane);
    if (awaited?.isHeld && document.activeElement !== pane) awaited = null;
    if (awaited && pane) focusPane(awaited.pane);
    else if (isLost()) focusPane(last?.pane ?? 'list');
  };
  const later = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(check);
  };
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    const name = nameOf(paneOf(target));
    if (name !== null) lastFocused.set(name, target);
    last = { element: target, pane: name ?? last?.pane ?? 'list', inPane: name !== null };
  };
  const onChange = () => {
    if (awaited !== null) later();
    else if (!isLost()) return;
    // A dialog gives the focus back by itself, a moment after it has gone.
    else if (last?.inPane) check();
    else later();
  };
  const onInput = () => (awaited = null);
  // The keyboard begins in the list, as soon as there is one.
  if (document.activeElement === document.body) awaitPane('list');
  const changes = new MutationObserver(onChange);
  changes.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', onFocus);
  window.addEventListener('keydown', onInput, true);
  window.addEventListener('pointerdown', onInput, true);
  return () => {
    changes.disconnect();
    cancelAnimationFrame(frame);
    document.removeEventListener('focusin', onFocus);
    window.removeEventListener('keydown', onInput, true);
    window.removeEventListener('pointerdown', onInput, true);
  };
}

/** What had it is gone, or takes no keys any more. Not: a person has pressed beside everything that takes the focus. */
function isLost(): boolean {
  if (last === null) return false;
  const { activeElement, body } = document;
  const isOff = last.element.matches(':disabled');
  return activeElement === body ? isOff || !last.element.isConnected : isOff && activeElement === last.element;
}

/** Goes to the next pane (F6) or the one before. */
export function cyclePanes(step: 1 | -1): void {
  const shown = paneOrder.filter((name) => findPane(name) !== null);
  const next = nextPane(shown, nameOf(paneOf(document.activeElement)), step);
  if (next !== null) focusPane(next);
}

/** Goes to the pane once it is there with something that takes the focus, and no dialog is open any more. */
export function awaitPane(name: PaneName): void {
  awaited = { pane: name, isHeld: false };
  // What it waits for may be there already, and nothing changes any more.
  requestAnimationFrame(() => {
    if (awaited?.pane === name && findPane(name) && !isPopupOpen()) focusPane(name);
  });
}

/**
 * The current item of the pane's list, or else where the focus was in the pane, its current item, or the first thing that
 * takes the focus. A page with a beginning of its own (`data-pane-start`) starts there. Of news it is what can be done about them. The inspector, and the main area without a list, are there to
 * be read from their beginning: their buttons stand wherever they do. A pane that is not there is the list.
 */
export function focusPane(wanted: PaneName): void {
  const pane = findPane(wanted) ?? findPane('list');
  const name = nameOf(pane);
  if (!pane || name === null) return;
  awaited = null;
  const before = lastFocused.get(name);
  const find = (selector: string) => [...pane.querySelectorAll<HTMLElement>(selector)].find(isVisible);
  const kept = before && before !== pane && pane.contains(before) ? before : undefined;
  // A page that is read from its beginning, above the list that it has as well.
  const start = find('[data-pane-start]');
  const candidates = [
    ...(start ? [kept, start] : []),
    find('[role="grid"] [role="row"][tabindex="0"]'),
    find('[role="grid"], [role="treegrid"]'),
    kept,
    find('[aria-current] a, button[aria-current]'),
    find('ul [tabindex="0"]'),
    ...(name === 'news' ? [find('button')] : name === 'list' || name === 'inspector' ? [] : [find(tabbable)]),
  ];
  for (const candidate of candidates) {
    candidate?.focus();
    if (candidate && document.activeElement === candidate) return;
  }
  pane.focus();
  // What it shows is still on its way.
  if (name !== 'inspector' && name !== 'news') awaited = { pane: name, isHeld: true };
}

// The edges of panes are stops of their own: what is in the pane comes first.
const tabbable =
  'button:not(:disabled), a[href], input:not(:disabled), select, textarea, [tabindex="0"]:not([role="separator"])';
const isVisible = (element: HTMLElement) => element.checkVisibility({ visibilityProperty: true });
