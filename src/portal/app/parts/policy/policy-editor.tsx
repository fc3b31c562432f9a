/** The text of a policy with what is wrong with it, place by place, and whatever stands beside it. */
import { lazy, Suspense, useRef } from 'react';
import type { ReactNode } from 'react';
import { counted } from '../format.ts';
import { FormProblem } from '../form-problem.tsx';
import { Loading } from '../states.tsx';
import type { Editor } from './mount-editor.ts';
import type { Checked } from './use-problems.ts';
import './policy-editor.css';

// The editor is loaded where it is used.
const YamlEditor = lazy(async () => ({ default: (await import('./yaml-editor.tsx')).YamlEditor }));

interface PolicyEditorProps {
  readonly label: string;
  /** What the editor begins with. */
  readonly text: string;
  readonly checked: Checked;
  readonly isReadOnly?: boolean;
  readonly onChange: (text: string) => void;
  /** What can be done with the text. */
  readonly acts: ReactNode;
  /** What stands beside the text. */
  readonly children: ReactNode;
}

export function PolicyEditor(props: PolicyEditorProps): ReactNode {
  const { label, text, checked, isReadOnly = false, onChange, acts, children } = props;
  const editor = useRef<Pick<Editor, 'goTo'>>(null);
  return (
    <div className="policy-editor">
      <div className="policy-text">
        <Suspense fallback={<Loading what="the editor" />}>
          <YamlEditor
            ref={editor}
            label={label}
            text={text}
            problems={checked.problems}
            isReadOnly={isReadOnly}
            onChange={onChange}
          />
        </Suspense>
        <Judgement checked={checked} />
        {checked.problems.length === 0 ? null : (
          <ol className="problems">
            {checked.problems.map((problem) => (
              <li key={`${problem.line} ${problem.column} ${problem.code}`}>
                <button
                  type="button"
                  className="link-button"
                  onClick={() => {
                    editor.current?.goTo(problem);
                  }}
                >
                  Line {problem.line}, column {problem.column}
                </button>{' '}
                {problem.path === '' ? null : <code>{problem.path}</code>} {problem.message}
              </li>
            ))}
          </ol>
        )}
        <div className="page-actions">{acts}</div>
      </div>
      <div className="policy-beside">{children}</div>
    </div>
  );
}

const WORDS = {
  checking: { tone: 'unknown', text: '… Checking' },
  valid: { tone: 'good', text: '✓ Valid' },
  unknown: { tone: 'unknown', text: '? Could not be checked' },
} as const;

function Judgement({ checked: { state, problems, error, retry } }: { readonly checked: Checked }): ReactNode {
  const { tone, text } =
    state === 'invalid' ? { tone: 'bad', text: `× ${counted(problems.length, 'problem')}` } : WORDS[state];
  return (
    <>
      <p className={`judgement state-${tone}`} role="status">
        {text}
      </p>
      <FormProblem error={error} />
      {state === 'unknown' ? (
        <div>
          <button type="button" className="button" onClick={retry}>
            Try again
          </button>
        </div>
      ) : null}
    </>
  );
}
