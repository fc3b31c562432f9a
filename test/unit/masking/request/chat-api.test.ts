/** The table against the API: a field that is new in the pinned `openai` package has no place in the table and fails the test. */
import { describe, expect, it } from 'vitest';
import {
  BINARY_PART_FIELDS,
  MESSAGE_FIELDS,
  PART_FIELDS,
  REQUEST_FIELDS,
} from '../../../../src/masking/request/request-fields.ts';
import type { Fields, Treatment } from '../../../../src/masking/request/treatment.ts';
import { documentedPaths } from './documented-paths.ts';

const paths = documentedPaths('ChatCompletionCreateParamsBase', 'chat/completions/completions');

/** The fields that may stand where the treatments are, `null` where everything is masked whatever it is. */
function below(treatments: readonly Treatment[], step: string): readonly Treatment[] | null {
  const found: Treatment[] = [];
  for (const each of treatments) {
    switch (each.as) {
      case 'deep':
      case 'schema':
      case 'json text':
      case 'drop':
      case 'bias':
        return null;
      case 'keyword':
      case 'form': {
        const inner = below([each.other], step);
        if (inner === null) return null;
        found.push(...inner);
        break;
      }
      case 'list':
        if (step === '[]') found.push(each.of);
        break;
      case 'content': {
        // The parts of a list, and their fields; a part with one of the binary fields is binary as a whole.
        if (step === '[]') found.push(each);
        else if (BINARY_PART_FIELDS.includes(step)) return null;
        else found.push(...fieldOf(each.parts ?? PART_FIELDS, step));
        break;
      }
      case 'object':
      case 'message':
        found.push(...fieldOf(each.fields, step));
        break;
      default:
    }
  }
  return found;
}

function fieldOf(fields: Fields, name: string): Treatment[] {
  const treatment = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return treatment === undefined ? [] : [treatment];
}

function isInTable(path: string): boolean {
  let here: readonly Treatment[] | null = [{ as: 'object', fields: REQUEST_FIELDS }];
  for (const [step, name] of path.replace(/<[^>]*>/g, '').matchAll(/\.([\w{}:]+)|\[\]/g)) {
    here = below(here, name ?? step);
    if (here === null) return true;
    if (here.length === 0) return false;
  }
  return true;
}

describe('the request that the openai package documents', () => {
  it('is read from its declarations, at every depth', () => {
    expect(paths.length).toBeGreaterThan(120);
    for (const path of [
      '.messages[].tool_calls[]<function>.function.arguments',
      '.tools[]<custom>.custom.format<grammar>.grammar.definition',
      '.messages[].content[]<file>.file.filename',
      '.moderation.policy.input.mode',
    ]) {
      expect(paths).toContain(path);
    }
  });

  it('is in the table, all of it', () => {
    expect(paths.filter((path) => !isInTable(path))).toEqual([]);
  });

  it('has all of the messages and of their parts', () => {
    const named = (prefix: string): string[] => [
      ...new Set(
        paths.flatMap((path) =>
          path.startsWith(prefix)
            ? (/^\.(\w+)/.exec(path.slice(prefix.length).replace(/^<[^>]*>/, ''))?.[1] ?? [])
            : [],
        ),
      ),
    ];
    expect(named('.messages[]').filter((name) => !(name in MESSAGE_FIELDS))).toEqual([]);
    expect(
      named('.messages[].content[]').filter((name) => !(name in PART_FIELDS) && !BINARY_PART_FIELDS.includes(name)),
    ).toEqual([]);
  });

  it('would show a field of tomorrow', () => {
    for (const path of [
      '.tomorrow',
      '.messages[].tomorrow',
      '.messages[].content[]<text>.tomorrow',
      '.tools[]<function>.tomorrow',
      '.web_search_options.user_location.approximate.street',
    ]) {
      expect(isInTable(path), path).toBe(false);
    }
  });
});
