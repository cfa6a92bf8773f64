import { z } from 'zod';
import { changeSchema, exposureSchema, learnedSchema } from './exposure.ts';
import { findingSchema, summarySchema } from './finding.ts';

/** The published JSON Schemas (draft 2020-12), by file name; `npm run docs` writes them to docs/schema. */
export function schemas(): Readonly<Record<string, object>> {
  return {
    'finding.schema.json': z.toJSONSchema(findingSchema),
    'summary.schema.json': z.toJSONSchema(summarySchema),
    'exposure.schema.json': z.toJSONSchema(exposureSchema),
    'learned.schema.json': z.toJSONSchema(learnedSchema),
    'change.schema.json': z.toJSONSchema(changeSchema),
  };
}
