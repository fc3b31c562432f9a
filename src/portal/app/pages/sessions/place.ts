/** The page of the list at which one is, in the address: it is there again after a reload, on the way back and in a link. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useParameters } from '../../routing/address.ts';

/** Milliseconds for which one stays on a page before it is written down. Browsers limit how often the address may change. */
const SETTLED_MS = 250;

export interface Place {
  /** The cursor after which the list begins; null for the newest sessions. */
  readonly from: string | null;
  /** Notes the cursor after which the page begins that is on the screen. */
  readonly note: (cursor: string | null) => void;
}

/** Reads a cursor of an address. What is none is left out, because an address may be typed. */
export function cursorOf(text: string): string | null {
  return /^[A-Za-z0-9_-]{1,128}$/.test(text) ? text : null;
}

/** Keeps the place of a list. The list begins anew where the address is changed by anything but scrolling. */
export function usePlace(): Place {
  const [{ from = '' }, change] = useParameters();
  const addressed = cursorOf(from);
  const [begun, setBegun] = useState(addressed);
  const written = useRef(addressed);
  const latest = useRef(change);
  latest.current = change;
  if (addressed !== written.current) {
    written.current = addressed;
    setBegun(addressed);
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const note = useCallback((cursor: string | null) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (cursor === written.current) return;
      written.current = cursor;
      latest.current({ from: cursor ?? '' }, { replace: true });
    }, SETTLED_MS);
  }, []);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  return { from: begun, note };
}
