/**
 * Limits on a document before anything of it runs: its tokens (by graphql-js' parser), and its aliases and directives
 * (by the rule below). What the operation would cost is judged by the complexity plugin (cost.ts).
 */
import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import type { ASTVisitor, ValidationContext, ValidationRule } from 'graphql';

/** Tokens of one document. GraphiQL's introspection has about 400. */
export const MAX_TOKENS = 2_000;
/** Aliases in one document: each is another run of the same field. */
export const MAX_ALIASES = 30;
export const MAX_DIRECTIVES = 50;

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

/** The rules beyond those of the specification. */
export function validationRules(introspection: boolean): ValidationRule[] {
  return introspection ? [limitRepetition] : [limitRepetition, NoSchemaIntrospectionCustomRule];
}
