/**
 * Limits on a document before anything of it runs: its length and tokens, its fields and fragments as they are written,
 * and its aliases and directives (by the rule below). What the operation would cost is judged by the complexity plugin
 * (cost.ts).
 */
import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, validate, visit } from 'graphql';
import type { ASTVisitor, DocumentNode, ParseOptions, Source, ValidationContext, ValidationRule } from 'graphql';
import { OPERATION_LIMIT } from './cost.ts';

/** Tokens of one document. GraphiQL's introspection has about 400. */
export const MAX_TOKENS = 2_000;
/** Length of one document, in UTF-16 code units: comments are no tokens. */
export const MAX_LENGTH = 100_000;
/** Uses of fragments in one document. GraphiQL's introspection has about ten. */
export const MAX_SPREADS = 50;
/** Fields one below another as they are written; GraphiQL's introspection has about ten. */
const MAX_WRITTEN_DEPTH = 20;
/** Aliases in one document: each is another run of the same field. */
export const MAX_ALIASES = 30;
export const MAX_DIRECTIVES = 50;
/** Variables of one document. The largest of the portal has nine. */
export const MAX_VARIABLES = 100;
/** Faults of one document that are reported: names that are like a misspelt one are searched for each. */
export const MAX_FAULTS = 10;

/** Refuses a document of more aliases or directives than allowed, wherever in it they stand. */
export function limitRepetition(context: ValidationContext): ASTVisitor {
  let aliases = 0;
  let directives = 0;
  return {
    Field({ alias }) {
      if (alias !== undefined) aliases += 1;
    },
    Directive() {
      directives += 1;
    },
    Document: {
      leave() {
        if (aliases > MAX_ALIASES) context.reportError(new GraphQLError(`A document may have ${MAX_ALIASES} aliases.`));
        if (directives > MAX_DIRECTIVES) {
          context.reportError(new GraphQLError(`A document may have ${MAX_DIRECTIVES} directives.`));
        }
      },
    },
  };
}

/**
 * Parses a document. Throws GraphQLError for one that is no document, or is beyond what validation does in a few
 * milliseconds: its rules compare fields with each other.
 */
export function parseWithinLimits(source: string | Source, options?: ParseOptions): DocumentNode {
  const { length } = typeof source === 'string' ? source : source.body;
  if (length > MAX_LENGTH) throw new GraphQLError(`A document may have ${MAX_LENGTH} characters.`);
  const document = parse(source, { ...options, maxTokens: MAX_TOKENS });
  let [fields, spreads, depth, variables] = [0, 0, 0, 0];
  const { breadth } = OPERATION_LIMIT;
  visit(document, {
    Field: {
      enter() {
        fields += 1;
        depth += 1;
        if (depth > MAX_WRITTEN_DEPTH)
          throw new GraphQLError(`This document is more than ${MAX_WRITTEN_DEPTH} fields deep.`);
        if (fields > breadth) throw new GraphQLError(`This document has more than ${breadth} fields.`);
      },
      leave() {
        depth -= 1;
      },
    },
    VariableDefinition() {
      variables += 1;
      if (variables > MAX_VARIABLES) throw new GraphQLError(`A document may have ${MAX_VARIABLES} variables.`);
    },
    FragmentSpread() {
      spreads += 1;
      if (spreads > MAX_SPREADS) throw new GraphQLError(`A document may use fragments ${MAX_SPREADS} times.`);
    },
  });
  return document;
}

/** Validates a document, and reports its first faults alone. */
export const validateWithinLimits: typeof validate = (schema, document, rules, options, typeInfo) =>
  validate(schema, document, rules, { ...options, maxErrors: MAX_FAULTS }, typeInfo);

/** The rules beyond those of the specification. */
export function validationRules(introspection: boolean): ValidationRule[] {
  return introspection ? [limitRepetition] : [limitRepetition, NoSchemaIntrospectionCustomRule];
}
