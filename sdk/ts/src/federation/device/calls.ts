// The federation module behind the protocol.
import { SottoError } from "../../errors.js";
import { sha256 } from "../../net/sha256-js.js";
import type { SplitTaskReference } from "../../types.js";
import type { FederationCall, FederationCalls, MadeReport, MadeShare, Measured } from "../protocol.js";
import { inputShareAad, inputShareInfo, plaintextInputShare, report } from "./dap.js";
import { type Federation, startFederation } from "./federation.js";
import { type HpkePrimitives, seal } from "./hpke.js";

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
    const { nonce, publicShare, leaderShare, helperShare } = federation.makeShares(task, measured, random);
    const configuration = federation.encodeSplitTask(task);
    const metadata = { id: nonce, time: task.epoch };
    const aad = inputShareAad(sha256(configuration), configuration, metadata, publicShare);
    const sealed = async (receiver: "leader" | "helper", plaintext: Uint8Array): Promise<MadeShare> => {
      const { hpke } = task.aggregators[receiver];
      const message = await seal(hpke, inputShareInfo(receiver), aad, plaintextInputShare(plaintext), primitives);
      return { plaintext, configId: hpke.id, ...message };
    };
    const leader = await sealed("leader", leaderShare);
    const helper = await sealed("helper", helperShare);
    return { nonce, publicShare, leader, helper, bytes: report(metadata, publicShare, leader, helper) };
  } finally {
    random.dispose();
  }
}
