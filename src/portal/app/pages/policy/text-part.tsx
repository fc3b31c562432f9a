/** What is in force: facts, the text as it was written, and the complete text. */
import type { ReactNode } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { counted } from '../../parts/format.ts';
import { addressOf } from '../../routing/address.ts';
import { Link } from '../../routing/link.tsx';
import type { PolicyView } from './policy-view.ts';
import { Moment } from '../../parts/moment.tsx';

export function TextPart({ policy }: { readonly policy: PolicyView }): ReactNode {
  const { name, origin, publishedVersion, draftVersion, yaml, resolvedYaml, digest, agentCount, updatedAt } = policy;
  return (
    <>
      <section className="sheet policy-facts" aria-label="Summary">
        <Facts>
          <Fact name="In force" note={draftVersion === null ? 'no draft' : `version ${draftVersion} is a draft`}>
            {publishedVersion === null ? 'Never published' : `Version ${publishedVersion}`}
          </Fact>
          <Fact name="Named by">{counted(agentCount, 'agent')}</Fact>
          <Fact name="Whose" note={origin === 'instance' ? 'from its policy file; it is changed there' : undefined}>
            {origin === 'instance' ? 'This server’s' : 'The account’s'}
          </Fact>
          <Fact name="Last changed">{updatedAt === null ? 'By the operator' : <Moment iso={updatedAt} />}</Fact>
        </Facts>
        <p className="soft policy-digest">
          Sessions that run under it seal the digest <code className="wrap">{digest}</code>
        </p>
      </section>
      {draftVersion === null ? null : (
        <p className="note">
          Version {draftVersion} waits to be published.{' '}
          <Link to={addressOf('/portal/policies/detail', { name, part: 'edit', look: 'difference' })}>
            See what it would change
          </Link>
        </p>
      )}
      <Source title="As it was written" text={yaml} />
      {yaml === resolvedYaml ? null : (
        <details className="policy-resolved">
          <summary>The complete text, with the policy that it extends</summary>
          <Source title="Complete" text={resolvedYaml} />
        </details>
      )}
    </>
  );
}

/** A text of a policy that is only read. */
export function Source({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <section className="policy-source" aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        <CopyButton text={text} what={`the text: ${title}`} />
      </div>
      <pre className="sheet" tabIndex={0} aria-label={`Text: ${title}`}>
        {text}
      </pre>
    </section>
  );
}
