// Prio3 over one circuit: draft-irtf-cfrg-vdaf-20, section 7.2. Internal to this folder; prio3.h is what others use.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sotto/vdaf/flp_bbcggi19.h"
#include "sotto/vdaf/prio3.h"
#include "sotto/vdaf/xof.h"

namespace sotto::vdaf {

// The version that stands in every domain separation tag: that of the last draft that changed the wire.
inline constexpr uint8_t kVersion = 18;

enum class Usage : uint16_t {
  kMeasShare = 1,
  kProofShare = 2,
  kJointRandomness = 3,
  kProveRandomness = 4,
  kQueryRandomness = 5,
  kJointRandSeed = 6,
  kJointRandPart = 7,
};

// domain_separation_tag(): format_dst(0, id, usage) and the context.
Bytes DomainSeparationTag(uint32_t id, Usage usage, ByteSpan ctx);

class Prio3Implementation {
 public:
  explicit Prio3Implementation(const Prio3Parameters& parameters) : parameters_(parameters) {}
  virtual ~Prio3Implementation() = default;
  const Prio3Parameters& parameters() const { return parameters_; }
  size_t shares() const { return parameters_.shares; }

  virtual uint32_t id() const = 0;
  virtual size_t measurement_len() const = 0;
  virtual size_t output_len() const = 0;
  virtual size_t encoded_size() const = 0;
  virtual bool joint_rand() const = 0;
  virtual size_t leader_share_size() const = 0;
  virtual size_t verifier_len() const = 0;

  virtual Result<Report> Shard(ByteSpan ctx, std::span<const uint64_t> measurement, ByteSpan nonce,
                               ByteSpan rand) const = 0;
  virtual Result<VerifyStart> VerifyInit(ByteSpan verify_key, ByteSpan ctx, uint8_t aggregator, ByteSpan nonce,
                                         ByteSpan public_share, ByteSpan input_share) const = 0;
  virtual Result<Bytes> VerifierSharesToMessage(ByteSpan ctx, std::span<const Bytes> verifier_shares) const = 0;
  virtual Status Add(Bytes& aggregate, ByteSpan share) const = 0;
  virtual Status AddIntegers(Bytes& aggregate, std::span<const int64_t> values) const = 0;
  // negative: sums below zero are allowed.
  virtual Result<std::vector<int64_t>> Unshard(std::span<const Bytes> aggregate_shares, bool negative) const = 0;

 private:
  Prio3Parameters parameters_;
};

inline Error OutsideField() {
  return {ErrorCode::kMalformed, "an element is not below the field's modulus.", "Refuse the report."};
}

// decode_vec(). kMalformed for an element outside the field. Precondition: the size is that of `out`.
template <class F>
Status DecodeVec(ByteSpan bytes, std::span<F> out) {
  bool in_field = true;
  for (size_t i = 0; i < out.size(); ++i) in_field &= F::Decode(&bytes[i * F::kEncodedSize], out[i]);
  if (in_field) return {};
  return OutsideField();
}

// encode_vec(), behind what `out` holds.
template <class F>
void EncodeVec(const std::vector<F>& elements, Bytes& out) {
  const size_t at = out.size();
  out.resize(at + elements.size() * F::kEncodedSize);
  for (size_t i = 0; i < elements.size(); ++i) elements[i].Encode(&out[at + i * F::kEncodedSize]);
}

template <class Circuit>
class Prio3Of final : public Prio3Implementation {
 public:
  using F = typename Circuit::Field;
  using Seed = XofTurboShake128::Seed;

  Prio3Of(const Prio3Parameters& parameters, Circuit circuit)
      : Prio3Implementation(parameters),
        flp_(std::move(circuit)),
        proofs_(parameters.proofs),
        shares_inverse_(F::FromInteger(parameters.shares).Inverse()) {}

