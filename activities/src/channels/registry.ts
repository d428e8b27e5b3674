import { log } from './log.ts';
import { webhook } from './webhook.ts';

/** Every channel by the word that a policy file uses for it: the name of its file. */
export const channels = { log, webhook } as const;
