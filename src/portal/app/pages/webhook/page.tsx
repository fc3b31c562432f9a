/** One webhook: how its receiver is, each attempt, and what can be done about it. */
import type { ReactNode } from 'react';
import { CALM_MS } from '../../api/live.ts';
import { usePages } from '../../api/use-view.ts';
import { Permitted } from '../../frame/permitted.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { StateWords } from '../../parts/webhook/webhook-state.tsx';
import { hostOf, typesWords, webhookWords } from '../../parts/webhook/webhook-words.ts';
import { useParameters } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import { Attempts } from './attempts.tsx';
import { webhookDetailOperation } from './queries.generated.ts';
import { Replay } from './replay.tsx';
import { NewSecret } from './new-secret.tsx';
import type { Attempt, WebhookView } from './webhook-view.ts';
import { WebhookActs } from './webhook-acts.tsx';
import { Moment } from '../../parts/moment.tsx';
import './webhook.css';

const PAGE_SIZE = 50;

export function Page(): ReactNode {
  const [{ id = '' }] = useParameters();
  return (
    <Permitted permission="agents:write" what="a webhook">
      <Webhook key={id} id={id} />
    </Permitted>
  );
}

function Webhook({ id }: { readonly id: string }): ReactNode {
  const query = usePages(
    webhookDetailOperation,
    { id, first: PAGE_SIZE },
    {
      pageInfoOf: ({ webhook }) => webhook?.attempts.pageInfo ?? { hasNextPage: false, endCursor: null },
      intervalAtTop: CALM_MS,
    },
  );
  const webhook = query.data?.pages[0]?.webhook ?? null;
  const attempts =
    query.data?.pages.flatMap((page) => page.webhook?.attempts.edges.map(({ node }) => node) ?? []) ?? [];
  return (
    <>
      <PageHead
        title={webhook === null ? 'Webhook' : hostOf(webhook.url)}
        above={{ to: '/portal/webhooks', title: 'Webhooks' }}
        lead={<code className="wrap">{webhook?.url ?? id}</code>}
        actions={webhook === null ? undefined : <WebhookActs webhook={webhook} />}
      />
      <Answered query={query} what="the webhook">
        {() =>
          webhook === null ? (
            <Empty title="There is no such webhook">
              <p className="soft">It may have been deleted, or belong to another account.</p>
              <Link to="/portal/webhooks">All webhooks</Link>
            </Empty>
          ) : (
            <Detail
              webhook={webhook}
              attempts={attempts}
              onMore={query.hasNextPage ? () => void query.fetchNextPage() : null}
              isLoadingMore={query.isFetchingNextPage}
            />
          )
        }
      </Answered>
    </>
  );
}

interface DetailProps {
  readonly webhook: WebhookView;
  readonly attempts: readonly Attempt[];
  readonly onMore: (() => void) | null;
  readonly isLoadingMore: boolean;
}

function Detail({ webhook, attempts, onMore, isLoadingMore }: DetailProps): ReactNode {
  const state = webhookWords(webhook);
  return (
    <>
      <section className="sheet webhook-facts" aria-label="Summary">
        <Facts>
          <Fact name="State" note={state.meaning}>
            <StateWords {...state} />
          </Fact>
          <Fact name="Events">{typesWords(webhook.eventTypes)}</Fact>
          <Fact name="Made">
            <Moment iso={webhook.createdAt} />
          </Fact>
          <Fact name="Last changed">
            <Moment iso={webhook.updatedAt} />
          </Fact>
        </Facts>
      </section>
      <section aria-labelledby="attempts-title" className="webhook-section">
        <h2 id="attempts-title">Attempts of the last 30 days</h2>
        <Attempts attempts={attempts} />
        {onMore === null ? null : (
          <button type="button" className="button webhook-more" disabled={isLoadingMore} onClick={onMore}>
            {isLoadingMore ? 'Loading…' : 'Show older attempts'}
          </button>
        )}
      </section>
      <div className="webhook-columns">
        <Replay id={webhook.id} />
        <NewSecret id={webhook.id} />
      </div>
    </>
  );
}
