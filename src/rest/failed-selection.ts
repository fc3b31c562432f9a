/** What a route asks for of a mutation that did not succeed: the fields of every error type. Goes into the selection of its result. */
export const FAILED = '__typename ... on Error { code message details { path code message } }';
