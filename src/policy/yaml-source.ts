/**
 * Reads policy text into YAML nodes with positions. The text may come from any caller of the API: everything that makes
 * YAML parsers slow, ambiguous or clever is refused here.
 */
import { isAlias, isNode, Lexer, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, ParsedNode } from 'yaml';
import { ProblemList } from './problem.ts';

/** Largest policy text in UTF-8 bytes. */
export const MAX_POLICY_BYTES = 256 * 1024;
/** A policy with as many terms, patterns and cues as it may have has 14,000; so many are parsed in some 30 ms. */
export const MAX_LEXEMES = 20_480;
/** Each alias costs a walk through the document. */
const MAX_ALIASES = 100;
/** The characters of YAML 1.2.2, production c-printable; a lone surrogate is none of them. */
const UNPRINTABLE = /[^\t\n\r\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export interface YamlSource {
  /** What is wrong with the text so far; the reader of the nodes adds to it. */
  readonly problems: ProblemList;
  /** The root, or null where the text is not one plain YAML document: `problems` says why. */
  readonly root: ParsedNode | null;
  /** The node that an alias stands for, or the node itself. Null for an alias without an anchor. */
  resolve(node: ParsedNode): ParsedNode | null;
  /** Returns the line of an offset in the text, both counted as in problems: lines from 1, UTF-16 code units from 0. */
  lineOf(offset: number): number;
}

/** Reads one YAML 1.2 document. Never throws. Duplicate keys are left to the reader of each mapping. */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const problems = new ProblemList(lines);
  const lineOf = (offset: number): number => Math.max(lines.linePos(offset).line, 1);
  const refuse = (offset: number, message: string): YamlSource => {
    problems.add('invalid_yaml', '', offset, message);
    return { problems, root: null, resolve: () => null, lineOf };
  };

  if (Buffer.byteLength(text, 'utf8') > MAX_POLICY_BYTES) return refuse(0, 'a policy has at most 256 kB');
  addLines(lines, text);
  const unprintable = text.search(UNPRINTABLE);
  if (unprintable >= 0) return refuse(unprintable, 'control characters and lone surrogates are not YAML');
  if (hasTooManyLexemes(text)) return refuse(0, 'too complex for a policy');

  const document = parse(text);
  if (document === null) return refuse(0, 'nested too deep');
  for (const error of document.errors) problems.add('invalid_yaml', '', error.pos[0], syntaxMessage(error.code));
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    problems.add('invalid_yaml', '', 0, 'must be YAML 1.2');
  }
  refuseTagsAndManyAliases(document, problems);
  if (problems.inOrder().length > 0) return { problems, root: null, resolve: () => null, lineOf };

  const root = document.contents;
  if (root === null) return refuse(0, 'the document is empty');
  return { problems, root, resolve: (node) => resolveAlias(document, node), lineOf };
}

type PolicyDocument = Document.Parsed;

/** Null where the parser ran out of stack. */
function parse(text: string): PolicyDocument | null {
  try {
    // uniqueKeys compares each key with each other, 65,000 of them for seconds; the reader of a mapping checks them.
    const options = { prettyErrors: false, uniqueKeys: false, resolveKnownTags: false, schema: 'core' } as const;
    return parseDocument(text, options);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function refuseTagsAndManyAliases(document: PolicyDocument, problems: ProblemList): void {
  let aliases = 0;
  visit(document, {
    Node: (_key, node) => {
      if (!isAlias(node)) return;
      aliases++;
      if (aliases !== MAX_ALIASES + 1) return;
      problems.add('invalid_yaml', '', node.range?.[0] ?? 0, `at most ${MAX_ALIASES} aliases`);
    },
  });
  // A tag that is not in YAML's core schema is only a warning to the parser.
  for (const warning of document.warnings)
    problems.add('invalid_yaml', '', warning.pos[0], syntaxMessage(warning.code));
}

function resolveAlias(document: PolicyDocument, node: ParsedNode): ParsedNode | null {
  if (!isAlias(node)) return node;
  const target = node.resolve(document);
  // What an alias of a parsed document stands for was parsed from the same text.
  return isNode(target) && !isAlias(target) ? (target as ParsedNode) : null;
}

function hasTooManyLexemes(text: string): boolean {
  const lexemes = new Lexer().lex(text);
  for (let count = 0; count <= MAX_LEXEMES; count++) if (lexemes.next().done === true) return false;
  return true;
}

function addLines(lines: LineCounter, text: string): void {
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
}

/** The parser's own messages quote the text, which may be anything; its codes do not. */
function syntaxMessage(code: string): string {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'a policy is one document';
    case 'TAG_RESOLVE_FAILED':
    case 'MULTIPLE_TAGS':
      return 'custom tags are not allowed';
    case 'BAD_INDENT':
      return 'wrong indentation';
    case 'TAB_AS_INDENT':
      return 'tabs do not indent in YAML';
    case 'RESOURCE_EXHAUSTION':
      return 'nested too deep';
    default:
      return `not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`;
  }
}
