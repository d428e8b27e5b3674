import { z } from 'zod';
import { issueSentence, strangeField } from './parse-sentence.ts';

/**
 * What is wrong with a field of a request or a setting, in the words that config files get, too. Taken for every schema that has no
 * words of its own; it never names the field, as whoever tells it begins with that.
 */
export function speakPlainly(): void {
  z.config({ localeError: wordsOf });
}

function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => strangeField(key, 'this request', fieldsOf(issue.inst))).join('; ');
    case 'invalid_format':
      return issue.format === 'datetime'
        ? `must be a time such as 2024-02-29T10:00:00Z, not ${JSON.stringify(issue.input)}`
        : `must be ${forms[issue.format] ?? issue.format}`;
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_union':
    case 'too_small':
    case 'too_big':
      return issueSentence({ ...issue, path: [], message: '' }, '', { kind: 'request' }).trim();
    default:
      return undefined;
  }
}

const forms: Readonly<Record<string, string>> = {
  url: 'an address such as http://127.0.0.1:4400',
  regex: 'written in another form',
};

function fieldsOf(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
