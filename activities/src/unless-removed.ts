import { refusalOf } from './refusal-of.ts';

/**
 * Waits for what a source's workflow was asked to write. Of a source that somebody deleted meanwhile nothing is left to write about.
 * @returns whether it was written; throws every other failure
 */
export async function unlessRemoved(written: Promise<void>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (error) {
    if (refusalOf(error) === 'source_removed') return false;
    throw error;
  }
}
