#include "sotto/vdaf/prio3.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sotto/vdaf/field128.h"
#include "sotto/vdaf/field64.h"
#include "sotto/vdaf/prio3_implementation.h"
#include "sotto/vdaf/types/higher_degree.h"
#include "sotto/vdaf/types/types.h"

namespace sotto::vdaf {
namespace {

Error OutOfRange(const char* name, uint64_t value, const std::string& range) {
  return {ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) + ".",
          "It must be " + range + "."};
}

Status CheckRange(const char* name, uint64_t value, uint64_t low, uint64_t high) {
  if (value >= low && value <= high) return {};
  return OutOfRange(name, value, "from " + std::to_string(low) + " to " + std::to_string(high));
}

Status CheckUnused(const char* name, uint64_t value) {
  if (value == 0) return {};
  return OutOfRange(name, value, "left 0: this variant has none");
}

bool IsVector(Prio3Variant variant) {
  return variant != Prio3Variant::kCount && variant != Prio3Variant::kSum;
}
bool IsSumVec(Prio3Variant variant) {
  return variant == Prio3Variant::kSumVec || variant == Prio3Variant::kSumVecWithMultiproof;
}

constexpr uint64_t kMaxMeasurement = (uint64_t{1} << 62) - 1;  // sums are read as 64-bit integers

// All but the chunk length.
Status CheckParameters(const Prio3Parameters& p) {
  SOTTO_RETURN_IF_ERROR(CheckRange("shares", p.shares, 2, 255));
  if (p.variant == Prio3Variant::kSumVecWithMultiproof) {
    SOTTO_RETURN_IF_ERROR(CheckRange("proofs", p.proofs, 2, 255));
  } else {
    SOTTO_RETURN_IF_ERROR(CheckRange("proofs", p.proofs, 1, 1));
  }
  if (p.variant == Prio3Variant::kSum || IsSumVec(p.variant)) {
    SOTTO_RETURN_IF_ERROR(CheckRange("max_measurement", p.max_measurement, 1, kMaxMeasurement));
  } else {
    SOTTO_RETURN_IF_ERROR(CheckUnused("max_measurement", p.max_measurement));
  }
  if (IsVector(p.variant)) {
    SOTTO_RETURN_IF_ERROR(CheckRange("length", p.length, 1, kMaxElements));
  } else {
    SOTTO_RETURN_IF_ERROR(CheckUnused("length", p.length));
  }
  if (p.variant == Prio3Variant::kMultihotCountVec) {
    SOTTO_RETURN_IF_ERROR(CheckRange("max_weight", p.max_weight, 1, p.length));
  } else {
    SOTTO_RETURN_IF_ERROR(CheckUnused("max_weight", p.max_weight));
  }
  return {};
}

// Encoded elements of a vector. Precondition: CheckParameters, so that nothing overflows.
uint64_t MeasLen(const Prio3Parameters& p) {
  if (IsSumVec(p.variant)) return p.length * RangeCheckedBits(p.max_measurement);
  if (p.variant == Prio3Variant::kMultihotCountVec) return p.length + RangeCheckedBits(p.max_weight);
  return p.length;
}

// What a chunk length costs. Precondition: chunk_length <= kMaxElements.
struct ProofCost {
  uint64_t proof_len;
  uint64_t wire_values;  // of all wires: memory and, nearly, time
  friend auto operator<=>(const ProofCost&, const ProofCost&) = default;
};

ProofCost CostOf(uint64_t meas_len, uint64_t chunk_length) {
  const uint64_t calls = (meas_len - 1) / chunk_length + 1;
  const uint64_t wire_poly_len = std::bit_ceil(1 + calls);
  return {2 * chunk_length + 2 * wire_poly_len - 1, 2 * chunk_length * wire_poly_len};
}

Status CheckSize(const Prio3Parameters& p) {
  const uint64_t meas_len = MeasLen(p);
  // A chunk larger than the measurement is only padding, which the draft allows.
  SOTTO_RETURN_IF_ERROR(CheckRange("chunk_length", p.chunk_length, 1, kMaxElements));
  const ProofCost cost = CostOf(meas_len, p.chunk_length);
  const uint64_t elements = meas_len + cost.proof_len * p.proofs;
  // With the best chunk the wires are at most some four times the measurement.
  if (elements <= kMaxElements && cost.wire_values <= 4 * kMaxElements) return {};
  return Error{ErrorCode::kResourceExhausted,
               "a report of these parameters has " + std::to_string(elements) + " elements.",
               "Make length, max_measurement or proofs smaller, or chunk_length about the square root of the length."};
}

template <class Circuit>
std::shared_ptr<const Prio3Implementation> Make(const Prio3Parameters& p, Circuit circuit) {
  return std::make_shared<Prio3Of<Circuit>>(p, std::move(circuit));
}

std::shared_ptr<const Prio3Implementation> MakeVariant(const Prio3Parameters& p) {
  const auto length = static_cast<size_t>(p.length);
  const auto chunk_length = static_cast<size_t>(p.chunk_length);
  switch (p.variant) {
    case Prio3Variant::kCount:
      return Make(p, Count<Field64>());
    case Prio3Variant::kSum:
      return Make(p, Sum<Field64>(p.max_measurement));
    case Prio3Variant::kSumVec:
      return Make(p, SumVec<Field128>(length, p.max_measurement, chunk_length));
    case Prio3Variant::kHistogram:
      return Make(p, Histogram<Field128>(length, chunk_length));
    case Prio3Variant::kMultihotCountVec:
      return Make(p, MultihotCountVec<Field128>(length, p.max_weight, chunk_length));
    case Prio3Variant::kSumVecWithMultiproof:
      return Make(p, SumVec<Field64, 0xFFFFFFFF>(length, p.max_measurement, chunk_length));
  }
  return nullptr;
}

// Of shares and messages that other parties made.
Status CheckBytes(const char* what, ByteSpan bytes, size_t expected) {
  if (bytes.size() == expected) return {};
  return Error{
      bytes.size() < expected ? ErrorCode::kTruncated : ErrorCode::kMalformed,
      std::string(what) + " has " + std::to_string(bytes.size()) + " bytes, expected " + std::to_string(expected) + ".",
      "Refuse the report."};
}

Status CheckArgument(const char* what, size_t size, size_t expected) {
  if (size == expected) return {};
  return Error{
      ErrorCode::kInvalidArgument,
      std::string(what) + " has " + std::to_string(size) + " entries, expected " + std::to_string(expected) + ".", ""};
}

}  // namespace

