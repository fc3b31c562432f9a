/** Completion scripts for bash, zsh and fish, made from the tree of commands: what is completed is what exists. */
import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command with the words that may follow it. */
interface Node {
  /** Words from the program on: `masker agents list`. */
  readonly words: readonly string[];
  readonly description: string;
  readonly commands: readonly Node[];
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  /** `--json`, and `-q` where it has a short form. */
  readonly flags: readonly string[];
  readonly takesValue: boolean;
  /** Whether the value is the name of a file. */
  readonly takesFile: boolean;
  readonly description: string;
}

/** Returns the completion script of a shell for the whole program. */
export function completionScript(program: Command, shell: Shell): string {
  const root = nodeOf(program, []);
  switch (shell) {
    case 'bash':
      return bashScript(root);
    case 'zsh':
      return zshScript(root);
    case 'fish':
      return fishScript(root);
  }
}

function nodeOf(command: Command, above: readonly string[]): Node {
  const words = [...above, command.name()];
  const shown = command.createHelp();
  return {
    words,
    description: command.description(),
    commands: shown
      .visibleCommands(command)
      .filter((each) => each.name() !== 'help')
      .map((each) => nodeOf(each, words)),
    options: shown.visibleOptions(command).map(optionOf),
  };
}

function optionOf({ long, short, required, optional, description, flags }: Option): CompletedOption {
  const named = [long, short].filter((flag) => flag !== undefined);
  return {
    flags: named,
    takesValue: required || optional,
    takesFile: /<(?:file|dir|folder|path)>/.test(flags),
    description,
  };
}

/** All commands, the program first. */
const flattened = (node: Node): Node[] => [node, ...node.commands.flatMap(flattened)];

const keyOf = ({ words }: Node): string => words.slice(1).join(' ');

/** A text between single quotes, for any of the shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The script walks the words before the cursor down the tree, skipping options and their values, and offers what may
 * follow. Needs nothing of the package bash-completion.
 */
function bashScript(root: Node): string {
  const name = root.words[0] ?? '';
  const nodes = flattened(root);
  const cases = (lines: (node: Node) => string): string => nodes.map((node) => `    ${lines(node)}`).join('\n');
  const withValue = new Set(
    nodes.flatMap(({ options }) => options.filter((each) => each.takesValue).flatMap((each) => each.flags)),
  );
  const withFile = new Set(
    nodes.flatMap(({ options }) => options.filter((each) => each.takesFile).flatMap((each) => each.flags)),
  );
  return `# Completion of ${name} for bash. Load it with: source <(${name} completion bash)
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at= word= index= next= words=
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in
      ${[...withValue].join('|')}) ((index++)); continue ;;
      -*) continue ;;
    esac
    next="\${at:+$at }$word"
    case "$next" in
      ${nodes
        .slice(1)
        .map((node) => quoted(keyOf(node)))
        .join('|')}) at="$next" ;;
    esac
  done
  case "$previous" in
    ${[...withFile].join('|')}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${[...withValue].filter((flag) => !withFile.has(flag)).join('|')}) return ;;
  esac
  case "$at" in
${cases((node) => `${quoted(keyOf(node))}) words=${quoted([...node.commands.map(({ words }) => words.at(-1) ?? ''), ...node.options.flatMap(({ flags }) => flags)].join(' '))} ;;`)}
  esac
  if [[ "$current" != -* ]]; then
    local -a all=($words)
    words=
    for word in "\${all[@]}"; do [[ "$word" == -* ]] || words+="$word "; done
    if [[ -z "$words" ]]; then compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _${name} ${name}
`;
}

function zshScript(root: Node): string {
  const name = root.words[0] ?? '';
  const described = (word: string, description: string): string =>
    quoted(`${word.replaceAll(':', '\\:')}:${description}`);
  const cases = flattened(root).map((node) => {
    const commands = node.commands.map(({ words, description }) => described(words.at(-1) ?? '', description));
    const options = node.options.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description)));
    return `    ${quoted(keyOf(node))}) commands=(${commands.join(' ')}); options=(${options.join(' ')}) ;;`;
  });
  const keys = flattened(root)
    .slice(1)
    .map((node) => quoted(keyOf(node)));
  return `#compdef ${name}
# Completion of ${name} for zsh. Load it with: source <(${name} completion zsh)
_${name}() {
  local at= word= next=
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" == -* ]] && continue
    next="\${at:+$at }$word"
    case "$next" in
      ${keys.join('|')}) at="$next" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o option options
  elif (( \${#commands} )); then
    _describe command commands
  else
    _files
  fi
}
compdef _${name} ${name}
`;
}

function fishScript(root: Node): string {
  const name = root.words[0] ?? '';
  const lines = flattened(root).flatMap((node) => {
    const words = node.words.slice(1);
    const children = node.commands.map(({ words: child }) => child.at(-1) ?? '').join(' ');
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const none = children === '' ? [] : [`not __fish_seen_subcommand_from ${children}`];
    const condition = [...seen, ...none].join('; and ');
    const when = condition === '' ? '' : ` -n ${quoted(condition)}`;
    return [
      ...node.commands.map(
        ({ words: child, description }) =>
          `complete -c ${name} -f${when} -a ${quoted(child.at(-1) ?? '')} -d ${quoted(description)}`,
      ),
      ...node.options.map(({ flags, takesValue, takesFile, description }) => {
        const forms = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const value = takesFile ? ' -r -F' : takesValue ? ' -x' : '';
        return `complete -c ${name}${seen.length === 0 ? '' : ` -n ${quoted(seen.join('; and '))}`} ${forms.join(' ')}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# Completion of ${name} for fish. Load it with: ${name} completion fish | source\n${lines.join('\n')}\n`;
}
