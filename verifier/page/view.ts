/** Builds what the page shows of a verification. Texts of the file are set as text, never as HTML. */
import { asText, findingLines, TITLES, type Fork } from '../src/printout.ts';
import { checkpointName } from '../src/log-consistency.ts';
import { shown } from '../src/shown.ts';
import type { Check, Verification } from '../src/verify.ts';
import { OUTCOMES, STATEMENTS, VERDICTS } from './words.ts';

/** A file, and what was found. */
export interface Result {
  readonly name: string;
  readonly verification: Verification;
}

/** The part of `document` that is used. */
export type Maker = Pick<Document, 'createElement'>;

/** One card for a file: the verdict, each check, and the text that the command line prints. */
export function resultCard(maker: Maker, { name, verification }: Result): HTMLElement {
  const { headline, meaning, tone } = OUTCOMES[verification.outcome];
  const checks = verification.outcome === 'unreadable' ? [] : verification.checks;
  const isOpen = verification.outcome !== 'unreadable' && verification.open.length > 0;
  const parts = [
    element(maker, 'header', `verdict ${tone}`, [
      element(maker, 'p', 'file', shown(name)),
      element(maker, 'h2', '', headline),
      element(maker, 'p', '', meaning),
      ...(checks.length > 0 ? [element(maker, 'p', 'file', tally(checks))] : []),
      ...(isOpen
        ? [element(maker, 'p', 'aside', 'The call had not ended when the file was made: later entries are not here.')]
        : []),
    ]),
  ];
  if (verification.outcome === 'unreadable') {
    const { message, code, path, offset } = verification.problem;
    const place = [path === '' ? '' : ` at ${shown(path)}`, offset === null ? '' : `, character ${offset}`].join('');
    parts.push(element(maker, 'p', 'problem', `${message}${place} (${code})`));
  } else {
    parts.push(
      element(
        maker,
        'ul',
        'checks',
        verification.checks.map((check) => checkRow(maker, check)),
      ),
    );
    parts.push(...uncovered(maker, verification.not_covered));
    if (verification.not_compared.length > 0)
      parts.push(
        element(
          maker,
          'p',
          'problem reason',
          `Stated by the operator, compared with nothing: ${verification.not_compared.join(', ')}`,
        ),
      );
  }
  parts.push(
    element(maker, 'details', 'printed', [
      element(maker, 'summary', '', 'As the command line prints it'),
      element(maker, 'pre', '', asText(name, verification)),
    ]),
  );
  const card = element(maker, 'article', 'card result', parts);
  card.setAttribute('data-outcome', verification.outcome);
  return card;
}

/** A card for two checkpoints of one log that cannot both be true. */
export function forkCard(maker: Maker, [first, second]: Fork): HTMLElement {
  return element(maker, 'article', 'card result', [
    element(maker, 'header', 'verdict bad', [
      element(maker, 'p', 'file', shown(first.origin)),
      element(maker, 'h2', '', 'Two stories of one log'),
      element(
        maker,
        'p',
        '',
        'One key signed two different states of one log. If it is the operator’s key, at most one of these files tells the truth.',
      ),
    ]),
    element(maker, 'pre', 'problem', [first, second].map(checkpointName).join('\n')),
  ]);
}

function checkRow(maker: Maker, check: Check): HTMLElement {
  const { sign, style } = VERDICTS[check.verdict];
  const badge = element(maker, 'span', `badge ${style}`, sign);
  badge.setAttribute('aria-hidden', 'true');
  const found = check.findings.map((finding) =>
    element(
      maker,
      'pre',
      'finding',
      findingLines(finding)
        .map((line) => line.trim())
        .join('\n'),
    ),
  );
  const more = check.omitted > 0 ? [element(maker, 'p', 'reason', `and ${check.omitted} more`)] : [];
  return element(maker, 'li', style, [
    badge,
    element(maker, 'div', '', [
      element(maker, 'p', 'statement', STATEMENTS[check.id]),
      element(maker, 'p', 'reason', `${TITLES[check.id]}: ${check.reason}`),
    ]),
    element(maker, 'span', `word ${style}`, check.verdict),
    ...[...found, ...more].map((part) => element(maker, 'div', 'wide', [part])),
  ]);
}

/** `14 hold, 1 does not, 4 were not checked`. */
function tally(checks: readonly Check[]): string {
  const count = (verdict: Check['verdict']): number => checks.filter((check) => check.verdict === verdict).length;
  const [hold, fail, open] = [count('holds'), count('does not hold'), count('not checked')];
  const parts = [
    `${hold} of ${checks.length} checks hold`,
    fail > 0 ? `${fail} ${fail === 1 ? 'does' : 'do'} not` : '',
    open > 0 ? `${open} ${open === 1 ? 'was' : 'were'} not made` : '',
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}

function uncovered(maker: Maker, paths: readonly string[]): readonly HTMLElement[] {
  if (paths.length === 0) return [];
  return [
    element(maker, 'p', 'problem', 'No signature covers these parts of the file. Anyone may have added them:'),
    element(maker, 'pre', 'problem', paths.join('\n')),
  ];
}

/** An element with a class and either a text or children. */
export function element(
  maker: Maker,
  tag: string,
  className: string,
  content: string | readonly HTMLElement[] = '',
): HTMLElement {
  const made = maker.createElement(tag);
  if (className !== '') made.className = className;
  if (typeof content === 'string') made.textContent = content;
  else made.append(...content);
  return made;
}
