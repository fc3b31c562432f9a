/** The editor as a component. It holds its text itself: `text` is what it begins with. */
import { useEffect, useImperativeHandle, useRef } from 'react';
import type { ReactNode, Ref } from 'react';
import { mountEditor } from './mount-editor.ts';
import type { Editor, PlacedProblem } from './mount-editor.ts';

interface YamlEditorProps {
  readonly label: string;
  readonly text: string;
  readonly problems: readonly PlacedProblem[];
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly ref: Ref<Pick<Editor, 'goTo'>>;
}

export function YamlEditor({ label, text, problems, isReadOnly, onChange, ref }: YamlEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const begin = useRef({ text, onChange });
  begin.current.onChange = onChange;
  useEffect(() => {
    if (host.current === null) return undefined;
    const mounted = mountEditor(host.current, {
      label,
      text: begin.current.text,
      isReadOnly,
      onChange: (next) => {
        // Where React makes the effect anew, the editor begins with what was typed.
        begin.current.text = next;
        begin.current.onChange(next);
      },
    });
    editor.current = mounted;
    return () => {
      mounted.destroy();
      editor.current = null;
    };
  }, [label, isReadOnly]);
  useEffect(() => {
    editor.current?.mark(problems);
  }, [problems]);
  useImperativeHandle(ref, () => ({
    goTo: (place) => {
      editor.current?.goTo(place);
    },
  }));
  return <div ref={host} className="sheet yaml-editor" />;
}
