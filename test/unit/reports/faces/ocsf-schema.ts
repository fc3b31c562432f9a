/**
 * The parts of OCSF 1.4.0 that a journal uses, as JSON Schema: required attributes, types, enumerations and constraints of
 * the classes Data Security Finding, API Activity and Base Event, and of their objects, from schema.ocsf.io/1.4.0.
 */
const string = { type: 'string' };
const integer = { type: 'integer' };
const timestamp = { type: 'integer', minimum: 0 };
const object = (properties: object, required: readonly string[], more: object = {}): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
  ...more,
});
const atLeastOne = (...names: string[]): object => ({ anyOf: names.map((name) => ({ required: [name] })) });

const product = object({ name: string, vendor_name: string, version: string, uid: string }, ['vendor_name']);
const metadata = object(
  {
    version: { const: '1.4.0' },
    product,
    log_name: string,
    uid: string,
    correlation_uid: string,
    sequence: integer,
    event_code: string,
    original_time: string,
  },
  ['product', 'version'],
);
const service = object({ name: string, uid: string, version: string }, [], atLeastOne('name', 'uid'));
const policy = object({ name: string, uid: string, version: string }, [], atLeastOne('name', 'uid'));
const endpoint = object({ svc_name: string, uid: string }, [], atLeastOne('svc_name', 'uid'));
const analytic = object({ name: string, type_id: { enum: [0, 1, 2, 3, 4, 99] }, type: string }, ['type_id']);

/** What every event has. */
const COMMON = {
  activity_id: integer,
  activity_name: string,
  category_uid: integer,
  category_name: string,
  class_uid: integer,
  class_name: string,
  type_uid: integer,
  type_name: string,
  time: timestamp,
  message: string,
  severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
  severity: string,
  metadata,
  raw_data: string,
  status_id: integer,
  status: string,
  status_detail: string,
  unmapped: { type: 'object' },
};
const REQUIRED = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'];

const FINDING = object(
  {
    ...COMMON,
    category_uid: { const: 2 },
    class_uid: { const: 2006 },
    activity_id: { enum: [1, 2, 3, 4] },
    type_uid: { enum: [200_601, 200_602, 200_603, 200_604] },
    status_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
    finding_info: object(
      { uid: string, title: string, created_time: timestamp, types: { type: 'array', items: string }, analytic },
      ['title', 'uid'],
    ),
    data_security: object({ detection_pattern: string, policy }, []),
    is_alert: { type: 'boolean' },
    confidence_score: { type: 'integer', minimum: 0, maximum: 100 },
  },
  [...REQUIRED, 'finding_info'],
);

const API_ACTIVITY = object(
  {
    ...COMMON,
    category_uid: { const: 6 },
    class_uid: { const: 6003 },
    activity_id: { enum: [0, 1, 2, 3, 4, 99] },
    type_uid: { enum: [600_300, 600_301, 600_302, 600_303, 600_304, 600_399] },
    status_id: { enum: [0, 1, 2, 99] },
    actor: object({ app_name: string, app_uid: string }, [], atLeastOne('app_name', 'app_uid')),
    api: object({ operation: string, service, request: object({ uid: string }, ['uid']) }, ['operation']),
    src_endpoint: endpoint,
    dst_endpoint: endpoint,
    http_response: object({ code: integer }, ['code']),
    resources: { type: 'array', items: object({ name: string, type: string }, [], atLeastOne('name')) },
  },
  [...REQUIRED, 'actor', 'api', 'src_endpoint'],
);

const BASE = object(
  {
    ...COMMON,
    category_uid: { const: 0 },
    class_uid: { const: 0 },
    activity_id: { enum: [0, 99] },
    type_uid: { enum: [0, 99] },
  },
  // An activity that the schema does not know must have a name.
  [...REQUIRED, 'activity_name'],
);

/** An event of one of the three classes. */
export const OCSF_EVENT = { oneOf: [FINDING, API_ACTIVITY, BASE] };
