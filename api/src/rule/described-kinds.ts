import { describeKinds, ruleFieldsJsonSchema } from '@assay/rules';
import type { z } from 'zod';
import type { ruleKinds } from '../shapes/rule.ts';

/** Every kind of rule, and the fields they share, as schemas that a form can be drawn from. */
export function describedKinds(): z.infer<typeof ruleKinds> {
  return {
    items: describeKinds().map((kind) => ({ ...kind, judges: [...kind.judges], schema: { ...kind.schema } })),
    fields_schema: { ...ruleFieldsJsonSchema() },
  };
}
