const states = { ':hover': '.shown-hover', ':active': '.shown-active', ':focus-visible': '.shown-focus' } as const;

/**
 * Lets a class stand for what only pointer and keyboard can cause: copies every rule that asks for such a state. Rules
 * that the development server exchanges later are copied no more: load the page again.
 */
export function forceStates(): void {
  for (const sheet of document.styleSheets) copyRules(sheet);
}

function copyRules(owner: CSSStyleSheet | CSSGroupingRule) {
  // From the end: what is inserted behind a rule is not looked at.
  for (let index = owner.cssRules.length - 1; index >= 0; index--) {
    const rule = owner.cssRules[index];
    if (rule instanceof CSSStyleRule) copyRule(owner, rule, index);
    else if (rule instanceof CSSGroupingRule) copyRules(rule);
  }
}

function copyRule(owner: CSSStyleSheet | CSSGroupingRule, rule: CSSStyleRule, index: number) {
  let selector = rule.selectorText;
  for (const [state, shown] of Object.entries(states)) selector = selector.replaceAll(state, shown);
  if (selector !== rule.selectorText) owner.insertRule(`${selector} { ${rule.style.cssText} }`, index + 1);
}
