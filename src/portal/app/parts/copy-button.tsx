/** Copies a text to the clipboard, and says so. */
import { useState } from 'react';
import type { ReactNode } from 'react';

type Outcome = 'none' | 'copied' | 'refused';

const SAID: Readonly<Record<Outcome, string>> = {
  none: '',
  copied: 'Copied.',
  refused: 'The browser does not permit copying here. Select the text and copy it by hand.',
};

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  const [outcome, setOutcome] = useState<Outcome>('none');
  const copy = async (): Promise<void> => {
    try {
      // Absent where the page was not loaded by https or from this computer.
      await (navigator.clipboard as Clipboard | undefined)?.writeText(text);
      setOutcome('clipboard' in navigator ? 'copied' : 'refused');
    } catch {
      setOutcome('refused');
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void copy()}>
        {outcome === 'copied' ? 'Copied' : 'Copy'}
        <span className="unseen"> {what}</span>
      </button>
      <span role="status" className={outcome === 'refused' ? 'soft' : 'unseen'}>
        {SAID[outcome]}
      </span>
    </>
  );
}
