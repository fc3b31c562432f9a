/** A button for an act that cannot be undone: it asks first, and says what the act does. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { Act } from '../api/use-act.ts';
import { Dialog } from './dialog.tsx';
import { FormProblem } from './form-problem.tsx';
import { focusTitle } from './page-head.tsx';

interface ConfirmActProps<Result, Variables> {
  readonly act: Act<Result, Variables>;
  readonly variables: Variables;
  /** What the button says, and what it is about, for those who hear it out of its row. */
  readonly label: string;
  readonly about: string;
  readonly title: string;
  readonly children: ReactNode;
  readonly isQuiet?: boolean;
  readonly onDone?: (result: Result) => void;
}

export function ConfirmAct<Result, Variables>(props: ConfirmActProps<Result, Variables>): ReactNode {
  const { act, variables, label, about, title, children, isQuiet = false, onDone } = props;
  const [isOpen, setOpen] = useState(false);
  const close = (): void => {
    setOpen(false);
  };
  const run = (): void => {
    act.run(variables, (result) => {
      // An open dialog keeps the focus inside.
      flushSync(() => {
        setOpen(false);
      });
      // The button that had the focus may go with the fresh view.
      focusTitle();
      onDone?.(result);
    });
  };
  return (
    <>
      <button
        type="button"
        className={isQuiet ? 'button' : 'button button-danger'}
        onClick={() => {
          act.reset();
          setOpen(true);
        }}
      >
        {label}
        <span className="unseen"> {about}</span>
      </button>
      <Dialog title={title} isOpen={isOpen} onClose={close}>
        <div className="dialog-form">
          {children}
          <FormProblem error={act.error} />
          <ConfirmButtons label={label} isQuiet={isQuiet} isPending={act.isPending} onConfirm={run} onCancel={close} />
        </div>
      </Dialog>
    </>
  );
}

interface ConfirmButtonsProps {
  readonly label: string;
  readonly isQuiet: boolean;
  readonly isPending: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

function ConfirmButtons({ label, isQuiet, isPending, onConfirm, onCancel }: ConfirmButtonsProps): ReactNode {
  return (
    <div className="page-actions">
      <button
        type="button"
        className={isQuiet ? 'button button-main' : 'button button-danger'}
        disabled={isPending}
        onClick={onConfirm}
      >
        {label}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
