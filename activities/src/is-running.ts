import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** Whether a workflow has not ended. One that Temporal does not know has. */
export async function isRunning(client: Client, workflow_id: string): Promise<boolean> {
  if (workflow_id === '') return false;
  try {
    const { status } = await client.workflow.getHandle(workflow_id).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
