/** How a turn was answered: what the model wrote on one side of the wall, what the caller got on the other. */
import type { ReactNode } from 'react';
import { duration } from '../../parts/format.ts';
import { MarkedText } from '../../parts/marked/marked-text.tsx';
import { answerTexts, cutAtRestored } from './answer-text.ts';
import type { AnswerText } from './answer-text.ts';
import { isRefused } from './crossing.ts';
import type { Payloads } from './payload-read.ts';
import { cutAtTokens } from './payload-text.ts';
import type { Turn } from './session-view.ts';

const OUTCOMES: Readonly<Record<Turn['status'], { readonly tone: string; readonly text: string }>> = {
  forwarded: { tone: 'unknown', text: 'The answer has not ended' },
  ok: { tone: 'good', text: 'The answer came back whole' },
  partial: { tone: 'warn', text: 'The answer broke off, or a token could not be restored' },
  error: { tone: 'bad', text: 'There was no answer' },
};

interface AnswerProps {
  readonly turn: Turn;
  /** Null while the text is hidden. */
  readonly payloads: Payloads | null;
}

export function Answer({ turn, payloads }: AnswerProps): ReactNode {
  if (isRefused(turn)) return null;
  const { tone, text } = OUTCOMES[turn.status];
  const { upstream } = turn.stageDurations;
  return (
    <>
      {payloads === null ? null : <AnswerTexts payloads={payloads} />}
      <div className="crossing crossing-back">
        <p className={`crossing-said state-${tone}`}>
          <span className="crossing-place">Answer</span> {text}
          {upstream === null ? '' : `, ${duration(upstream)} after it was asked`}
        </p>
        <Back />
        <p className="crossing-seen soft">
          <span className="crossing-place">Model</span> {turn.model}
          {turn.streamed ? ', streamed' : ''}
        </p>
      </div>
    </>
  );
}

function AnswerTexts({ payloads }: { readonly payloads: Payloads }): ReactNode {
  const texts = answerTexts(payloads);
  if (texts.length === 0)
    return (
      <div className="crossing">
        <p className="crossing-none soft">No text of the answer is kept.</p>
      </div>
    );
  return texts.map((text) => <OneAnswer key={text.key} text={text} />);
}

function OneAnswer({ text: { tool, written, got } }: { readonly text: AnswerText }): ReactNode {
  return (
    <div className="crossing crossing-back">
      <div className="crossing-said">
        <span className="crossing-place">
          {tool === null ? 'Spoken to the caller' : `Arguments for the tool ${tool}`}
        </span>
        {got === null ? (
          <p className="soft">Nothing of it reached the caller.</p>
        ) : (
          <MarkedText pieces={written === null ? [{ text: got, kind: null }] : cutAtRestored(written, got)} />
        )}
      </div>
      <Back />
      <div className="crossing-seen">
        <span className="crossing-place">The model wrote</span>
        {written === null ? (
          <p className="soft">This is not in what is kept.</p>
        ) : (
          <MarkedText pieces={cutAtTokens(written)} />
        )}
      </div>
    </div>
  );
}

function Back(): ReactNode {
  return (
    <span className="crossing-arrow" aria-hidden="true">
      ←
    </span>
  );
}