  uint32_t id() const override { return Circuit::kId; }
  size_t measurement_len() const override { return valid().measurement_len(); }
  size_t output_len() const override { return valid().output_len(); }
  size_t encoded_size() const override { return F::kEncodedSize; }
  bool joint_rand() const override { return valid().joint_rand_len() > 0; }
  size_t leader_share_size() const override {
    return (valid().meas_len() + proofs_len()) * F::kEncodedSize + (joint_rand() ? kSeedSize : 0);
  }
  size_t verifier_len() const override { return flp_.verifier_len() * proofs_; }

  Result<Report> Shard(ByteSpan ctx, std::span<const uint64_t> measurement, ByteSpan nonce,
                       ByteSpan rand) const override {
    // rand: for each helper its share's seed, and its blind where there is joint randomness; the leader's blind; the
    // prove seed.
    const size_t seeds_each = joint_rand() ? 2 : 1;
    const auto seed = [&](size_t i) { return rand.subspan(i * kSeedSize, kSeedSize); };
    const auto helper_seed = [&](size_t helper) { return seed((helper - 1) * seeds_each); };
    const auto blind = [&](size_t aggregator) {
      return aggregator == 0 ? seed((shares() - 1) * 2) : seed((aggregator - 1) * 2 + 1);
    };
    const ByteSpan prove_seed = rand.last(kSeedSize);

    std::vector<F> meas(valid().meas_len());
    SOTTO_RETURN_IF_ERROR(valid().Encode(measurement, std::span<F>(meas)));

    Report report;
    report.input_shares.resize(shares());
    std::vector<Seed> parts(shares());
    std::vector<F> leader_meas = meas;
    for (size_t helper = 1; helper < shares(); ++helper) {
      const std::vector<F> share = HelperMeasShare(ctx, helper, helper_seed(helper));
      Subtract(leader_meas, share);
      Append(report.input_shares[helper], helper_seed(helper));
      if (joint_rand()) {
        parts[helper] = JointRandPart(ctx, helper, blind(helper), Encoded(share), nonce);
        Append(report.input_shares[helper], blind(helper));
      }
    }

    Bytes& leader = report.input_shares[0];
    leader.reserve(leader_share_size());
    EncodeVec(leader_meas, leader);
    std::vector<F> joint_rands;
    if (joint_rand()) {
      parts[0] = JointRandPart(ctx, 0, blind(0), leader, nonce);
      joint_rands = JointRands(ctx, JointRandSeed(ctx, parts));
      for (const Seed& part : parts) Append(report.public_share, part);
    }

    const std::vector<F> prove_rands =
        Expand(prove_seed, Usage::kProveRandomness, ctx, Proofs(), flp_.prove_rand_len() * proofs_);
    std::vector<F> proofs(proofs_len());
    for (size_t i = 0; i < proofs_; ++i) {
      flp_.Prove(meas, Part<const F>(prove_rands, i), Part<const F>(joint_rands, i), Part<F>(proofs, i));
    }
    for (size_t helper = 1; helper < shares(); ++helper) {
      Subtract(proofs, HelperProofsShare(ctx, helper, helper_seed(helper)));
    }
    EncodeVec(proofs, leader);
    if (joint_rand()) Append(leader, blind(0));
    return report;
  }

