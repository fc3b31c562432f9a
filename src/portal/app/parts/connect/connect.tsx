/** How to connect an agent: its addresses with copy buttons, and a snippet for each platform. */
import { useState } from 'react';
import type { ReactNode } from 'react';
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
  const [chosen, setChosen] = useState(0);
  const shown = snippets[chosen];
  return (
    <div className="snippets">
      <fieldset className="platforms">
        <legend className="unseen">Platform</legend>
        {snippets.map(({ name }, at) => (
          <label key={name} className="platform">
            <input
              type="radio"
              name="platform"
              className="unseen"
              checked={at === chosen}
              onChange={() => {
                setChosen(at);
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
