/** A session as the firewall saw it: what was said, what crossed, what came back, and the proof of it. */
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { accepted, useAct } from '../../api/use-act.ts';
import { useMay } from '../../frame/me.ts';
import { asFailure } from '../../api/failure.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { Proof, ReportLinks } from './proof.tsx';
import { endSessionOperation } from './queries.generated.ts';
import type { ChipChoice } from './skeleton.tsx';
import { Summary } from './summary.tsx';
import { keptWords } from './crossing.ts';
import { lineOf, turnsAt } from './replay.ts';
import { Timeline } from './timeline.tsx';
import { TurnCard } from './turn-card.tsx';
import { useReplay } from './use-replay.ts';
import { useSession } from './use-session.ts';
import type { ReadSession } from './use-session.ts';
import './session.css';

/** Nothing of one session, such as a verdict, may stay on the screen for another one: the key makes everything anew. */
export function Page(): ReactNode {
  const [{ id = '' }] = useParameters();
  return <SessionView key={id} id={id} />;
}

function SessionView({ id }: { readonly id: string }): ReactNode {
  const view = useSession(id);
  const { hasMore, isLoadingMore, loadMore } = view;
  return (
    <>
      <PageHead
        title="Session"
        above={{ to: '/portal/sessions', title: 'Sessions' }}
        lead={<code>{id}</code>}
        actions={view.data === undefined || view.data === null ? undefined : <Actions read={view.data} />}
      />
      <Answered query={view} what="the session">
        {(read) =>
          read === null ? (
            <Empty title="There is no such session">
              <p className="soft">It may belong to another account, or the address is incomplete.</p>
              <Link to="/portal/sessions">All sessions</Link>
            </Empty>
          ) : (
            <>
              <Summary session={read.session} />
              <Course read={read} isWhole={!hasMore} onLoad={isLoadingMore ? null : view.loadTurn} />
              {hasMore ? (
                <button type="button" className="button" disabled={isLoadingMore} onClick={loadMore}>
                  {isLoadingMore ? 'Loading…' : 'Show the turns that follow'}
                </button>
              ) : null}
              <Proof id={read.session.id} merkleRootHex={read.session.merkleRootHex} />
            </>
          )
        }
      </Answered>
    </>
  );
}

function Actions({ read }: { readonly read: ReadSession }): ReactNode {
  const { id, sealedAt } = read.session;
  const mayEnd = useMay('agents:write');
  const end = useAct(endSessionOperation, (answer) => accepted(answer.endSession));
  return (
    <>
      {sealedAt === null && mayEnd ? (
        <button
          type="button"
          className="button"
          disabled={end.isPending}
          onClick={() => {
            end.run({ id });
          }}
        >
          End and seal
        </button>
      ) : null}
      <ReportLinks id={id} />
      {end.error === null ? null : (
        <p className="field-problem" role="alert">
          {asFailure(end.error).message}
        </p>
      )}
    </>
  );
}

interface CourseProps extends Pick<TurnsProps, 'onLoad'> {
  readonly read: ReadSession;
  /** Whether every turn is here. */
  readonly isWhole: boolean;
}

/** The turns of a call. One that has ended has a timeline, on which it can be replayed. */
function Course({ read, isWhole, onLoad }: CourseProps): ReactNode {
  const { session, turns, redactions } = read;
  const line = lineOf(session.startedAt, turns);
  const replay = useReplay(line.lengthMs);
  const hasTimeline = session.sealedAt !== null && isWhole;
  const atMs = hasTimeline ? replay.atMs : null;
  return (
    <>
      {hasTimeline ? <Timeline line={line} turns={turns} replay={replay} /> : null}
      {session.sealedAt !== null && !isWhole ? (
        <p className="soft timeline-later">The timeline is shown when every turn of the call is loaded.</p>
      ) : null}
      <Turns
        read={{ session, redactions, turns: turnsAt(line, turns, atMs) }}
        isReplay={atMs !== null}
        onLoad={onLoad}
      />
    </>
  );
}

interface TurnsProps {
  readonly read: ReadSession;
  /** Whether turns come as they came in the call. */
  readonly isReplay: boolean;
  /** Loads the redactions of a turn; null while something loads. */
  readonly onLoad: ((turn: number) => void) | null;
}

function Turns({ read, isReplay, onLoad }: TurnsProps): ReactNode {
  const { session, turns, redactions } = read;
  const [{ turn: open = '', entry = '' }, change] = useParameters();
  const chips: ChipChoice = {
    chosen: entry === '' ? null : Number(entry),
    choose: (seq) => {
      change({ entry: seq === null ? '' : String(seq) }, { replace: true });
    },
  };
  // What is there when the page opens does not move; what comes later crosses the wall.
  const seenSeq = useRef(redactions.at(-1)?.seq ?? -1);
  return (
    <section aria-labelledby="turns-title" className="wall">
      <h2 id="turns-title" className="unseen">
        Turns
      </h2>
      <div className="wall-head" aria-hidden="true">
        <span>What the caller said, and heard</span>
        <span className="wall-name">Masker</span>
        <span>What the model saw, and answered</span>
      </div>
      {turns.length === 0 ? null : <p className="soft wall-note">{keptWords(turns, session.keptTurns)}</p>}
      {turns.map((turn) => (
        <TurnCard
          key={turn.id}
          sessionId={session.id}
          turn={turn}
          isKept={session.keptTurns.includes(turn.number)}
          redactions={redactions.filter((each) => each.turn === turn.number)}
          seenSeq={isReplay ? -1 : seenSeq.current}
          isOpen={open === String(turn.number)}
          chips={chips}
          onLoad={
            onLoad === null
              ? null
              : () => {
                  onLoad(turn.number);
                }
          }
          onToggle={() => {
            change({ turn: open === String(turn.number) ? '' : String(turn.number) }, { replace: true });
          }}
        />
      ))}
    </section>
  );
}
