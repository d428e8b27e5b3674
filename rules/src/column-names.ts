import { z } from 'zod';
import { quoteName } from './name.ts';
import { repeatedPlaces } from './repeated.ts';

/** A list of names in which none is twice. */
export function distinctNames(most: number) {
  return z
    .array(z.string())
    .max(most)
    .superRefine((names, context) => {
      for (const place of repeatedPlaces(names)) {
        const message = `${quoteName(names[place] ?? '')} is here twice: leave it out once`;
        context.addIssue({ code: 'custom', path: [place], message });
      }
    });
}
