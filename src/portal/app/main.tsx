/** Starts the portal. */
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { asFailure } from './api/failure.ts';
import { App } from './frame/frame.tsx';
import { meOperation } from './frame/queries.generated.ts';
import { addressOf, navigate } from './routing/address.ts';
import { rememberAddress } from './routing/return-address.ts';
import { LOGIN_PATH } from './routing/paths.ts';
import './look/fonts.css';
import './look/tokens.css';
import './look/base.css';
import './parts/controls.css';
import './parts/table.css';
import './parts/session-state.css';

/** Leads to the sign-in where it has expired; from there back to where the person was. */
function onFailure(error: unknown): void {
  const here = `${location.pathname}${location.search}`;
  if (asFailure(error).code !== 'unauthenticated' || location.pathname === LOGIN_PATH) return;
  rememberAddress(here);
  navigate(addressOf(LOGIN_PATH, { return_to: here }), { replace: true });
  // The page of the sign-in would take the earlier answer for a new sign-in, and lead back at once.
  void client.resetQueries({ queryKey: [meOperation.name] });
}

/** Failures that another try may mend. */
const PASSING: ReadonlySet<string> = new Set(['internal_error', 'unavailable']);

const client = new QueryClient({
  queryCache: new QueryCache({ onError: onFailure }),
  mutationCache: new MutationCache({ onError: onFailure }),
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      retry: (tries, error) => tries < 2 && PASSING.has(asFailure(error).code),
      // The browser's own guess about the network may be wrong; a failed request says so for certain.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

const place = document.getElementById('app');
if (place === null) throw new Error('The page has no element for the portal.');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
