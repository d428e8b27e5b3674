import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { EngineOptions } from './env.ts';

/**
 * What `default` means here: a database like a server's own. The library's `default` is laid over the folder it runs
 * in, so that a misspelt table would be looked for among files.
 */
export const DATABASE = 'assay';

/** The role that lets a statement read a spooled body; no session has it except while it does so. */
export const SPOOL_READER = 'spool_reader';

/**
 * Settings of every statement that does not say otherwise. The profile sets them at start, and a session that was given
 * another value goes back to these.
 */
export function baseSettings(options: EngineOptions): Readonly<Record<string, string>> {
  return {
    max_memory_usage: String(options.query_memory_bytes),
    // Parameters become literals of the text, so the text may be long.
    max_query_size: String(256 * 1024 ** 2),
    max_insert_threads: String(Math.min(4, availableParallelism())),
    async_insert: '0',
  };
}

/** Writes the library's configuration and gives the arguments that make a connection read it. */
export function writeEngineConfig(folder: string, options: EngineOptions): readonly string[] {
  const users = join(folder, 'users.xml');
  const config = join(folder, 'config.xml');
  writeFileSync(users, usersXml(options));
  writeFileSync(config, configXml(folder, options));
  return [`--config-file=${config}`];
}

// There is no authentication in the library, but there are grants: without FILE, URL, S3 or REMOTE no statement reads
// files of this machine or reaches another one, whatever its text.
const GRANTS = [
  'SELECT, INSERT, ALTER, TRUNCATE, OPTIMIZE, SHOW, KILL QUERY',
  'CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE',
  'DROP DATABASE, DROP TABLE, DROP VIEW',
  'SYSTEM MERGES, SYSTEM TTL MERGES, SYSTEM DROP CACHE, SYSTEM FLUSH, SYSTEM SYNC REPLICA, SYSTEM JEMALLOC',
];

function usersXml(options: EngineOptions): string {
  const profile = Object.entries(baseSettings(options)).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<clickhouse>
  <profiles><default>${profile.join('')}</default></profiles>
  <roles><${SPOOL_READER}><grants><query>GRANT READ ON FILE</query></grants></${SPOOL_READER}></roles>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        ${GRANTS.map((grant) => `<query>GRANT ${grant} ON *.*</query>`).join('\n        ')}
        <query>GRANT ${SPOOL_READER}</query>
      </grants>
    </default>
  </users>
  <quotas><default/></quotas>
</clickhouse>
`;
}

function configXml(folder: string, options: EngineOptions): string {
  const users = xml(join(folder, 'users.xml'));
  const cache = Math.floor(options.memory_bytes / 16);
  return `<clickhouse>
  <users_config>${users}</users_config>
  <user_directories><users_xml><path>${users}</path></users_xml></user_directories>
  <user_files_path>${xml(join(folder, 'user_files'))}/</user_files_path>
  <max_server_memory_usage>${options.memory_bytes}</max_server_memory_usage>
  <mark_cache_size>${cache}</mark_cache_size>
  <primary_index_cache_size>${cache}</primary_index_cache_size>
  <database_atomic_delay_before_drop_table_sec>0</database_atomic_delay_before_drop_table_sec>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <query_condition_cache_size>${Math.floor(cache / 4)}</query_condition_cache_size>
</clickhouse>
`;
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
