/** A button with a dialog that makes a secret: a form first, and then the secret, which is shown once. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { SecretOnce } from './secret-once.tsx';

interface SecretDialogProps {
  /** What the button says, which is the title of the form. */
  readonly label: string;
  /** The title while the secret is shown, and what the button that copies it names. */
  readonly doneTitle: string;
  readonly what: string;
  /** The secret; undefined until it is made. */
  readonly secret: string | undefined;
  /** Forgets the secret, and what went wrong. */
  readonly onReset: () => void;
  /** What is said below the secret. */
  readonly note?: ReactNode;
  readonly isMain?: boolean;
  /** Draws the form. */
  readonly children: (close: () => void) => ReactNode;
}

export function SecretDialog(props: SecretDialogProps): ReactNode {
  const { label, doneTitle, what, secret, onReset, note, isMain = true, children } = props;
  const [isOpen, setOpen] = useState(false);
  const close = (): void => {
    setOpen(false);
    onReset();
  };
  return (
    <>
      <button
        type="button"
        className={isMain ? 'button button-main' : 'button'}
        onClick={() => {
          setOpen(true);
        }}
      >
        {label}
      </button>
      <Dialog title={secret === undefined ? label : doneTitle} isOpen={isOpen} onClose={close}>
        {secret === undefined ? (
          children(close)
        ) : (
          <SecretOnce what={what} secret={secret} onDone={close}>
            {note}
          </SecretOnce>
        )}
      </Dialog>
    </>
  );
}
