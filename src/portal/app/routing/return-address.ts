/**
 * Where a person was when the sign-in expired. Kept in the browser for a while, because a sign-in link may open another tab,
 * and given to the server's sign-in with GitHub, which leads back there.
 */
import { HOME_PATH, LOGIN_PATH } from './paths.ts';

const KEY = 'masker.return';
const KEPT_MS = 15 * 60_000;

/** Remembers the address that is shown, unless it is the sign-in itself. */
export function rememberAddress(address: string): void {
  if (!isReturnable(address)) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ address, at: Date.now() }));
  } catch {
    // Storage is switched off: the sign-in ends on the first view.
  }
}

/** Returns where to go after a sign-in, and forgets it. */
export function takeReturnAddress(): string {
  try {
    const text = localStorage.getItem(KEY);
    localStorage.removeItem(KEY);
    const { address, at } = JSON.parse(text ?? '{}') as { address?: unknown; at?: unknown };
    const isRecent = typeof at === 'number' && Date.now() - at < KEPT_MS;
    return typeof address === 'string' && isRecent && isReturnable(address) ? address : HOME_PATH;
  } catch {
    return HOME_PATH;
  }
}

/** Returns true for an address of a view that asks for a sign-in. */
export function isReturnable(address: string): boolean {
  return /^\/portal\/[a-z]/.test(address) && !address.startsWith(LOGIN_PATH);
}
