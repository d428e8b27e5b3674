import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@assay/api';

const url = '/trpc';

/** The API, typed by its own router. Each call is a request of its own, so that a slow one holds back no other. */
export const api = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpLink({ url }),
    }),
  ],
});

type Outputs = inferRouterOutputs<AppRouter>;

export type SourceSummary = Outputs['source']['list']['items'][number];
export type SourceDetail = Outputs['source']['get'];
export type UndeclaredKey = SourceDetail['undeclared'][number];
export type SourceChart = Outputs['source']['chart'];
export type NullHeat = SourceDetail['null_heat'];
export type DocumentPlan = Outputs['source']['plan'];
export type Load = Outputs['load']['list']['items'][number];
export type LoadDetail = Outputs['load']['get'];
export type LoadDecision = LoadDetail['available_decisions'][number];
export type Stage = LoadDetail['stages'][number];
export type Progress = NonNullable<LoadDetail['progress']>;
export type Profile = LoadDetail['columns'][number];
export type Result = LoadDetail['results'][number];
export type Verdict = Result['verdict'];
export type Severity = Result['severity'];
export type RowPage = Outputs['load']['rows'];
export type DataRow = RowPage['items'][number];
export type Reject = Outputs['load']['rejects']['items'][number];
export type Check = Outputs['load']['checks']['items'][number];
export type RuleSummary = Outputs['rule']['list']['items'][number];
export type RuleKind = Outputs['rule']['kinds']['items'][number];
export type RuleView = Outputs['rule']['get'];
export type RuleRevision = Outputs['rule']['history']['items'][number];
export type Incident = Outputs['incident']['list']['items'][number];
export type IncidentDetail = Outputs['incident']['get'];
export type IncidentTransition = Incident['available_transitions'][number];
export type TimelineEntry = IncidentDetail['timeline'][number];
export type Delivery = IncidentDetail['deliveries'][number];
export type System = Outputs['system']['info'];
