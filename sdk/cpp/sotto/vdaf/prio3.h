// Prio3: a verifiable distributed aggregation function. draft-irtf-cfrg-vdaf-20, section 7; names are the draft's.
//
// A client cuts a measurement into input shares, one for each aggregator. Each aggregator checks, together with the
// others and without reading it, that the measurement is in bounds (VerifyInit, VerifierSharesToMessage, VerifyNext),
// and adds its output share to its aggregate share. All aggregate shares together give the sum, fewer give nothing.
//
//   SOTTO_ASSIGN_OR_RETURN(const Prio3 prio3, Prio3::Create({.variant = Prio3Variant::kHistogram, .length = 36, ...}));
//   SOTTO_ASSIGN_OR_RETURN(auto report, prio3.Shard(ctx, measurement, nonce, rand));     // the client
//   SOTTO_ASSIGN_OR_RETURN(auto started, prio3.VerifyInit(key, ctx, 0, nonce, report.public_share,
//   report.input_shares[0]));
//
// Shares and messages are bytes in the draft's encoding: what is sent is what is computed with. Everything that comes
// from another party is checked: kMalformed for an element outside the field or bytes left over, kTruncated for too
// few.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::vdaf {

inline constexpr size_t kNonceSize = 16;
inline constexpr size_t kVerifyKeySize = 32;
inline constexpr size_t kSeedSize = 32;
// Of elements in an encoded measurement with its proofs: 16 MiB in Field128. Parameters beyond are refused.
inline constexpr uint64_t kMaxElements = uint64_t{1} << 20;

enum class Prio3Variant : uint8_t {
  kCount,                 // one bit                                                       -> how many were 1
  kSum,                   // one integer, 0 to max_measurement                             -> the sum
  kSumVec,                // `length` integers, 0 to max_measurement each                  -> the sum of each
  kHistogram,             // one bucket, 0 to length - 1                                   -> the count of each
  kMultihotCountVec,      // `length` bits, at most max_weight of them 1                   -> the count of each
  kSumVecWithMultiproof,  // as kSumVec in Field64 with several proofs: half the bytes. Experimental in the draft
};

// What a variant does not use stays 0.
struct Prio3Parameters {
  Prio3Variant variant = Prio3Variant::kCount;
  uint64_t length = 0;           // of vectors
  uint64_t max_measurement = 0;  // Sum, SumVec: 1 to 2^62 - 1
  uint64_t max_weight = 0;       // MultihotCountVec: 1 to length
  uint64_t chunk_length = 0;     // vectors: how many checks share a gadget call, 1 to kMaxElements. See BestChunkLength
  uint8_t proofs = 1;  // kSumVecWithMultiproof: 2 to 255; others have 1. Field64 needs at least 3 (section 7.1.2)
  uint8_t shares = 2;  // aggregators, 2 to 255

  friend bool operator==(const Prio3Parameters&, const Prio3Parameters&) = default;
};

// The chunk length that makes the shortest proof, and among equals the least work, for parameters whose own is ignored.
// 0 for variants without one. Errors: those of Prio3::Create.
Result<uint64_t> BestChunkLength(Prio3Parameters parameters);

// What a client sends: the public share to everybody, input_shares[i] to aggregator i. The leader is aggregator 0.
struct Report {
  Bytes public_share;
  std::vector<Bytes> input_shares;
};

// What an aggregator keeps between VerifyInit and VerifyNext. Secret: out_share is its share of the measurement.
struct VerifyState {
  Bytes out_share;
  std::optional<std::array<uint8_t, kSeedSize>> joint_rand_seed;  // "corrected", of variants with joint randomness
};

struct VerifyStart {
  VerifyState state;
  Bytes verifier_share;  // for the other aggregators
};

class Prio3Implementation;

// Immutable and cheap to copy.
class Prio3 {
 public:
  // kInvalidArgument for a parameter out of its range, or one that the variant has not; kResourceExhausted where a
  // report would have more than kMaxElements, before anything is allocated. What is made is tables of at most 32 MiB.
  static Result<Prio3> Create(const Prio3Parameters& parameters);

  // The draft's test circuit with a gadget of degree three, a measurement of 0, 1 or 2: only for its vectors.
  static Prio3 HigherDegree();

  const Prio3Parameters& parameters() const;
  uint32_t algorithm_id() const;        // section 10: 1 Count, ..., 0xFFFFFFFF for the experimental one
  size_t measurement_length() const;    // numbers in a measurement
  size_t output_length() const;         // numbers in an aggregate result
  size_t encoded_element_size() const;  // bytes: 8 in Field64, 16 in Field128
  size_t rand_size() const;             // bytes, as the sizes below
  size_t public_share_size() const;
  size_t input_share_size(uint8_t aggregator) const;
  size_t verifier_share_size() const;
  size_t verifier_message_size() const;
  size_t aggregate_share_size() const;  // and of an output share

  // measurement   measurement_length() numbers. Count: 0 or 1; Histogram: the bucket; MultihotCountVec: bits.
  // nonce         kNonceSize random bytes that name the report; also told to the aggregators
  // rand          rand_size() bytes from the system's source, used once and told to nobody
  // Errors: kInvalidArgument for a wrong size or a measurement out of bounds. Time does not depend on the measurement's
  // values, as far as they are in bounds.
  Result<Report> Shard(ByteSpan ctx, std::span<const uint64_t> measurement, ByteSpan nonce, ByteSpan rand) const;

  // aggregator 0 is the leader. verify_key: kVerifyKeySize bytes that all aggregators know and no client does.
  // Errors: kInvalidArgument for a wrong size of key or nonce or an aggregator that does not exist; kMalformed,
  // kTruncated for shares.
  Result<VerifyStart> VerifyInit(ByteSpan verify_key, ByteSpan ctx, uint8_t aggregator, ByteSpan nonce,
                                 ByteSpan public_share, ByteSpan input_share) const;

  // Of all aggregators, in their order. kMismatch if the proof does not hold: the report is to be refused.
  Result<Bytes> VerifierSharesToMessage(ByteSpan ctx, std::span<const Bytes> verifier_shares) const;

  // The output share. kMismatch if the joint randomness is not what the client claimed: the report is to be refused.
  Result<Bytes> VerifyNext(const VerifyState& state, ByteSpan verifier_message) const;

  // An aggregate share of no reports, and the same with one more output share. `aggregate` is unchanged by an error.
  Bytes AggregateInit() const;
  Status AggregateUpdate(Bytes& aggregate, ByteSpan out_share) const;

  // Adds `values`, output_length() of them and each above -2^62 and below 2^62, to an aggregate share: noise.
  Status AddToAggregate(Bytes& aggregate, std::span<const int64_t> values) const;

  // The sum, from all aggregators' shares. kMalformed if a sum is 2^62 or more: shares that do not belong together.
  Result<std::vector<uint64_t>> Unshard(std::span<const Bytes> aggregate_shares) const;
  // The same where noise may have made sums negative: the field's upper half stands for numbers below zero. kMalformed
  // unless each is above -2^62 and below 2^62.
  Result<std::vector<int64_t>> UnshardSigned(std::span<const Bytes> aggregate_shares) const;

 private:
  explicit Prio3(std::shared_ptr<const Prio3Implementation> implementation);
  Status CheckAggregateShares(std::span<const Bytes> shares) const;
  std::shared_ptr<const Prio3Implementation> implementation_;
};

}  // namespace sotto::vdaf
