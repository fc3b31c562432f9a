/** The public keys that sign the account's log, from which of its sizes on, and what the server says of its other keys. */
import type { ReactNode } from 'react';
import { useView } from '../../api/use-view.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { counted } from '../../parts/format.ts';
import { rotationWords } from '../../parts/health.ts';
import { Answered, Empty } from '../../parts/states.tsx';
import { useHealth } from '../../parts/use-health.ts';
import { settingsKeysOperation } from './queries.generated.ts';
import type { SettingsKeysQuery } from './queries.generated.ts';

type Key = SettingsKeysQuery['logKeys']['keys'][number];

export function Keys(): ReactNode {
  const query = useView(settingsKeysOperation, {});
  return (
    <section aria-labelledby="keys-title">
      <div className="section-head">
        <div>
          <h2 id="keys-title">Keys that sign</h2>
          <p>
            Auditors check seals, reports and checkpoints with these public keys. They should get them from you in
            another way than with the report.
          </p>
        </div>
      </div>
      <Answered query={query} what="the keys">
        {({ logKeys }) => (
          <>
            {logKeys.keys.length === 0 ? (
              <Empty title="No checkpoint was signed yet">
                <p className="soft">A key appears here with the first leaf of the account log.</p>
              </Empty>
            ) : (
              [...logKeys.keys].reverse().map((key) => <KeyCard key={key.keyId} signing={key} />)
            )}
          </>
        )}
      </Answered>
      <SealingKeys />
    </section>
  );
}

/** What the server says of the keys that it does not show. */
function SealingKeys(): ReactNode {
  const { words, tone } = rotationWords(useHealth());
  return (
    <section className="settings-section" aria-labelledby="sealing-title">
      <div className="section-head">
        <div>
          <h2 id="sealing-title">Keys that seal tokens and values</h2>
          <p>
            They stay on the server and are not shown. <code>masker doctor</code>, run on the server, names them. Of
            keys in its data folder it also says how old they are and who can read them; of others, such as those that
            are read from a mounted file, it does not.
          </p>
        </div>
      </div>
      <p className={`state-${tone}`}>{words}</p>
    </section>
  );
}

function KeyCard({ signing }: { readonly signing: Key }): ReactNode {
  const { keyId, publicKey, verifierKey, fromSize, untilSize } = signing;
  const isCurrent = untilSize === null;
  return (
    <article className="sheet key-card" aria-label={`Key ${keyId}`}>
      <h3>
        <code>{keyId}</code>
        <span className="tag">{isCurrent ? 'Signs now' : 'Retired'}</span>
      </h3>
      <dl>
        <dt>Signs checkpoints</dt>
        <dd>
          {fromSize === 0 ? 'Since the log began' : `From ${counted(fromSize, 'leaf', 'leaves')} on`}
          {untilSize === null ? '' : `, up to ${counted(untilSize - 1, 'leaf', 'leaves')}`}
        </dd>
        <dt>Public key</dt>
        <dd>
          <code>{publicKey}</code>
        </dd>
        <dt>For signed-note tools</dt>
        <dd>
          <code>{verifierKey}</code>
        </dd>
      </dl>
      <div className="page-actions">
        <CopyButton text={publicKey} what={`the public key ${keyId}`} />
      </div>
    </article>
  );
}
