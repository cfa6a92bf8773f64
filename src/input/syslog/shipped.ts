import { documentInput } from '../documents.ts';
import type { Input, RecordInput } from '../input.ts';
import { BY_ENVELOPE } from '../lines.ts';
import { Shipments } from './shipments.ts';

/** Names of the arrays that hold such objects: Elasticsearch, CloudWatch (API and subscriptions), Datadog, Splunk, CloudTrail, Azure Monitor, OData. */
const ARRAYS = ['hits', 'events', 'logEvents', 'data', 'results', 'Records', 'records', 'value'];

const decoder = new TextDecoder();
/** A format that reads the object as it is knows it better. */
const SURE = 0.95;
/** Such an object, whatever its line says: of what a host writes, most concerns no scan. */
const NAMED = /"(?:_raw|@timestamp|short_message|full_log|logEvents|textPayload|__REALTIME_TIMESTAMP)"\s*:/;

/** @param inputs all formats, of which those of lines may be kept in JSON */
export function shippedOver(inputs: () => readonly Input[]): RecordInput {
  const input = documentInput({
    name: 'shipped',
    about:
      'Lines of any format as shippers and stores of logs keep them in JSON: Filebeat, Logstash, Fluentd, Vector, GELF, Loki, Splunk, Elasticsearch, CloudWatch.',
    sample:
      '{"@timestamp":"2026-11-21T23:27:01.403Z","host":{"name":"web1"},"message":"192.0.2.7 - - [21/Nov/2026:23:27:01 +0000] \\"GET /admin HTTP/1.1\\" 404 153 \\"-\\" \\"curl/8.10.1\\""}',
    arrays: ARRAYS,
    elements: 'objects',
    parser: (context) => new Shipments(context, inputs),
  });
  return {
    ...input,
    atMost: SURE,
    recognise(head, name, context) {
      const taken = SURE * input.recognise(head, name, context);
      return taken > BY_ENVELOPE || !NAMED.test(decoder.decode(head.subarray(0, 4096))) ? taken : BY_ENVELOPE;
    },
  };
}
