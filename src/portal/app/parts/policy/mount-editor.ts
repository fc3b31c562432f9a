/**
 * A text editor for YAML, CodeMirror, in a shadow root: there its styles are adopted style sheets. In the page itself it would
 * insert a `<style>` element, which the policy of the pages forbids.
 */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import type { Range, Text } from '@codemirror/state';
import { Decoration, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** A place in the text with what is wrong there. Line and column count from 1, in UTF-16 code units. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Editor {
  /** Marks these problems, and no others. */
  mark(problems: readonly PlacedProblem[]): void;
  /** Puts the caret there, and gives the editor the focus. */
  goTo(place: Pick<PlacedProblem, 'line' | 'column'>): void;
  destroy(): void;
}

interface EditorOptions {
  readonly label: string;
  readonly text: string;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

const LOOK = EditorView.theme({
  '&': { backgroundColor: 'var(--sheet)', color: 'var(--ink)', fontSize: '0.875rem', maxHeight: '36rem' },
  // The frame around the editor shows the focus: within, the gutters would cover a part of it.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-content, .cm-gutter': { minHeight: '16rem' },
  '.cm-gutters': { backgroundColor: 'var(--sunk)', color: 'var(--soft)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in oklab, var(--sunk) 60%, transparent)' },
  '.cm-problem': { textDecoration: 'underline wavy var(--bad)', textUnderlineOffset: '0.25em' },
  '.cm-problem-line': { backgroundColor: 'var(--bad-ground)', boxShadow: 'inset 3px 0 var(--bad)' },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--time)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.bool, tags.null, tags.number, tags.keyword], color: 'var(--person)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.punctuation], color: 'var(--soft)' },
]);

const markProblems = StateEffect.define<readonly PlacedProblem[]>();

/** The marks of problems. They move with the text until others take their place. */
const PROBLEMS = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { changes, effects, state }) =>
    effects.reduce(
      (kept, effect) => (effect.is(markProblems) ? marksOf(state.doc, effect.value) : kept),
      marks.map(changes),
    ),
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Types without the browser's own editing: where that replaces coloured text it writes a style attribute, which the policy of the
 * pages forbids. Compositions, as of an input method, stay with the browser.
 */
const TYPING = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== 'insertText' || event.data === null || view.composing || view.state.readOnly) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/** Puts an editor below `host`, which must have no shadow root of another kind. Tab leaves it, so no keyboard is trapped. */
export function mountEditor(host: HTMLElement, { label, text, isReadOnly, onChange }: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        PROBLEMS,
        TYPING,
        highlightActiveLine(),
        yaml(),
        syntaxHighlighting(COLOURS),
        LOOK,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorState.readOnly.of(isReadOnly),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    mark: (problems) => {
      view.dispatch({ effects: markProblems.of(problems) });
    },
    goTo: (place) => {
      view.dispatch({ selection: { anchor: offsetOf(view.state.doc, place) }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => {
      view.destroy();
    },
  };
}

/** Marks each line with a problem, and its text from the place on. */
function marksOf(doc: Text, problems: readonly PlacedProblem[]): DecorationSet {
  const marks = problems.flatMap((problem): readonly Range<Decoration>[] => {
    const at = offsetOf(doc, problem);
    const line = doc.lineAt(at);
    const mark = Decoration.line({ class: 'cm-problem-line' }).range(line.from);
    return at === line.to ? [mark] : [mark, Decoration.mark({ class: 'cm-problem' }).range(at, line.to)];
  });
  return Decoration.set(marks, true);
}

/** The text may have been changed since the problem was found: a place behind its end is its end. */
function offsetOf(doc: Text, { line, column }: Pick<PlacedProblem, 'line' | 'column'>): number {
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(from + Math.max(0, column - 1), to);
}
