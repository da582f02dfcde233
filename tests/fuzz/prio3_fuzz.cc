// Any parameters, and any bytes as the shares and messages of a report: what comes from a client or another aggregator.
// Nothing that was not made by an honest client is accepted, whatever it is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/vdaf/prio3.h"

namespace {

using namespace sotto::vdaf;
using sotto::Bytes;
using sotto::ByteSpan;

void Require(bool holds) {
  if (!holds) std::abort();
}

// Small ones of every variant, so that the rest of the input reaches what they guard.
Prio3Parameters Known(uint8_t choice) {
  using enum Prio3Variant;
  switch (choice % 6) {
    case 0:
      return {.variant = kCount};
    case 1:
      return {.variant = kSum, .max_measurement = 5};
    case 2:
      return {.variant = kSumVec, .length = 2, .max_measurement = 6, .chunk_length = 2};
    case 3:
      return {.variant = kHistogram, .length = 3, .chunk_length = 2};
    case 4:
      return {.variant = kMultihotCountVec, .length = 3, .max_weight = 2, .chunk_length = 3};
    default:
      return {.variant = kSumVecWithMultiproof, .length = 2, .max_measurement = 3, .chunk_length = 2, .proofs = 3};
  }
}

// Parameters as they might stand in a manifest. Those that are accepted bound what a report may weigh.
void CheckParameters(sotto::ByteReader reader) {
  Prio3Parameters parameters;
  const auto fill = [&](uint64_t& field) {
    const auto value = reader.U64();
    if (value.ok()) field = value.value();
  };
  const auto variant = reader.U8();
  if (!variant.ok()) return;
  parameters.variant = static_cast<Prio3Variant>(variant.value() % 6);
  const auto shares = reader.U8();
  if (shares.ok()) parameters.shares = shares.value();
  const auto proofs = reader.U8();
  if (proofs.ok()) parameters.proofs = proofs.value();
  fill(parameters.length);
  fill(parameters.max_measurement);
  fill(parameters.max_weight);
  fill(parameters.chunk_length);
  // Tables of the largest that are accepted take a tenth of a second: only one input in 256 may ask for more than small
  // ones.
  if (parameters.max_weight % 256 != 7) parameters.length %= 1'000;
  const auto made = Prio3::Create(parameters);
  if (made.ok()) Require(made.value().input_share_size(0) <= kMaxElements * 16 + kSeedSize);
  const auto best = BestChunkLength(parameters);
  if (best.ok() && best.value() > 0 && parameters.length < 1'000) {
    parameters.chunk_length = best.value();
    Require(Prio3::Create(parameters).ok());
  }
}

Bytes Next(sotto::ByteReader& reader, size_t size) {
  Bytes bytes(size, 0);
  const auto taken = reader.Take(size < reader.remaining() ? size : reader.remaining());
  std::copy(taken.value().begin(), taken.value().end(), bytes.begin());
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  CheckParameters(sotto::ByteReader(ByteSpan(data, size)));

  const Prio3 prio3 = Prio3::Create(Known(data[0])).value();
  sotto::ByteReader reader(ByteSpan(data + 1, size - 1));
  const Bytes ctx = {1, 2, 3};
  const Bytes key(kVerifyKeySize, 9);
  const Bytes nonce(kNonceSize, 8);

  // As long as they should be, then once more as they are.
  const Bytes public_share = Next(reader, prio3.public_share_size());
  std::vector<VerifyState> states;
  std::vector<Bytes> verifier_shares;
  for (uint8_t aggregator = 0; aggregator < 2; ++aggregator) {
    const Bytes share = Next(reader, prio3.input_share_size(aggregator));
    auto start = prio3.VerifyInit(key, ctx, aggregator, nonce, public_share, share);
    if (!start.ok()) return 0;
    states.push_back(std::move(start.value().state));
    verifier_shares.push_back(std::move(start.value().verifier_share));
  }
  const auto message = prio3.VerifierSharesToMessage(ctx, verifier_shares);
  // A helper's share is a seed that expands to noise, so a leader's share from anywhere else does not prove anything.
  Require(!message.ok());

  verifier_shares[1] = Next(reader, prio3.verifier_share_size());
  (void)prio3.VerifierSharesToMessage(ctx, verifier_shares).ok();
  (void)prio3.VerifyNext(states[0], Next(reader, prio3.verifier_message_size())).ok();

  std::vector<Bytes> aggregates = {Next(reader, prio3.aggregate_share_size()), prio3.AggregateInit()};
  const bool added = prio3.AggregateUpdate(aggregates[1], states[1].out_share).ok();
  Require(added);
  (void)prio3.AggregateUpdate(aggregates[0], states[0].out_share).ok();
  (void)prio3.Unshard(aggregates).ok();
  (void)prio3.UnshardSigned(aggregates).ok();

  const ByteSpan rest(data, size);
  (void)prio3.VerifyInit(key, ctx, 0, nonce, rest, rest).ok();
  (void)prio3.VerifierSharesToMessage(ctx, std::vector<Bytes>(2, Bytes(rest.begin(), rest.end()))).ok();
  return 0;
}
