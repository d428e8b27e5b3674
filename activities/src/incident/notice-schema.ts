import { z } from 'zod';
import { noticePayload } from './notice-payload.ts';

/** The JSON Schema of what a webhook receives, as published. */
export function noticeSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(noticePayload), null, 2)}\n`;
}
