/** The mark of the product: a shield with a bar across it. */
import type { ReactNode } from 'react';

export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 1.5 3 5v6.2c0 5.3 3.7 9.6 9 11.3 5.3-1.7 9-6 9-11.3V5l-9-3.5Zm5 11.7H7v-2.6h10v2.6Z" />
    </svg>
  );
}