Bytes DomainSeparationTag(uint32_t id, Usage usage, ByteSpan ctx) {
  Bytes tag = {kVersion, 0};  // 0: the class of VDAFs
  for (int shift = 24; shift >= 0; shift -= 8) tag.push_back(static_cast<uint8_t>(id >> shift));
  tag.push_back(static_cast<uint8_t>(static_cast<uint16_t>(usage) >> 8));
  tag.push_back(static_cast<uint8_t>(usage));
  tag.insert(tag.end(), ctx.begin(), ctx.end());
  return tag;
}

Result<uint64_t> BestChunkLength(Prio3Parameters p) {
  SOTTO_RETURN_IF_ERROR(CheckParameters(p));
  if (!IsVector(p.variant)) return 0;
  const uint64_t meas_len = MeasLen(p);
  // Each wire polynomial of a power of two has a shortest chunk that fits it; nothing between is better.
  uint64_t best = meas_len;
  for (uint64_t wire_poly_len = 2; wire_poly_len <= 2 * meas_len; wire_poly_len *= 2) {
    const uint64_t chunk_length = (meas_len - 1) / (wire_poly_len - 1) + 1;
    if (CostOf(meas_len, chunk_length) < CostOf(meas_len, best)) best = chunk_length;
  }
  p.chunk_length = best;
  SOTTO_RETURN_IF_ERROR(CheckSize(p));
  return best;
}

Prio3::Prio3(std::shared_ptr<const Prio3Implementation> implementation) : implementation_(std::move(implementation)) {}

Result<Prio3> Prio3::Create(const Prio3Parameters& parameters) {
  SOTTO_RETURN_IF_ERROR(CheckParameters(parameters));
  if (IsVector(parameters.variant)) {
    SOTTO_RETURN_IF_ERROR(CheckSize(parameters));
  } else {
    SOTTO_RETURN_IF_ERROR(CheckUnused("chunk_length", parameters.chunk_length));
  }
  return Prio3(MakeVariant(parameters));
}

Prio3 Prio3::HigherDegree() {
  return Prio3(Make({}, sotto::vdaf::HigherDegree<Field64>()));
}

const Prio3Parameters& Prio3::parameters() const {
  return implementation_->parameters();
}
uint32_t Prio3::algorithm_id() const {
  return implementation_->id();
}
size_t Prio3::measurement_length() const {
  return implementation_->measurement_len();
}
size_t Prio3::output_length() const {
  return implementation_->output_len();
}
size_t Prio3::encoded_element_size() const {
  return implementation_->encoded_size();
}
size_t Prio3::rand_size() const {
  return implementation_->shares() * kSeedSize * (implementation_->joint_rand() ? 2 : 1);
}
size_t Prio3::public_share_size() const {
  return implementation_->joint_rand() ? implementation_->shares() * kSeedSize : 0;
}
size_t Prio3::input_share_size(uint8_t aggregator) const {
  if (aggregator == 0) return implementation_->leader_share_size();
  return implementation_->joint_rand() ? 2 * kSeedSize : kSeedSize;
}
size_t Prio3::verifier_share_size() const {
  return implementation_->verifier_len() * encoded_element_size() + verifier_message_size();
}
size_t Prio3::verifier_message_size() const {
  return implementation_->joint_rand() ? kSeedSize : 0;
}
size_t Prio3::aggregate_share_size() const {
  return output_length() * encoded_element_size();
}

