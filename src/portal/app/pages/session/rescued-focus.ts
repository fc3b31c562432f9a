/** Keeps the keyboard near where it was when the element that had the focus goes from the page. */
import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';

/**
 * Returns a ref of the element that takes the focus when `isDue` becomes true and nothing has it: the browser would begin at
 * the top of the page again. `atFirst` is what `isDue` counts as before the first render.
 */
export function useRescuedFocus<Target extends HTMLElement>(isDue: boolean, atFirst = false): RefObject<Target | null> {
  const target = useRef<Target>(null);
  const wasDue = useRef(atFirst);
  useEffect(() => {
    if (isDue && !wasDue.current && document.activeElement === document.body)
      target.current?.focus({ preventScroll: true });
    wasDue.current = isDue;
  }, [isDue]);
  return target;
}
