/** How a webhook is, or what an attempt met: a sign and words in the colour of what is known. */
import type { ReactNode } from 'react';
import type { Words } from './webhook-words.ts';
import '../session-state.css';

export function StateWords({ tone, sign, label, meaning }: Omit<Words, 'meaning'> & { meaning?: string }): ReactNode {
  return (
    <span className={`state state-${tone}`} title={meaning}>
      <span aria-hidden="true">{sign}</span> {label}
    </span>
  );
}
