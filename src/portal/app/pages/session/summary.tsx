/** The facts of a session in one strip. */
import type { ReactNode } from 'react';
import { count, duration } from '../../parts/format.ts';
import { Fact, Facts } from '../../parts/facts.tsx';
import { KindChips } from '../../parts/kind-chip.tsx';
import { kindCounts } from '../../parts/kinds.ts';
import { SessionState, sessionWords } from '../../parts/session-state.tsx';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { StageBar } from './stages.tsx';
import type { SessionPage } from './session-view.ts';
import { Moment } from '../../parts/moment.tsx';

export function Summary({ session }: { readonly session: SessionPage }): ReactNode {
  const { tokens } = session;
  return (
    <section className="summary sheet" aria-label="Summary">
      <Facts>
        <Fact name="State" note={sessionWords(session).meaning}>
          <SessionState status={session.status} sealedAt={session.sealedAt} />
        </Fact>
        <Fact name="Began" note={session.durationMs === null ? 'Running' : `Lasted ${duration(session.durationMs)}`}>
          <Moment iso={session.startedAt} />
        </Fact>
        <Fact name="Agent" note={session.upstreamModel}>
          {session.agent === null ? (
            <>{session.agentName} (deleted)</>
          ) : (
            <Link to={addressOf('/portal/agents/detail', { id: session.agent.id })}>{session.agentName}</Link>
          )}
        </Fact>
        <Fact name="Policy" note={`version ${session.policyVersion}`}>
          {session.policyName}
        </Fact>
        <Fact name="Tokens issued" note={tokenNote(tokens)}>
          {count(tokens.issued)}
        </Fact>
      </Facts>
      <div className="summary-found">
        <p>
          <strong className="summary-number">{count(session.redactionCount)}</strong>{' '}
          {session.redactionCount === 1 ? 'redaction' : 'redactions'}
        </p>
        <KindChips counts={kindCounts(session.redactionsByKind)} most={12} />
      </div>
      <StageBar stages={session.stageDurations} />
      {session.continues === null ? null : (
        <p className="soft">
          Continues <Link to={addressOf('/portal/sessions/detail', { id: session.continues })}>an earlier session</Link>
          , whose tokens it may restore.
        </p>
      )}
    </section>
  );
}

/** Says how the tokens came back. What is zero is left out, but for those that never came back. */
function tokenNote(tokens: SessionPage['tokens']): string {
  const parts = [
    [tokens.returnedExact, 'came back as issued'],
    [tokens.returnedRepaired, 'altered, restored'],
    [tokens.withheld, 'withheld by the policy'],
    [tokens.refused, 'refused'],
    [tokens.unknown, 'unknown'],
    [tokens.outsideTurn, 'of another turn'],
    [tokens.notReturned, 'did not come back'],
  ] as const;
  const said = parts.flatMap(([number, words]) => (number === 0 ? [] : [`${count(number)} ${words}`]));
  return said.length === 0 ? 'none came back or was awaited' : said.join(', ');
}
