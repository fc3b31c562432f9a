/**
 * The text of a policy that is being written. What is not saved outlives the way to another page of the portal, and the
 * browser asks before it is closed. It is kept in the memory of the page, which signing out empties.
 */
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

export interface Unsaved {
  /** What the editor begins with. */
  readonly begun: string;
  readonly text: string;
  readonly change: (text: string) => void;
  /** Keeps a text no more, because it is saved. What was typed since stays. */
  readonly forget: (saved: string) => void;
}

/** `place` names the text: a policy, or a new one. `saved` is the text as the server has it. */
export function useUnsaved(place: string, saved: string): Unsaved {
  const client = useQueryClient();
  const key = [UNSAVED, place];
  const [begun] = useState(() => client.getQueryData<string>(key) ?? saved);
  const [text, setText] = useState(begun);
  const forget = (done: string): void => {
    const kept = client.getQueryData<string>(key);
    if (kept === done) client.removeQueries({ queryKey: key });
  };
  useEffect(() => {
    guard(client);
  }, [client]);
  return {
    begun,
    text,
    change: (next) => {
      setText(next);
      client.setQueryDefaults(key, { gcTime: Infinity });
      if (next === saved) client.removeQueries({ queryKey: key });
      else client.setQueryData(key, next);
    },
    forget,
  };
}

const UNSAVED = 'unsaved-policy';
const guarded = new WeakSet<QueryClient>();

/** Has the browser ask before it closes the page while a text is not saved, whatever page of the portal is shown. */
function guard(client: QueryClient): void {
  if (guarded.has(client)) return;
  guarded.add(client);
  window.addEventListener('beforeunload', (event) => {
    if (client.getQueryCache().findAll({ queryKey: [UNSAVED] }).length > 0) event.preventDefault();
  });
}
