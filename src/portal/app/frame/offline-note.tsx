/** Says that the browser is offline, and so what is shown may be old. */
import { useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

export function OfflineNote(): ReactNode {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {isOnline ? null : (
        <p className="note note-warn">This browser is offline. What you see is as it was; it is not being updated.</p>
      )}
    </div>
  );
}
