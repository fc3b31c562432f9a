/** An operation of the GraphQL API with the types of its answer and variables. `npm run schema` makes them. */
export interface Operation<Answer, Variables> {
  readonly name: string;
  readonly text: string;
  /** Carries the types; never has a value. */
  readonly types?: (variables: Variables) => Answer;
}

/** Makes an operation of its text. */
export function operation<Answer, Variables>(name: string, text: string): Operation<Answer, Variables> {
  return { name, text };
}
