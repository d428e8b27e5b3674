import { ensureTemporal, locateTemporal, registerSearchAttributes, untilServing } from '@assay/temporal';
import { searchAttributeNames } from '@assay/workflows';

/**
 * `ensure` finds the Temporal server's binary or gets one; `register` makes the namespace of TEMPORAL_ADDRESS know
 * Assay's search attributes.
 */
const usage = 'Usage: node scripts/temporal.ts ensure | register';

async function ensure(): Promise<void> {
  const route = await locateTemporal(process.env);
  if (route?.kind === 'service') console.log(`Temporal is a service at ${route.address}.`);
  else console.log(await ensureTemporal(process.env, (line) => console.error(line)));
}

async function register(): Promise<void> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (!address) throw new Error('Set TEMPORAL_ADDRESS to the host:port of the Temporal service to register at.');
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
  await untilServing({ address, namespace }, 60_000);
  await registerSearchAttributes({ address, namespace }, searchAttributeNames);
  console.log(`${address} knows ${searchAttributeNames.join(', ')} in namespace ${namespace}.`);
}

const command = process.argv[2];
try {
  if (command === 'ensure') await ensure();
  else if (command === 'register') await register();
  else throw new Error(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
