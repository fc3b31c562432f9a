/** Downloads the labelled texts of accepted corrections, for a purpose. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { download } from '../../api/download.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { PurposeForm } from '../../parts/purpose-form.tsx';

export function ExportSet(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => {
    setOpen(false);
  };
  const read = useMutation({
    mutationFn: (purpose: string) =>
      download('/api/v1/exports/corrections', { purpose, fileName: 'corrections.jsonl' }),
    onSuccess: close,
    gcTime: 0,
  });
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          read.reset();
          setOpen(true);
        }}
      >
        Export the accepted…
      </button>
      <Dialog title="Export accepted corrections" isOpen={isOpen} onClose={close}>
        <PurposeForm
          submitLabel="Export"
          isPending={read.isPending}
          error={read.error}
          onSubmit={(purpose) => {
            read.mutate(purpose);
          }}
          onCancel={close}
        >
          <p>
            The file holds the kept texts, with protected health information, and what should be found in them. Texts
            that are not kept are left out. The export and each read are put on record.
          </p>
          <p className="soft">
            <code>npm run eval -- --data corrections.jsonl</code> measures detection on it.
          </p>
        </PurposeForm>
      </Dialog>
    </>
  );
}
