/** Files that are dropped on the page, checked by the verifier that auditors run. They do not leave the browser. */
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { DragEvent, ReactNode } from 'react';
import { FormProblem } from '../../parts/form-problem.tsx';
import { Loading } from '../../parts/states.tsx';
import type { CheckedFile } from './verify-files.ts';

// The verifier is loaded when it is used.
const Verification = lazy(async () => ({
  default: (await import('../../parts/verification/verification.tsx')).VerificationCard,
}));

export function CheckFile(): ReactNode {
  const [key, setKey] = useState('');
  const [isOver, setOver] = useState(false);
  const check = useMutation<readonly CheckedFile[], Error, readonly File[]>({
    mutationFn: async (files) => (await import('./verify-files.ts')).verifyFiles(files, key),
  });
  const choose = (files: FileList | null): void => {
    if (files !== null && files.length > 0) check.mutate([...files]);
  };
  const drag = (event: DragEvent): void => {
    event.preventDefault();
    setOver(event.type === 'dragover');
  };
  return (
    <>
      <p className="audit-lead soft">
        A bundle, a report as JSON, or the PDF with the bundle inside. The file is read by this browser and sent
        nowhere.
      </p>
      <div className="check-file">
        <label
          className="drop"
          data-over={isOver}
          onDragOver={drag}
          onDragLeave={drag}
          onDrop={(event) => {
            drag(event);
            choose(event.dataTransfer.files);
          }}
        >
          <span className="drop-title">Drop files here, or choose them</span>
          <input
            type="file"
            multiple
            accept=".json,.pdf,application/json,application/pdf"
            onChange={({ target }) => {
              choose(target.files);
              // The same file may be chosen again, with another key.
              target.value = '';
            }}
          />
        </label>
        <label className="field">
          <span>The operator’s public key, from elsewhere than this server (optional, give it first)</span>
          <textarea
            rows={4}
            className="mono"
            spellCheck={false}
            placeholder="base64, hex, PEM, or the text of masker-keys.json"
            value={key}
            onChange={({ target }) => {
              setKey(target.value);
              // The verdicts were under the key before.
              check.reset();
            }}
          />
        </label>
      </div>
      <p role="status" className="soft">
        {check.isPending ? 'Checking…' : ''}
      </p>
      <FormProblem error={check.error} />
      <Suspense fallback={<Loading what="the verifier" />}>
        {check.data?.map((checked) => (
          <Verification key={checked.name} name={checked.name} verification={checked.verification} />
        ))}
      </Suspense>
    </>
  );
}
