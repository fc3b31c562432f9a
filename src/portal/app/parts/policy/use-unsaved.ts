/**
 * The text of a policy that is being written. What is not saved outlives the way to another page of the portal, and the
 * browser asks before it is closed. It is kept in the memory of the page, which signing out empties.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

export interface Unsaved {
  /** What the editor begins with. */
  readonly begun: string;
  readonly text: string;
  readonly change: (text: string) => void;
  /** Keeps nothing any more. */
  readonly forget: () => void;
}

/** `place` names the text: a policy, or a new one. `saved` is the text as the server has it. */
export function useUnsaved(place: string, saved: string): Unsaved {
  const client = useQueryClient();
  const key = ['unsaved-policy', place];
  const [begun] = useState(() => client.getQueryData<string>(key) ?? saved);
  const [text, setText] = useState(begun);
  const isSaved = text === saved;
  useEffect(() => {
    if (isSaved) return undefined;
    const ask = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('beforeunload', ask);
    };
  }, [isSaved]);
  return {
    begun,
    text,
    change: (next) => {
      setText(next);
      client.setQueryDefaults(key, { gcTime: Infinity });
      client.setQueryData(key, next);
    },
    forget: () => {
      client.removeQueries({ queryKey: key });
    },
  };
}
