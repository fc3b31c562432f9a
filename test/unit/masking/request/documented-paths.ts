/** The fields of a type of the `openai` package, read from its declarations with the TypeScript compiler. */
import { createRequire } from 'node:module';
import ts from 'typescript';

const { resolve } = createRequire(import.meta.url);

/**
 * The paths of all fields below an exported type, at every depth: `.name` for a field, `[]` for the items of a list,
 * `<a|b>` for the `type` of the object that the next field stands in. A type within itself is not entered again.
 */
export function documentedPaths(name: string, module = 'responses/responses'): readonly string[] {
  const declarations = resolve(`openai/resources/${module}`).replace(/\.js$/, '.d.ts');
  const program = ts.createProgram([declarations], {
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(declarations);
  const file = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const root = file === undefined ? undefined : checker.getExportsOfModule(file).find((each) => each.name === name);
  if (root === undefined) throw new Error(`${name} is not exported`);
  const paths = new Set<string>();

  const typeOf = (type: ts.Type): string => {
    const property = type.getProperty('type');
    const words = property === undefined ? [] : parts(checker.getTypeOfSymbol(property));
    return `<${words.flatMap((word) => (word.isStringLiteral() ? [word.value] : [])).join('|')}>`;
  };
  const walk = (type: ts.Type, at: string, above: readonly ts.Type[]): void => {
    for (const each of parts(type)) {
      if ((each.flags & ts.TypeFlags.Object) === 0) {
        paths.add(at);
      } else if (checker.isArrayType(each) || checker.isTupleType(each)) {
        for (const item of checker.getTypeArguments(each as ts.TypeReference)) walk(item, `${at}[]`, above);
      } else if (!above.includes(each)) {
        const typed = each.getProperty('type') === undefined ? at : at + typeOf(each);
        paths.add(at);
        for (const property of each.getProperties())
          walk(checker.getTypeOfSymbol(property), `${typed}.${property.name}`, [...above, each]);
      }
    }
  };
  walk(checker.getDeclaredTypeOfSymbol(root), '', []);
  return [...paths].filter((each) => each !== '');
}

function parts(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}
