export { checkFile, recheckLoad } from './check-file.ts';
export { runSource } from './run-source.ts';
