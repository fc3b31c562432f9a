/** Copies a text, and says so. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

const SHOWN_MS = 2_000;

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => {
      setSaid('');
    }, SHOWN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // Browsers refuse on a plain http address and where the person said no.
      setSaid('The browser refused: select the text and copy it');
    }
  };
  return (
    <button type="button" className="button button-quiet copy" onClick={() => void copy()}>
      <span aria-live="polite">{said === '' ? 'Copy' : said}</span>
      <span className="unseen"> {what}</span>
    </button>
  );
}
