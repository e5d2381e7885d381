import type { TestUpstreamAnswersRequest } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import type { Deps } from '../deps.ts';
import { testControlsOf } from './test-controls.ts';

/** The simulator's next answers to calls for the caller's workspace go otherwise; the calls of others do not notice. */
export async function queueUpstreamAnswer(
  deps: Deps,
  caller: Caller,
  entry: TestUpstreamAnswersRequest,
): Promise<void> {
  await testControlsOf(deps, caller).simulator.queueAnswer({ ...entry, workspace: caller.workspaceId });
}

/** Forgets what the simulator knows of the caller's workspace, and every hold, browser and waiting fault of delivery of it. Sessions of ours stay as they are. */
export async function resetUpstream(deps: Deps, caller: Caller): Promise<void> {
  const { simulator, holds, walker, deliveryFaults } = testControlsOf(deps, caller);
  walker.forget(caller.workspaceId);
  holds.forgetWorkspace(caller.workspaceId);
  deliveryFaults.forgetWorkspace(caller.workspaceId);
  await simulator.reset(caller.workspaceId);
}
