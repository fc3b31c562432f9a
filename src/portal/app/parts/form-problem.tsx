/** Why what was sent was refused: below the form, and announced. */
import type { ReactNode } from 'react';
import { asFailure } from '../api/failure.ts';

export function FormProblem({ error }: { readonly error: Error | null }): ReactNode {
  if (error === null) return null;
  const { message, details } = asFailure(error);
  return (
    <div className="field-problem" role="alert">
      <p>{message}</p>
      {details.map((detail) => (
        <p key={`${detail.path} ${detail.code}`}>
          <code>{detail.path}</code>: {detail.message}
        </p>
      ))}
    </div>
  );
}
