/** A secret that the server shows this once, with a button that copies it. */
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import './secret-once.css';

interface SecretOnceProps {
  readonly what: string;
  readonly secret: string;
  readonly children?: ReactNode;
  readonly onDone: () => void;
}

export function SecretOnce({ what, secret, children, onDone }: SecretOnceProps): ReactNode {
  return (
    <div className="secret">
      <p className="note note-warn">This is shown once. Copy it now: it cannot be read again.</p>
      <div className="secret-line">
        <code className="secret-text">{secret}</code>
        <CopyButton text={secret} what={what} />
      </div>
      {children}
      <div className="page-actions">
        <button type="button" className="button button-main" onClick={onDone}>
          I have it
        </button>
      </div>
    </div>
  );
}
