/** How to connect an agent: its addresses with copy buttons, and a snippet for each platform. */
import type { ReactNode } from 'react';
import { useParameters } from '../../routing/address.ts';
import { CopyButton } from '../copy-button.tsx';
import { snippetsFor } from './snippets.ts';
import type { Connection } from './snippets.ts';
import './connect.css';

export function Addresses({ connection }: { readonly connection: Connection }): ReactNode {
  const { baseUrl, proxyUrl, webhookUrl } = connection;
  return (
    <dl className="addresses">
      <AddressRow name="Base URL" note="for OpenAI clients and voice platforms" text={baseUrl} />
      <AddressRow name="Proxy URL" note="its chat completions" text={proxyUrl} />
      <AddressRow name="Webhook URL" note="for Vapi’s server messages" text={webhookUrl} />
    </dl>
  );
}

function AddressRow({
  name,
  note,
  text,
}: {
  readonly name: string;
  readonly note: string;
  readonly text: string;
}): ReactNode {
  return (
    <div>
      <dt>
        {name} <span className="soft">{note}</span>
      </dt>
      <dd>
        <code>{text}</code>
        <CopyButton text={text} what={name} />
      </dd>
    </div>
  );
}

export function Snippets({ connection }: { readonly connection: Connection }): ReactNode {
  const snippets = snippetsFor(connection);
  const [{ platform = '' }, change] = useParameters();
  const shown = snippets.find(({ id }) => id === platform) ?? snippets[0];
  return (
    <div className="snippets">
      <fieldset className="platforms">
        <legend className="unseen">Platform</legend>
        {snippets.map(({ id, name }, at) => (
          <label key={id} className="platform">
            <input
              type="radio"
              name="platform"
              className="unseen"
              checked={id === shown?.id}
              onChange={() => {
                // The first one is shown where the address names none.
                change({ platform: at === 0 ? '' : id }, { replace: true });
              }}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      {shown === undefined ? null : (
        <div className="snippet">
          <ol>
            {shown.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <div className="snippet-text">
            <pre tabIndex={0} aria-label={`Snippet for ${shown.name}`}>
              {shown.text}
            </pre>
            <CopyButton text={shown.text} what={`snippet for ${shown.name}`} />
          </div>
        </div>
      )}
    </div>
  );
}