  Result<VerifyStart> VerifyInit(ByteSpan verify_key, ByteSpan ctx, uint8_t aggregator, ByteSpan nonce,
                                 ByteSpan public_share, ByteSpan input_share) const override {
    std::vector<F> meas(valid().meas_len());
    std::vector<F> proofs(proofs_len());
    if (aggregator == 0) {
      const size_t meas_bytes = meas.size() * F::kEncodedSize;
      SOTTO_RETURN_IF_ERROR(DecodeVec<F>(input_share.first(meas_bytes), meas));
      SOTTO_RETURN_IF_ERROR(DecodeVec<F>(input_share.subspan(meas_bytes, proofs.size() * F::kEncodedSize), proofs));
    } else {
      const ByteSpan seed = input_share.first(kSeedSize);
      meas = HelperMeasShare(ctx, aggregator, seed);
      proofs = HelperProofsShare(ctx, aggregator, seed);
    }

    VerifyStart start;
    Bytes& verifier_share = start.verifier_share;
    std::vector<F> joint_rands;
    std::optional<Seed> joint_rand_part;
    if (joint_rand()) {
      // What the client claims for the others, and what this share says for itself.
      std::vector<Seed> parts(shares());
      for (size_t i = 0; i < parts.size(); ++i) {
        std::copy_n(public_share.begin() + static_cast<ptrdiff_t>(i * kSeedSize), kSeedSize, parts[i].begin());
      }
      joint_rand_part = JointRandPart(ctx, aggregator, input_share.last(kSeedSize), Encoded(meas), nonce);
      parts[aggregator] = *joint_rand_part;
      start.state.joint_rand_seed = JointRandSeed(ctx, parts);
      joint_rands = JointRands(ctx, *start.state.joint_rand_seed);
    }

    Bytes binder = Proofs();
    Append(binder, nonce);
    const std::vector<F> query_rands =
        Expand(verify_key, Usage::kQueryRandomness, ctx, binder, flp_.query_rand_len() * proofs_);
    std::vector<F> verifiers(verifier_len());
    for (size_t i = 0; i < proofs_; ++i) {
      SOTTO_RETURN_IF_ERROR(flp_.Query(meas, Part<const F>(proofs, i), Part<const F>(query_rands, i),
                                       Part<const F>(joint_rands, i), shares_inverse_, Part<F>(verifiers, i)));
    }
    EncodeVec(verifiers, verifier_share);
    if (joint_rand_part) Append(verifier_share, *joint_rand_part);

    std::vector<F> out(output_len());
    valid().Truncate(meas, std::span<F>(out));
    EncodeVec(out, start.state.out_share);
    return start;
  }

  Result<Bytes> VerifierSharesToMessage(ByteSpan ctx, std::span<const Bytes> verifier_shares) const override {
    std::vector<F> verifiers(verifier_len());
    std::vector<F> share(verifier_len());
    std::vector<Seed> parts(shares());
    for (size_t i = 0; i < verifier_shares.size(); ++i) {
      const ByteSpan bytes = verifier_shares[i];
      SOTTO_RETURN_IF_ERROR(DecodeVec<F>(bytes.first(share.size() * F::kEncodedSize), share));
      for (size_t j = 0; j < share.size(); ++j) verifiers[j] += share[j];
      if (joint_rand()) std::copy_n(bytes.last(kSeedSize).begin(), kSeedSize, parts[i].begin());
    }
    for (size_t i = 0; i < proofs_; ++i) {
      if (!flp_.Decide(Part<const F>(verifiers, i))) {
        return Error{ErrorCode::kMismatch, "the proof does not hold: the measurement is not in bounds.",
                     "Refuse the report."};
      }
    }
    Bytes message;
    if (joint_rand()) Append(message, JointRandSeed(ctx, parts));
    return message;
  }

  Status Add(Bytes& aggregate, ByteSpan share) const override {
    Bytes sum(aggregate.size());
    bool in_field = true;
    for (size_t at = 0; at < sum.size(); at += F::kEncodedSize) {
      in_field &= F::AddEncoded(&aggregate[at], &share[at], &sum[at]);
    }
    if (!in_field) return OutsideField();
    aggregate = std::move(sum);
    return {};
  }

  Status AddIntegers(Bytes& aggregate, std::span<const int64_t> values) const override {
    std::vector<F> sum(output_len());
    SOTTO_RETURN_IF_ERROR(DecodeVec<F>(aggregate, sum));
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += F::FromSigned(values[i]);
    aggregate.clear();
    EncodeVec(sum, aggregate);
    return {};
  }

