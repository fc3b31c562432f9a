/** The address of the view that is shown. All filters, pages and open rows of a view are in it. */
import { useMemo, useSyncExternalStore } from 'react';

export interface Address {
  /** Such as /portal/sessions. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly search: string;
}

const listeners = new Set<() => void>();
let shown = '';

function current(): string {
  return `${location.pathname}${location.search}`;
}

function announce(): void {
  const next = current();
  if (next === shown) return;
  shown = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

shown = current();
window.addEventListener('popstate', announce);

/** Goes to an address of the portal. With `replace`, the browser's Back skips the one that is left. */
export function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  announce();
}

/** Returns the address, and renders again when it changes. */
export function useAddress(): Address {
  const text = useSyncExternalStore(subscribe, () => shown);
  return useMemo(() => {
    const [path = '', ...rest] = text.split('?');
    return { path: path.replace(/(?<=.)\/$/, ''), search: rest.length === 0 ? '' : `?${rest.join('?')}` };
  }, [text]);
}

/** Settings in the query of the address. An empty one is left out. */
export type Parameters = Readonly<Record<string, string>>;

/** Returns the parameters of the address, and a function that changes some of them. */
export function useParameters(): [Parameters, (changes: Parameters, options?: { replace?: boolean }) => void] {
  const { path, search } = useAddress();
  const parameters = useMemo(() => Object.fromEntries(new URLSearchParams(search)), [search]);
  const change = (changes: Parameters, options: { replace?: boolean } = {}): void => {
    navigate(addressOf(path, { ...parameters, ...changes }), options);
  };
  return [parameters, change];
}

/** Writes an address. Parameters that are empty are left out. */
export function addressOf(path: string, parameters: Parameters = {}): string {
  const kept = Object.entries(parameters).filter(([, value]) => value !== '');
  const search = new URLSearchParams(kept).toString();
  return search === '' ? path : `${path}?${search}`;
}
