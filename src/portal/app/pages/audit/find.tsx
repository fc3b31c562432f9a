/**
 * Sessions by what an auditor holds. What is searched for is in the address, but for the ID of a call: it may be a telephone
 * number, and addresses are written down on the way.
 */
import { useState } from 'react';
import type { SyntheticEvent, ReactNode } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { LabelledInput, LabelledSelect } from '../../parts/form-fields.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { useParameters } from '../../routing/address.ts';
import { EVIDENCE, evidenceOf } from './evidence.ts';
import { FoundSessions } from './found-sessions.tsx';
import { auditFindOperation } from './queries.generated.ts';

const PAGE_SIZE = 50;

export function Find(): ReactNode {
  const [{ by: named = '', value: addressed = '' }, change] = useParameters();
  const { value: by } = evidenceOf(named);
  const [call, setCall] = useState('');
  const sought = by === 'call' ? call : addressed;
  return (
    <>
      <p className="audit-lead soft">
        Begin with what you hold: the session comes with its journal, its seal and the reports that were made of it.
      </p>
      <FindForm
        key={by}
        by={by}
        initial={sought}
        onBy={(next) => {
          change({ by: next, value: '' }, { replace: true });
        }}
        onFind={(value) => {
          if (by === 'call') setCall(value);
          else change({ value });
        }}
      />
      {sought === '' ? null : <Found by={by} value={sought} />}
    </>
  );
}

interface FindFormProps {
  readonly by: string;
  readonly initial: string;
  readonly onBy: (by: string) => void;
  readonly onFind: (value: string) => void;
}

function FindForm({ by, initial, onBy, onFind }: FindFormProps): ReactNode {
  const { field, placeholder, form } = evidenceOf(by);
  const [text, setText] = useState(initial);
  const [isOdd, setOdd] = useState(false);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const isFine = form.test(text.trim());
    setOdd(!isFine);
    if (isFine) onFind(text.trim());
  };
  return (
    <form className="find-form" role="search" aria-label="Find a session" onSubmit={submit}>
      <LabelledSelect label="What you hold" value={by} offers={EVIDENCE} onChange={onBy} />
      <LabelledInput
        label={field}
        fieldClass="find-value"
        required
        className="mono"
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        aria-invalid={isOdd}
        value={text}
        onChange={setText}
      />
      <button type="submit" className="button button-main">
        Find
      </button>
      <p className="field-problem find-problem" role="alert">
        {isOdd ? `This is none: it looks like ${placeholder}.` : ''}
      </p>
    </form>
  );
}

function Found({ by, value }: { readonly by: string; readonly value: string }): ReactNode {
  const query = useInfiniteQuery({
    queryKey: [auditFindOperation.name, by, value],
    queryFn: ({ signal, pageParam }) =>
      ask(auditFindOperation, { first: PAGE_SIZE, after: pageParam, [evidenceOf(by).name]: value }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ auditFind: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
  });
  const sessions = query.data?.pages.flatMap(({ auditFind }) => auditFind.edges.map(({ node }) => node)) ?? [];
  return (
    <Answered query={query} what="what was found">
      {() =>
        sessions.length === 0 ? (
          <Empty title="Nothing of this account fits">
            <p className="soft">Check what you typed. A session of another account is never found here.</p>
          </Empty>
        ) : (
          <>
            <FoundSessions sessions={sessions} />
            <MoreButton list={query} label="Show older sessions" />
          </>
        )
      }
    </Answered>
  );
}
