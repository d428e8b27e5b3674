import type { RetentionReport, SweepReport } from '@assay/workflows';
import type { z } from 'zod';
import { recordDeed } from '../audit-trail.ts';
import type { retentionReport, sweepReport } from '../shapes/upkeep.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** Deletes rows and rejects that no commit names, of loads that nobody works on; or says which these are. */
export async function sweep(ctx: AuthorizedContext, dry_run: boolean): Promise<z.infer<typeof sweepReport>> {
  const { tenant } = ctx.caller;
  const report: SweepReport = await ctx.services.orchestrator.sweep({ tenant, dry_run });
  const { rows, rejects } = report;
  if (!dry_run) await recordDeed(ctx, { action: 'system.sweep', subject: 'rows', after: { rows, rejects } });
  return { ...report, loads: [...report.loads] };
}

/** Gives up what the sources keep no longer, as the worker does every hour; or says what that is. */
export async function retain(ctx: AuthorizedContext, dry_run: boolean): Promise<z.infer<typeof retentionReport>> {
  const { tenant } = ctx.caller;
  const report: RetentionReport = await ctx.services.orchestrator.retain({ tenant, dry_run });
  if (!dry_run) await recordDeed(ctx, { action: 'system.retention', subject: 'loads', after: report.sources });
  return {
    dry_run,
    sources: report.sources.map((source) => ({ ...source, partitions_dropped: [...source.partitions_dropped] })),
  };
}
