// The federation module behind the protocol.
import { SottoError } from "../../errors.js";
import type { SplitTaskReference } from "../../types.js";
import type { FederationCall, FederationCalls, MadeReport, MadeShare, Measured } from "../protocol.js";
import { inputShareAad, inputShareInfo, metadataOf, plaintextInputShare, report, reportMetadata } from "./dap.js";
import { type DapTask, type Federation, type Shares, startFederation } from "./federation.js";
import { type HpkePrimitives, seal as sealTo } from "./hpke.js";

type Answers = {
  [Name in FederationCall]: (
    ...args: Parameters<FederationCalls[Name]>
  ) => ReturnType<FederationCalls[Name]> | Promise<ReturnType<FederationCalls[Name]>>;
};

export function createCalls(): Answers {
  let started: Federation | undefined;
  const federation = () => {
    if (started) return started;
    throw new SottoError("INTERNAL", "the federation module was used before it was started");
  };
  return {
    start: async ({ wasm }) => {
      started = await startFederation(wasm);
      return { buildId: started.buildId };
    },
    price: ({ task }) => {
      const { rho, microRho } =
        task.trust === "split"
          ? federation().splitPrice(task)
          : { rho: federation().taskRho(task), microRho: federation().taskMicroRho(task) };
      return {
        rho,
        microRho,
        epsilon: federation().epsilonOfZcdp(rho, task.delta),
        expires: federation().parseRfc3339(task.expires),
      };
    },
    spend: ({ policy, epochs, spent, ...cost }) => {
      const { perContribution, perEpoch, lifetimeMicroRho: lifetime } = policy;
      const micro = (rho = Number.NaN) => (Number.isNaN(rho) ? Number.MAX_SAFE_INTEGER : federation().toMicroRho(rho));
      const limits = { perRelease: micro(perContribution), perEpoch: micro(perEpoch), lifetime };
      return { spent: federation().spend(limits, { epochs, lifetime: spent }, cost) };
    },
    makeUpdate: ({ task, engaged }) => {
      const random = federation().osRandom();
      try {
        return { bytes: federation().makeLocalUpdate(task, engaged, random) };
      } finally {
        random.dispose();
      }
    },
    makeReport: ({ task, measured }) => makeReport(federation(), task, measured),
    resealReport: ({ task, report: { publicShare, leader, helper, bytes } }) =>
      sealed(task, federation().dapTask(task), {
        ...{ metadata: metadataOf(bytes), publicShare },
        ...{ leaderShare: leader.plaintext, helperShare: helper.plaintext },
      }),
  };
}

/** Measures nothing itself: cuts what was measured into shares and seals each to its aggregator. */
export async function makeReport(
  federation: Federation,
  task: SplitTaskReference,
  measured: Measured,
  primitives?: HpkePrimitives,
): Promise<MadeReport> {
  const random = federation.osRandom();
  try {
    const dapTask = federation.dapTask(task);
    const shares = federation.makeShares(task, dapTask.context, measured, random);
    return await sealed(task, dapTask, { ...shares, metadata: reportMetadata(shares.nonce, timeOf(task)) }, primitives);
  } finally {
    random.dispose();
  }
}

/** The task's epoch that is on; the nearest one by a clock that is elsewhere. */
function timeOf({ epoch, timePrecision, duration }: SplitTaskReference): number {
  const now = Math.floor(Date.now() / 1000 / timePrecision);
  return Math.min(Math.max(now, epoch), epoch + duration - 1);
}

async function sealed(
  task: SplitTaskReference,
  { id: taskId, configuration }: DapTask,
  { metadata, publicShare, leaderShare, helperShare }: Omit<Shares, "nonce"> & { metadata: Uint8Array },
  primitives?: HpkePrimitives,
): Promise<MadeReport> {
  const aad = inputShareAad(taskId, configuration, metadata, publicShare);
  const seal = async (receiver: "leader" | "helper", plaintext: Uint8Array): Promise<MadeShare> => {
    const { hpke } = task.aggregators[receiver];
    const message = await sealTo(hpke, inputShareInfo(receiver), aad, plaintextInputShare(plaintext), primitives);
    return { plaintext, configId: hpke.id, ...message };
  };
  const leader = await seal("leader", leaderShare);
  const helper = await seal("helper", helperShare);
  const bytes = report(metadata, publicShare, leader, helper);
  return { taskId, nonce: metadata.slice(0, 16), publicShare, leader, helper, bytes };
}