Result<Report> Prio3::Shard(ByteSpan ctx, std::span<const uint64_t> measurement, ByteSpan nonce, ByteSpan rand) const {
  SOTTO_RETURN_IF_ERROR(CheckArgument("the measurement", measurement.size(), measurement_length()));
  SOTTO_RETURN_IF_ERROR(CheckArgument("the nonce", nonce.size(), kNonceSize));
  SOTTO_RETURN_IF_ERROR(CheckArgument("rand", rand.size(), rand_size()));
  return implementation_->Shard(ctx, measurement, nonce, rand);
}

Result<VerifyStart> Prio3::VerifyInit(ByteSpan verify_key, ByteSpan ctx, uint8_t aggregator, ByteSpan nonce,
                                      ByteSpan public_share, ByteSpan input_share) const {
  SOTTO_RETURN_IF_ERROR(CheckArgument("the verify key", verify_key.size(), kVerifyKeySize));
  SOTTO_RETURN_IF_ERROR(CheckArgument("the nonce", nonce.size(), kNonceSize));
  SOTTO_RETURN_IF_ERROR(CheckRange("aggregator", aggregator, 0, implementation_->shares() - 1));
  SOTTO_RETURN_IF_ERROR(CheckBytes("the public share", public_share, public_share_size()));
  SOTTO_RETURN_IF_ERROR(CheckBytes("the input share", input_share, input_share_size(aggregator)));
  return implementation_->VerifyInit(verify_key, ctx, aggregator, nonce, public_share, input_share);
}

Result<Bytes> Prio3::VerifierSharesToMessage(ByteSpan ctx, std::span<const Bytes> verifier_shares) const {
  SOTTO_RETURN_IF_ERROR(
      CheckArgument("the list of verifier shares", verifier_shares.size(), implementation_->shares()));
  for (const Bytes& share : verifier_shares) {
    SOTTO_RETURN_IF_ERROR(CheckBytes("a verifier share", share, verifier_share_size()));
  }
  return implementation_->VerifierSharesToMessage(ctx, verifier_shares);
}

Result<Bytes> Prio3::VerifyNext(const VerifyState& state, ByteSpan verifier_message) const {
  SOTTO_RETURN_IF_ERROR(CheckBytes("the verifier message", verifier_message, verifier_message_size()));
  if (state.joint_rand_seed && !std::ranges::equal(*state.joint_rand_seed, verifier_message)) {
    return Error{ErrorCode::kMismatch, "the joint randomness is not what the client claimed.", "Refuse the report."};
  }
  return state.out_share;
}

Bytes Prio3::AggregateInit() const {
  return Bytes(aggregate_share_size(), 0);
}

Status Prio3::AggregateUpdate(Bytes& aggregate, ByteSpan out_share) const {
  SOTTO_RETURN_IF_ERROR(CheckBytes("the aggregate share", aggregate, aggregate_share_size()));
  SOTTO_RETURN_IF_ERROR(CheckBytes("the output share", out_share, aggregate_share_size()));
  return implementation_->Add(aggregate, out_share);
}

Status Prio3::AddToAggregate(Bytes& aggregate, std::span<const int64_t> values) const {
  SOTTO_RETURN_IF_ERROR(CheckBytes("the aggregate share", aggregate, aggregate_share_size()));
  SOTTO_RETURN_IF_ERROR(CheckArgument("the list of values", values.size(), output_length()));
  constexpr int64_t kBound = int64_t{1} << 62;
  for (const int64_t value : values) {
    if (value <= -kBound || value >= kBound) {
      return Error{ErrorCode::kInvalidArgument, "a value to be added is " + std::to_string(value) + ".",
                   "It must be between -2^62 and 2^62."};
    }
  }
  return implementation_->AddIntegers(aggregate, values);
}

Result<std::vector<uint64_t>> Prio3::Unshard(std::span<const Bytes> aggregate_shares) const {
  SOTTO_RETURN_IF_ERROR(CheckAggregateShares(aggregate_shares));
  SOTTO_ASSIGN_OR_RETURN(const std::vector<int64_t> sums, implementation_->Unshard(aggregate_shares, false));
  return std::vector<uint64_t>(sums.begin(), sums.end());
}

Result<std::vector<int64_t>> Prio3::UnshardSigned(std::span<const Bytes> aggregate_shares) const {
  SOTTO_RETURN_IF_ERROR(CheckAggregateShares(aggregate_shares));
  return implementation_->Unshard(aggregate_shares, true);
}

Status Prio3::CheckAggregateShares(std::span<const Bytes> shares) const {
  SOTTO_RETURN_IF_ERROR(CheckArgument("the list of aggregate shares", shares.size(), implementation_->shares()));
  for (const Bytes& share : shares) {
    SOTTO_RETURN_IF_ERROR(CheckBytes("an aggregate share", share, aggregate_share_size()));
  }
  return {};
}

}  // namespace sotto::vdaf
