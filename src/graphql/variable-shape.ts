/**
 * Whether variables have the shape of their types. graphql-js reports each fault with the value that has it, printed whole: fifty
 * faults in an object of many members cost seconds. The first fault of shape is reported here, without a value.
 */
import {
  GraphQLError,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  typeFromAST,
} from 'graphql';
import type { DocumentNode, ExecutionArgs, GraphQLInputType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** What is wrong with a value, and where in it. */
interface ShapeFault {
  readonly path: string;
  readonly message: string;
}

/** The first fault of the variables; null where they have none. An operation that is not found is for the executor to report. */
export function shapeFault(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>>,
): ShapeFault | null {
  for (const { variable, type: node } of operationOf(document, operationName)?.variableDefinitions ?? []) {
    const { value: name } = variable.name;
    const type = typeFromAST(schema, node);
    if (!isInputType(type) || !Object.hasOwn(variables, name)) continue;
    const fault = faultOf(variables[name], type, name);
    if (fault !== null) return fault;
  }
  return null;
}

function operationOf(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode | undefined {
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .find((definition) => (name ?? '') === '' || definition.name?.value === name);
}

function faultOf(value: unknown, type: GraphQLInputType, path: string): ShapeFault | null {
  if (isNonNullType(type)) return faultOf(value, type.ofType, path);
  // Nulls and wrong scalars are short, and the executor has words for them.
  if (typeof value !== 'object' || value === null) return null;
  if (isListType(type)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return firstOf(items.entries(), ([index, item]) => faultOf(item, type.ofType, `${path}[${index}]`));
  }
  if (!isInputObjectType(type)) {
    const takesAny = !isEnumType(type) && type.name === 'JSON';
    return takesAny ? null : { path, message: 'is an object or a list' };
  }
  if (Array.isArray(value)) return { path, message: 'is a list' };
  const fields = type.getFields();
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return { path, message: 'has a field that its type does not have' };
  return firstOf(Object.values(fields), (field) => {
    const member: unknown = Object.hasOwn(value, field.name) ? Reflect.get(value, field.name) : undefined;
    const place = `${path}.${field.name}`;
    if (member !== undefined) return faultOf(member, field.type, place);
    return isRequiredInputField(field) ? { path: place, message: 'is missing' } : null;
  });
}

/** The first result that is not null. */
function firstOf<T>(items: Iterable<T>, ask: (item: T) => ShapeFault | null): ShapeFault | null {
  for (const item of items) {
    const fault = ask(item);
    if (fault !== null) return fault;
  }
  return null;
}

// As for variables that the executor refuses.
const EXTENSIONS = { code: 'bad_request', http: { spec: true, status: 400 } };

/** Refuses operations whose variables do not have the shape of their types, before they are executed. */
export function checkVariables(): Plugin {
  const refusalOf = ({ schema, document, operationName, variableValues }: ExecutionArgs): GraphQLError | null => {
    const fault = shapeFault(schema, document, operationName, variableValues ?? {});
    return fault === null
      ? null
      : new GraphQLError(`The variable at "${fault.path}" ${fault.message}.`, { extensions: EXTENSIONS });
  };
  return {
    onExecute: ({ args, setResultAndStopExecution }) => {
      const error = refusalOf(args);
      if (error !== null) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const error = refusalOf(args);
      if (error !== null) setResultAndStopExecution({ errors: [error] });
    },
  };
}
