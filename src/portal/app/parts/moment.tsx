/** A moment, with its day and time zone for those who point at it. */
import type { ReactNode } from 'react';
import { moment, wholeMoment } from './format.ts';

interface MomentProps {
  readonly iso: string;
  readonly className?: string;
}

export function Moment({ iso, className }: MomentProps): ReactNode {
  return (
    <time className={className} dateTime={iso} title={wholeMoment(iso)}>
      {moment(iso)}
    </time>
  );
}
