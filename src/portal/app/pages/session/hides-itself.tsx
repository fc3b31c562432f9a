/** The note above text that people may see for a minute only. It hides the text when its time is over. */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { secondsUntil, SHOWN_MS } from './payload-read.ts';
import { useRescuedFocus } from './rescued-focus.ts';

interface HidesItselfProps {
  /** What is on the screen. */
  readonly children: ReactNode;
  readonly onHide: () => void;
}

export function HidesItself({ children, onHide }: HidesItselfProps): ReactNode {
  const left = useCountdown(onHide);
  // The button that revealed it is gone.
  const note = useRescuedFocus<HTMLParagraphElement>(true);
  return (
    <p ref={note} tabIndex={-1} className="note note-warn revealed-note">
      {children} Hidden in {left} s.{' '}
      <button type="button" className="link-button" onClick={onHide}>
        Hide now
      </button>
    </p>
  );
}

/**
 * Returns the seconds that are left, and calls `onOver` when none are. Reads the clock instead of counting ticks: a tab that
 * slept hides the text as soon as it is seen again.
 */
function useCountdown(onOver: () => void): number {
  const over = useRef(onOver);
  over.current = onOver;
  const [deadline] = useState(() => Date.now() + SHOWN_MS);
  const [left, setLeft] = useState(SHOWN_MS / 1000);
  useEffect(() => {
    const look = (): void => {
      const seconds = secondsUntil(deadline, Date.now());
      setLeft(seconds);
      if (seconds === 0) over.current();
    };
    const timer = setInterval(look, 1000);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('pageshow', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('pageshow', look);
    };
  }, [deadline]);
  return left;
}
