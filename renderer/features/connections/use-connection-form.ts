import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { changeDraft } from './change-draft.ts';
import { checkDraft } from './check-draft.ts';
import { type ConnectionDraft, type DraftField, draftOf, emptyDraft } from './connection-draft.ts';

/**
 * The form as typed and which of its problems are shown: those of a field once it was typed in and left, those of all
 * fields once it was submitted.
 */
export function useConnectionForm(
  saved: ConnectionView | null,
  takenNames: readonly string[],
  nameFor: (draft: ConnectionDraft) => string,
) {
  const [first, setFirst] = useState<ConnectionDraft>(() => (saved ? draftOf(saved) : emptyDraft));
  const [draft, setDraft] = useState<ConnectionDraft>(first);
  const [typedIn, setTypedIn] = useState<ReadonlySet<string>>(new Set());
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const pressed = usePointerPressed();

  const suggestedName = nameFor(draft);
  const named = draft.name.trim() === '' ? { ...draft, name: suggestedName } : draft;
  const check = checkDraft(named, saved, takenNames);
  const problems = Object.fromEntries(
    Object.entries(check.problems).filter(([field]) => tried || (typedIn.has(field) && left.has(field))),
  );

  const change = (changed: Partial<ConnectionDraft>) => {
    setDraft((before) => changeDraft(before, changed));
    setTypedIn((before) => new Set([...before, ...Object.keys(changed)]));
  };
  /** What stands in the form before anybody has typed: there is nothing in it to lose. */
  const propose = useCallback((proposed: Partial<ConnectionDraft>) => {
    const fillIn = (before: ConnectionDraft): ConnectionDraft => {
      const empty = Object.entries(proposed).filter(([field]) => before[field as DraftField] === '');
      return { ...before, ...Object.fromEntries(empty) };
    };
    setFirst(fillIn);
    setDraft(fillIn);
  }, []);
  /** A message that appears between pressing and releasing the mouse would move away what is being clicked. */
  const leave = (field: DraftField) => {
    pressed.whenReleased(() => setLeft((before) => new Set([...before, field])));
  };
  return {
    draft,
    check,
    problems,
    suggestedName,
    change,
    propose,
    leave,
    submit: () => setTried(true),
    dirty: draft !== first && !same(draft, first),
  };
}

const same = (a: ConnectionDraft, b: ConnectionDraft) => JSON.stringify(a) === JSON.stringify(b);

function usePointerPressed() {
  const down = useRef(false);
  const waiting = useRef<(() => void)[]>([]);
  useEffect(() => {
    const press = () => {
      down.current = true;
    };
    const release = () => {
      down.current = false;
      // After the click that the release makes.
      const due = waiting.current.splice(0);
      setTimeout(() => {
        for (const one of due) one();
      });
    };
    window.addEventListener('pointerdown', press, true);
    window.addEventListener('pointerup', release, true);
    window.addEventListener('pointercancel', release, true);
    return () => {
      window.removeEventListener('pointerdown', press, true);
      window.removeEventListener('pointerup', release, true);
      window.removeEventListener('pointercancel', release, true);
    };
  }, []);
  return {
    whenReleased: (run: () => void) => {
      if (down.current) waiting.current.push(run);
      else run();
    },
  };
}
