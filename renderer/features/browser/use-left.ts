import { type RefObject, useEffect, useRef } from 'react';

/** Becomes true when the dialog is closed: what comes of something that goes on is then news. */
export function useLeft(): RefObject<boolean> {
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);
  return left;
}
