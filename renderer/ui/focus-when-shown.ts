/**
 * A ref for the field that a person has just asked for: it takes the focus once, as it appears. (A function written in
 * the place of the ref would be another one with every render, and take the focus back each time.)
 */
export function focusWhenShown(field: HTMLElement | null): void {
  field?.focus();
}
