import type { ReactNode } from 'react';
export function Page(): ReactNode {
  return null;
}
