import type { Links } from './services.ts';

/** @param base address of the dashboard, which may be known only once the server listens · @param temporal_ui address of Temporal's own UI, or empty */
export function createLinks(where: { base: () => string; temporal_ui: string; namespace: string }): Links {
  const base = () => where.base().replace(/\/+$/, '');
  const temporal_ui = where.temporal_ui.replace(/\/+$/, '');
  const runs = `${temporal_ui}/namespaces/${encodeURIComponent(where.namespace)}/workflows`;
  return {
    get base() {
      return base();
    },
    temporal_ui,
    load: (load_id) => `${base()}/loads/${load_id}`,
    incident: (incident_id) => `${base()}/incidents/${incident_id}`,
    workflow: (workflow_id, run_id) => {
      if (temporal_ui === '' || workflow_id === '') return '';
      const run = run_id === '' ? '' : `/${run_id}/history`;
      return `${runs}/${encodeURIComponent(workflow_id)}${run}`;
    },
  };
}
