/** Files that are dropped on the page, checked by the verifier that auditors run. They do not leave the browser. */
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Loading } from '../../parts/states.tsx';
import { useDrop } from './use-drop.ts';
import type { CheckedFile } from './verify-files.ts';

// The verifier is loaded when it is used.
const Verification = lazy(async () => ({
  default: (await import('../../parts/verification/verification.tsx')).VerificationCard,
}));

export function CheckFile(): ReactNode {
  const [key, setKey] = useState('');
  const check = useMutation<readonly CheckedFile[], Error, readonly File[]>({
    mutationFn: async (files) => (await import('./verify-files.ts')).verifyFiles(files, key),
  });
  const choose = (files: FileList): void => {
    if (files.length > 0) check.mutate([...files]);
  };
  const isOver = useDrop(choose);
  return (
    <>
      <p className="audit-lead soft">
        A bundle, a report as JSON, or the PDF with the bundle inside. The file is read by this browser and sent
        nowhere.
      </p>
      <div className="check-file">
        <FileField isOver={isOver} onChoose={choose} />
        <KeyField
          text={key}
          onChange={(text) => {
            setKey(text);
            // The verdicts were under the key before.
            check.reset();
          }}
        />
      </div>
      <p role="status" className="soft">
        {check.isPending ? 'Checking…' : ''}
      </p>
      <FormProblem error={check.error} />
      <Suspense fallback={<Loading what="the verifier" />}>
        {check.data?.map(({ name, verification }, at) => (
          <Verification key={`${at} ${name}`} name={name} verification={verification} />
        ))}
      </Suspense>
    </>
  );
}

interface FileFieldProps {
  readonly isOver: boolean;
  readonly onChoose: (files: FileList) => void;
}

function FileField({ isOver, onChoose }: FileFieldProps): ReactNode {
  return (
    <label className="drop" data-over={isOver}>
      <span className="drop-title">Drop files on this page, or choose them</span>
      <input
        type="file"
        multiple
        accept=".json,.pdf,application/json,application/pdf"
        onChange={({ target }) => {
          if (target.files !== null) onChoose(target.files);
          // The same file may be chosen again, with another key.
          target.value = '';
        }}
      />
    </label>
  );
}

interface KeyFieldProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function KeyField({ text, onChange }: KeyFieldProps): ReactNode {
  return (
    <label className="field">
      <span>The operator’s public key, from elsewhere than this server (optional; give it before the file)</span>
      <textarea
        rows={4}
        className="mono"
        spellCheck={false}
        placeholder="base64, hex, PEM, or the text of masker-keys.json"
        value={text}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </label>
  );
}
