/** The state of a session. A call that still runs is never shown as good: its end is not known. */
import type { ReactNode } from 'react';
import './session-state.css';

export interface SessionFacts {
  readonly status: 'ok' | 'partial' | 'error';
  readonly sealedAt: string | null;
}

interface StateWords {
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
  readonly sign: string;
  readonly label: string;
  readonly meaning: string;
}

/** Returns how a session is described. */
export function sessionWords({ status, sealedAt }: SessionFacts): StateWords {
  switch (status) {
    case 'partial':
      return {
        tone: 'warn',
        sign: '!',
        label: 'Partial',
        meaning: 'An answer broke off, a token could not be restored, or a detector was degraded.',
      };
    case 'error':
      return { tone: 'bad', sign: '×', label: 'Error', meaning: 'No answer was given.' };
    case 'ok':
      return sealedAt === null
        ? { tone: 'unknown', sign: '…', label: 'Open', meaning: 'The session is not sealed yet: turns may follow.' }
        : { tone: 'good', sign: '✓', label: 'OK', meaning: 'Every turn was answered, and the journal is sealed.' };
  }
}

export function SessionState(facts: SessionFacts): ReactNode {
  const { tone, sign, label, meaning } = sessionWords(facts);
  return (
    <span className={`state state-${tone}`} title={meaning}>
      <span aria-hidden="true">{sign}</span> {label}
    </span>
  );
}
