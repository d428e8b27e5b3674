import { id } from '@assay/clickhouse';
import { z } from 'zod';

export const limit = (fallback: number, most: number) => z.number().int().min(1).max(most).default(fallback);
export const offset = z.number().int().min(0).default(0);
/** The last id of the page above. */
export const before = id.optional();
/** What one of the names or texts of an item must contain. */
export const text = z.string().max(200).optional();
