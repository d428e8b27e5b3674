import type { StartEnv } from '../env.ts';

/** Where everything is found, whether started here or elsewhere. */
export type Addresses = {
  url: string;
  docs_url: string;
  engine_url: string;
  temporal_address: string;
  temporal_ui_url: string;
};

/** Where the processes of this copy answer; those started elsewhere are where the settings say. */
export function addresses(env: StartEnv): Addresses {
  const host = env.ASSAY_HOST === '0.0.0.0' || env.ASSAY_HOST === '::' ? '127.0.0.1' : env.ASSAY_HOST;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${env.ASSAY_PORT}`;
  return {
    url,
    docs_url: `${url}/api/v1/docs`,
    engine_url: env.CLICKHOUSE_URL ?? `http://127.0.0.1:${env.ASSAY_ENGINE_PORT}`,
    temporal_address: env.TEMPORAL_ADDRESS ?? `127.0.0.1:${env.ASSAY_TEMPORAL_PORT}`,
    temporal_ui_url:
      env.TEMPORAL_UI_URL ??
      (env.TEMPORAL_ADDRESS === undefined ? `http://127.0.0.1:${env.ASSAY_TEMPORAL_UI_PORT}` : ''),
  };
}

/** The environment of every process started here. */
export function childEnvironment(env: StartEnv): Record<string, string> {
  const found = addresses(env);
  return {
    NODE_ENV: 'production',
    ASSAY_DATA_DIR: env.ASSAY_DATA_DIR,
    ASSAY_HOST: env.ASSAY_HOST,
    ASSAY_PORT: String(env.ASSAY_PORT),
    ASSAY_URL: found.url,
    ASSAY_DASHBOARD_URL: env.ASSAY_DASHBOARD_URL ?? found.url,
    ASSAY_ENGINE_PORT: String(env.ASSAY_ENGINE_PORT),
    CLICKHOUSE_URL: found.engine_url,
    TEMPORAL_ADDRESS: found.temporal_address,
    TEMPORAL_NAMESPACE: env.TEMPORAL_NAMESPACE,
    TEMPORAL_UI_URL: found.temporal_ui_url,
  };
}
