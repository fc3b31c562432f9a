/** HTML pages that load nothing from elsewhere: their style and script stand in them and are named by hash in the policy. */
import { createHash } from 'node:crypto';
import { STYLE } from './style.ts';

/** HTML that may be put into a page as it is. */
export class Markup {
  constructor(readonly text: string) {}
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Joins the parts of a template literal. Values are escaped unless they are markup; null and false are left out. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Markup | readonly Markup[] | string | number | null | false)[]
): Markup {
  const text = values.map((value) => {
    if (value === null || value === false) return '';
    if (value instanceof Markup) return value.text;
    return typeof value === 'object' ? value.map((each) => each.text).join('') : escapeHtml(String(value));
  });
  return new Markup(parts.map((part, index) => part + (text[index] ?? '')).join(''));
}

/** A page, and the Content-Security-Policy that it is served under. */
export interface Page {
  readonly body: string;
  readonly policy: string;
}

/** Makes a page of its own: no source but the one it comes from, no frame around it. `script` runs at its end. */
export function pageOf({ title, main, script }: { title: string; main: Markup; script?: string }): Page {
  const scripts = script === undefined ? '' : `<script>${script}</script>`;
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${main.text}
${scripts}
</body>
</html>
`;
  const allowed = [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, "connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { body, policy: allowed.join('; ') };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
