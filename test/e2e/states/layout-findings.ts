import type { Page } from '@playwright/test';

/**
 * What is wrong with the layout of the page as it is on screen, in words: sideways scrolling, texts that are cut off
 * without a sign of it, labels that are cut off at all, controls outside of the window or under something else.
 */
export function layoutFindings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const findings: string[] = [];
    const slackPx = 1.5;
    // News in a corner are dialogs by their role and cover nothing. A pane that has no room beside the list lies over it,
    // with a scrim, and goes when the focus leaves it.
    const modal =
      document.querySelector(':is([role="dialog"], [role="alertdialog"]):not([aria-modal="false"])') ??
      document.querySelector('[data-pane][data-place="over"]');
    const name = (element: Element) => {
      const text = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60);
      return `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> “${text}”`;
    };
    const isShown = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
    /** For screen readers only: a clipped box of a pixel. */
    const isHiddenText = (element: Element) => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const box = at.getBoundingClientRect();
        if (box.width <= 1 || box.height <= 1) return true;
        const { clipPath, clip } = getComputedStyle(at);
        if (clipPath === 'inset(50%)' || clip === 'rect(0px, 0px, 0px, 0px)') return true;
      }
      return false;
    };
    const scrolls = (overflow: string) => overflow === 'auto' || overflow === 'scroll';

    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth + slackPx) findings.push(`the page is ${root.scrollWidth} px wide`);
    if (root.scrollHeight > root.clientHeight + slackPx) findings.push(`the page is ${root.scrollHeight} px high`);

    for (const element of document.querySelectorAll('body *')) {
      if (!isShown(element)) continue;
      const style = getComputedStyle(element);
      const mayScrollSideways = element.closest('[role="grid"], pre, [data-scrolls-sideways]') !== null;
      if (scrolls(style.overflowX) && element.scrollWidth > element.clientWidth + slackPx && !mayScrollSideways) {
        findings.push(`scrolls sideways: ${name(element)}`);
      }
    }

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || (node.textContent ?? '').trim() === '' || !isShown(parent) || isHiddenText(parent)) continue;
      if (parent.closest('script, style, noscript, svg')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const label = parent.closest(
        'button, label, [role="tab"], [role="menuitem"], [role="columnheader"], legend, h1, h2',
      );
      const isName = parent.closest('[data-name], [role="gridcell"]') !== null;
      for (let at: Element | null = parent; at && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        const clip = at.getBoundingClientRect();
        const outX = box.left < clip.left - slackPx || box.right > clip.right + slackPx;
        const outY = box.top < clip.top - slackPx || box.bottom > clip.bottom + slackPx;
        if (outX && style.overflowX !== 'visible') {
          if (scrolls(style.overflowX)) break;
          if (style.textOverflow !== 'ellipsis') findings.push(`cut off sideways: ${name(parent)}`);
          else if (label && !isName) findings.push(`label cut off: ${name(label)}`);
          break;
        }
        if (outY && style.overflowY !== 'visible') {
          // A date leaves the time of day below where it has no room.
          if (!scrolls(style.overflowY) && style.webkitLineClamp === 'none' && at.localName !== 'time') {
            findings.push(`cut off below or above: ${name(parent)}`);
          }
          break;
        }
      }
    }

    for (const control of document.querySelectorAll('button, a[href], input, select, textarea, [role="option"]')) {
      if (!isShown(control) || isHiddenText(control)) continue;
      if (modal && !modal.contains(control)) continue;
      if (control.closest('[inert], [aria-hidden="true"], [data-base-ui-inert]')) continue;
      const box = control.getBoundingClientRect();
      let insideScroller = false;
      for (let at = control.parentElement; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (scrolls(style.overflowX) || scrolls(style.overflowY)) insideScroller = true;
        const clip = at.getBoundingClientRect();
        const isCut = box.top < clip.top - slackPx || box.bottom > clip.bottom + slackPx;
        if (isCut && !insideScroller && (style.overflowY !== 'visible' || /paint|strict|content/.test(style.contain))) {
          findings.push(`cut off below or above: ${name(control)}`);
        }
      }
      const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      const outside = middle.x < 0 || middle.y < 0 || middle.x > innerWidth || middle.y > innerHeight;
      if (outside) {
        if (!insideScroller) findings.push(`outside of the window: ${name(control)}`);
        continue;
      }
      if (insideScroller) continue;
      const top = document.elementFromPoint(middle.x, middle.y);
      const label = control.id === '' ? null : document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
      const isItself =
        top !== null &&
        (control.contains(top) ||
          top.contains(control) ||
          label?.contains(top) === true ||
          control.closest('label')?.contains(top) === true);
      if (!isItself && top !== null) findings.push(`${name(control)} is under ${name(top)}`);
    }
    return [...new Set(findings)];
  });
}
