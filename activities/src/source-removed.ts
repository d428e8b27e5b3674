import { RefusedFile } from '@assay/clickhouse';
import type { LoadIdentity } from '@assay/workflows';

/** Why a file cannot be loaded whose source is no longer there. Loading never brings a source back that somebody deleted. */
export function sourceRemoved(load: Pick<LoadIdentity, 'source'>): RefusedFile {
  return new RefusedFile(
    'source',
    `The source ${load.source} was deleted while this file was on its way: send it again.`,
  );
}