  Result<std::vector<int64_t>> Unshard(std::span<const Bytes> aggregate_shares, bool negative) const override {
    std::vector<F> sum(output_len());
    std::vector<F> share(output_len());
    for (const Bytes& bytes : aggregate_shares) {
      SOTTO_RETURN_IF_ERROR(DecodeVec<F>(bytes, share));
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += share[i];
    }
    constexpr uint64_t kBound = uint64_t{1} << F::kIntegerBits;
    const uint64_t shift = negative ? kBound : 0;
    std::vector<int64_t> result(sum.size());
    for (size_t i = 0; i < sum.size(); ++i) {
      const Wide integer = (sum[i] + F::FromInteger(shift)).Integer();
      if (integer.high != 0 || integer.low >= kBound + shift || (negative && integer.low == 0)) {
        return Error{ErrorCode::kMalformed, "the sum of entry " + std::to_string(i) + " is beyond 2^62.",
                     "The aggregate shares do not belong together."};
      }
      result[i] = static_cast<int64_t>(integer.low - shift);
    }
    return result;
  }

 private:
  const Circuit& valid() const { return flp_.valid(); }
  size_t proofs_len() const { return flp_.proof_len() * proofs_; }
  Bytes Proofs() const { return {static_cast<uint8_t>(proofs_)}; }

  static void Append(Bytes& to, ByteSpan bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
  static void Subtract(std::vector<F>& from, const std::vector<F>& what) {
    for (size_t i = 0; i < from.size(); ++i) from[i] -= what[i];
  }
  static Bytes Encoded(const std::vector<F>& elements) {
    Bytes bytes;
    EncodeVec(elements, bytes);
    return bytes;
  }
  // What belongs to proof i.
  template <class Element, class Vector>
  std::span<Element> Part(Vector& all, size_t i) const {
    const size_t each = all.size() / proofs_;
    return std::span<Element>(all).subspan(i * each, each);
  }

  std::vector<F> Expand(ByteSpan seed, Usage usage, ByteSpan ctx, ByteSpan binder, size_t length) const {
    return XofTurboShake128::ExpandIntoVec<F>(seed, DomainSeparationTag(id(), usage, ctx), binder, length);
  }
  std::vector<F> HelperMeasShare(ByteSpan ctx, size_t aggregator, ByteSpan seed) const {
    const std::array<uint8_t, 1> binder = {static_cast<uint8_t>(aggregator)};
    return Expand(seed, Usage::kMeasShare, ctx, binder, valid().meas_len());
  }
  std::vector<F> HelperProofsShare(ByteSpan ctx, size_t aggregator, ByteSpan seed) const {
    const std::array<uint8_t, 2> binder = {static_cast<uint8_t>(proofs_), static_cast<uint8_t>(aggregator)};
    return Expand(seed, Usage::kProofShare, ctx, binder, proofs_len());
  }

  Seed JointRandPart(ByteSpan ctx, size_t aggregator, ByteSpan blind, ByteSpan encoded_meas_share,
                     ByteSpan nonce) const {
    const std::array<uint8_t, 1> binder = {static_cast<uint8_t>(aggregator)};
    XofTurboShake128 xof(blind, DomainSeparationTag(id(), Usage::kJointRandPart, ctx), binder);
    xof.AbsorbBinder(nonce);
    xof.AbsorbBinder(encoded_meas_share);
    return xof.DeriveSeed();
  }
  Seed JointRandSeed(ByteSpan ctx, const std::vector<Seed>& parts) const {
    XofTurboShake128 xof(Seed{}, DomainSeparationTag(id(), Usage::kJointRandSeed, ctx), {});
    for (const Seed& part : parts) xof.AbsorbBinder(part);
    return xof.DeriveSeed();
  }
  std::vector<F> JointRands(ByteSpan ctx, const Seed& seed) const {
    return Expand(seed, Usage::kJointRandomness, ctx, Proofs(), valid().joint_rand_len() * proofs_);
  }

  FlpBbcggi19<Circuit> flp_;
  size_t proofs_;
  F shares_inverse_;
};

}  // namespace sotto::vdaf
