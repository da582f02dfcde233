#include "sotto/vdaf/prio3.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "sotto/base/random.h"
#include "sotto/vdaf/field128.h"
#include "sotto/vdaf/prio3_implementation.h"
#include "sotto/vdaf/types/types.h"

namespace sotto::vdaf {
namespace {

const Bytes kCtx = {'t', 'e', 's', 't'};

Bytes Draw(RandomSource& random, size_t size) {
  Bytes bytes(size);
  EXPECT_TRUE(random.Fill(bytes).ok());
  return bytes;
}

Prio3Parameters WithBestChunk(Prio3Parameters parameters) {
  parameters.chunk_length = BestChunkLength(parameters).value();
  return parameters;
}

Prio3 Make(const Prio3Parameters& parameters) {
  return Prio3::Create(parameters).value();
}

// What the aggregators make of a report: all output shares, or the error at which it was refused.
Result<std::vector<Bytes>> Verify(const Prio3& prio3, ByteSpan key, ByteSpan nonce, const Report& report) {
  std::vector<VerifyState> states;
  std::vector<Bytes> verifier_shares;
  for (size_t i = 0; i < report.input_shares.size(); ++i) {
    SOTTO_ASSIGN_OR_RETURN(VerifyStart start, prio3.VerifyInit(key, kCtx, static_cast<uint8_t>(i), nonce,
                                                               report.public_share, report.input_shares[i]));
    states.push_back(std::move(start.state));
    verifier_shares.push_back(std::move(start.verifier_share));
  }
  SOTTO_ASSIGN_OR_RETURN(const Bytes message, prio3.VerifierSharesToMessage(kCtx, verifier_shares));
  std::vector<Bytes> out_shares;
  for (const VerifyState& state : states) {
    SOTTO_ASSIGN_OR_RETURN(Bytes out_share, prio3.VerifyNext(state, message));
    out_shares.push_back(std::move(out_share));
  }
  return out_shares;
}

Prio3Parameters AnyParameters() {
  Prio3Parameters parameters;
  parameters.variant =
      *rc::gen::element(Prio3Variant::kCount, Prio3Variant::kSum, Prio3Variant::kSumVec, Prio3Variant::kHistogram,
                        Prio3Variant::kMultihotCountVec, Prio3Variant::kSumVecWithMultiproof);
  parameters.shares = *rc::gen::inRange<uint8_t>(2, 6);
  const bool sum_vec =
      parameters.variant == Prio3Variant::kSumVec || parameters.variant == Prio3Variant::kSumVecWithMultiproof;
  if (parameters.variant == Prio3Variant::kSum || sum_vec) {
    parameters.max_measurement =
        *rc::gen::oneOf(rc::gen::inRange<uint64_t>(1, 70), rc::gen::inRange<uint64_t>(1, uint64_t{1} << 40));
  }
  if (parameters.variant != Prio3Variant::kCount && parameters.variant != Prio3Variant::kSum) {
    parameters.length = *rc::gen::inRange<uint64_t>(1, 20);
    parameters.chunk_length = *rc::gen::inRange<uint64_t>(1, 40);  // longer than the measurement, too
  }
  if (parameters.variant == Prio3Variant::kMultihotCountVec) {
    parameters.max_weight = *rc::gen::inRange<uint64_t>(1, parameters.length + 1);
  }
  if (parameters.variant == Prio3Variant::kSumVecWithMultiproof) parameters.proofs = *rc::gen::inRange<uint8_t>(3, 6);
  return parameters;
}

std::vector<uint64_t> AnyMeasurement(const Prio3Parameters& parameters) {
  switch (parameters.variant) {
    case Prio3Variant::kCount:
      return {*rc::gen::inRange<uint64_t>(0, 2)};
    case Prio3Variant::kSum:
      return {*rc::gen::inRange<uint64_t>(0, parameters.max_measurement + 1)};
    case Prio3Variant::kHistogram:
      return {*rc::gen::inRange<uint64_t>(0, parameters.length)};
    case Prio3Variant::kMultihotCountVec: {
      std::vector<uint64_t> bits(parameters.length, 0);
      for (uint64_t i = *rc::gen::inRange<uint64_t>(0, parameters.max_weight + 1); i > 0; --i) {
        bits[*rc::gen::inRange<size_t>(0, parameters.length)] = 1;
      }
      return bits;
    }
    case Prio3Variant::kSumVec:
    case Prio3Variant::kSumVecWithMultiproof:
      return *rc::gen::container<std::vector<uint64_t>>(parameters.length,
                                                        rc::gen::inRange<uint64_t>(0, parameters.max_measurement + 1));
  }
  return {};
}

RC_GTEST_PROP(Prio3, GivesThePlainSum, ()) {
  const Prio3Parameters parameters = AnyParameters();
  const Prio3 prio3 = Make(parameters);
  ChaCha20Source random(*rc::gen::arbitrary<uint64_t>());
  const Bytes key = Draw(random, kVerifyKeySize);
  std::vector<uint64_t> expected(prio3.output_length(), 0);
  std::vector<Bytes> aggregates(parameters.shares, prio3.AggregateInit());
  for (int reports = *rc::gen::inRange(1, 4); reports > 0; --reports) {
    const std::vector<uint64_t> measurement = AnyMeasurement(parameters);
    if (parameters.variant == Prio3Variant::kHistogram) {
      ++expected[measurement[0]];
    } else {
      for (size_t i = 0; i < expected.size(); ++i) expected[i] += measurement[i];
    }
    const Bytes nonce = Draw(random, kNonceSize);
    const auto report = prio3.Shard(kCtx, measurement, nonce, Draw(random, prio3.rand_size()));
    RC_ASSERT(report.ok());
    RC_ASSERT(report.value().public_share.size() == prio3.public_share_size());
    for (uint8_t i = 0; i < parameters.shares; ++i) {
      RC_ASSERT(report.value().input_shares[i].size() == prio3.input_share_size(i));
    }
    const auto out_shares = Verify(prio3, key, nonce, report.value());
    RC_ASSERT(out_shares.ok());
    for (size_t i = 0; i < aggregates.size(); ++i) {
      RC_ASSERT(prio3.AggregateUpdate(aggregates[i], out_shares.value()[i]).ok());
    }
  }
  RC_ASSERT(prio3.Unshard(aggregates).value() == expected);
  const std::vector<int64_t> as_signed = prio3.UnshardSigned(aggregates).value();
  RC_ASSERT(std::vector<uint64_t>(as_signed.begin(), as_signed.end()) == expected);
}

struct Shape {
  const char* name;
  Prio3Parameters parameters;
  std::vector<uint64_t> measurement;
};

const Shape kShapes[] = {
    {"Count", {.variant = Prio3Variant::kCount}, {1}},
    {"Sum", {.variant = Prio3Variant::kSum, .max_measurement = 5}, {3}},
    {"SumVec", {.variant = Prio3Variant::kSumVec, .length = 3, .max_measurement = 6, .chunk_length = 4}, {6, 0, 2}},
    {"Histogram", {.variant = Prio3Variant::kHistogram, .length = 5, .chunk_length = 2}, {4}},
    {"MultihotCountVec",
     {.variant = Prio3Variant::kMultihotCountVec, .length = 4, .max_weight = 2, .chunk_length = 3},
     {0, 1, 1, 0}},
    {"SumVecWithMultiproof",
     {.variant = Prio3Variant::kSumVecWithMultiproof,
      .length = 2,
      .max_measurement = 3,
      .chunk_length = 2,
      .proofs = 3},
     {1, 3}},
};

class Prio3Shape : public ::testing::TestWithParam<Shape> {
 protected:
  Prio3 prio3 = Make(GetParam().parameters);
  ChaCha20Source random{7};
  Bytes key = Draw(random, kVerifyKeySize);
  Bytes nonce = Draw(random, kNonceSize);
  Report report = prio3.Shard(kCtx, GetParam().measurement, nonce, Draw(random, prio3.rand_size())).value();
};
INSTANTIATE_TEST_SUITE_P(, Prio3Shape, ::testing::ValuesIn(kShapes),
                         [](const auto& each) { return std::string(each.param.name); });

TEST_P(Prio3Shape, IsRefusedWithAnyBitOfTheReportFlipped) {
  ASSERT_TRUE(Verify(prio3, key, nonce, report).ok());
  std::vector<Bytes*> parts;
  // The nonce is bound to the shares by joint randomness, so where there is none, another nonce is as good.
  if (prio3.public_share_size() > 0) parts = {&report.public_share, &nonce};
  for (Bytes& share : report.input_shares) parts.push_back(&share);
  for (Bytes* part : parts) {
    for (size_t bit = 0; bit < 8 * part->size(); ++bit) {
      (*part)[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
      const auto verified = Verify(prio3, key, nonce, report);
      ASSERT_FALSE(verified.ok()) << "bit " << bit;
      ASSERT_TRUE(verified.error().code == ErrorCode::kMismatch || verified.error().code == ErrorCode::kMalformed);
      (*part)[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    }
  }
}

TEST_P(Prio3Shape, IsRefusedUnderAnotherContext) {
  const auto start = prio3.VerifyInit(key, Bytes{'x'}, 0, nonce, report.public_share, report.input_shares[0]);
  const auto other = prio3.VerifyInit(key, Bytes{'x'}, 1, nonce, report.public_share, report.input_shares[1]);
  ASSERT_TRUE(start.ok() && other.ok());
  const std::vector<Bytes> shares = {start.value().verifier_share, other.value().verifier_share};
  EXPECT_EQ(prio3.VerifierSharesToMessage(Bytes{'x'}, shares).error().code, ErrorCode::kMismatch);
}

TEST_P(Prio3Shape, RefusesSharesCutAnywhereOrTooLong) {
  for (uint8_t aggregator = 0; aggregator < 2; ++aggregator) {
    Bytes share = report.input_shares[aggregator];
    share.push_back(0);
    const auto verify = [&](ByteSpan public_share, ByteSpan input_share) {
      return prio3.VerifyInit(key, kCtx, aggregator, nonce, public_share, input_share);
    };
    EXPECT_EQ(verify(report.public_share, share).error().code, ErrorCode::kMalformed);
    share.pop_back();
    for (size_t size = 0; size < share.size(); ++size) {
      ASSERT_EQ(verify(report.public_share, ByteSpan(share).first(size)).error().code, ErrorCode::kTruncated);
    }
    for (size_t size = 0; size < report.public_share.size(); ++size) {
      ASSERT_EQ(verify(ByteSpan(report.public_share).first(size), share).error().code, ErrorCode::kTruncated);
    }
  }
}

TEST_P(Prio3Shape, RefusesElementsOutsideTheField) {
  Bytes share = report.input_shares[0];
  std::fill_n(share.begin(), prio3.encoded_element_size(), uint8_t{0xFF});
  EXPECT_EQ(prio3.VerifyInit(key, kCtx, 0, nonce, report.public_share, share).error().code, ErrorCode::kMalformed);

  Bytes aggregate = prio3.AggregateInit();
  const Bytes outside(aggregate.size(), 0xFF);
  EXPECT_EQ(prio3.AggregateUpdate(aggregate, outside).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(aggregate, prio3.AggregateInit());

  // One element outside, the first or the last, of either argument.
  for (const size_t at : {size_t{0}, aggregate.size() - prio3.encoded_element_size()}) {
    Bytes one(aggregate.size(), 0);
    std::fill_n(one.begin() + static_cast<std::ptrdiff_t>(at), prio3.encoded_element_size(), uint8_t{0xFF});
    EXPECT_EQ(prio3.AggregateUpdate(aggregate, one).error().code, ErrorCode::kMalformed);
    EXPECT_EQ(aggregate, prio3.AggregateInit());
    Bytes damaged = one;
    EXPECT_EQ(prio3.AggregateUpdate(damaged, prio3.AggregateInit()).error().code, ErrorCode::kMalformed);
    EXPECT_EQ(damaged, one);
  }

  const std::vector<Bytes> verifier_shares(2, Bytes(prio3.verifier_share_size(), 0xFF));
  EXPECT_EQ(prio3.VerifierSharesToMessage(kCtx, verifier_shares).error().code, ErrorCode::kMalformed);
}

TEST_P(Prio3Shape, RefusesVerifierSharesAndMessagesOfAWrongSize) {
  const std::vector<Bytes> empty(2);
  EXPECT_EQ(prio3.VerifierSharesToMessage(kCtx, empty).error().code, ErrorCode::kTruncated);
  EXPECT_EQ(prio3.VerifierSharesToMessage(kCtx, std::vector<Bytes>(1)).error().code, ErrorCode::kInvalidArgument);
  const auto start = prio3.VerifyInit(key, kCtx, 0, nonce, report.public_share, report.input_shares[0]);
  EXPECT_FALSE(prio3.VerifyNext(start.value().state, Bytes(prio3.verifier_message_size() + 1)).ok());
}

TEST_P(Prio3Shape, RefusesArgumentsOfAWrongSize) {
  const Bytes rand(prio3.rand_size());
  const auto code = [](const auto& result) { return result.error().code; };
  const std::vector<uint64_t>& measurement = GetParam().measurement;
  EXPECT_EQ(code(prio3.Shard(kCtx, measurement, Bytes(15), rand)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(prio3.Shard(kCtx, measurement, nonce, Bytes(rand.size() - 1))), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(prio3.Shard(kCtx, std::vector<uint64_t>(99), nonce, rand)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(prio3.VerifyInit(Bytes(31), kCtx, 0, nonce, report.public_share, report.input_shares[0])),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(prio3.VerifyInit(key, kCtx, 2, nonce, report.public_share, report.input_shares[0])),
            ErrorCode::kInvalidArgument);
}

TEST_P(Prio3Shape, RefusesMeasurementsOutOfBounds) {
  const Bytes rand(prio3.rand_size());
  std::vector<uint64_t> measurement = GetParam().measurement;
  for (const uint64_t beyond : {uint64_t{7}, ~uint64_t{0}}) {
    measurement.back() = beyond;
    EXPECT_EQ(prio3.Shard(kCtx, measurement, nonce, rand).error().code, ErrorCode::kInvalidArgument) << beyond;
  }
}

TEST_P(Prio3Shape, AddsNoiseToOneShareAndReadsItBackSigned) {
  std::vector<Bytes> aggregates(2, prio3.AggregateInit());
  std::vector<int64_t> noise(prio3.output_length(), -17);
  ASSERT_TRUE(prio3.AddToAggregate(aggregates[0], noise).ok());
  EXPECT_EQ(prio3.UnshardSigned(aggregates).value(), noise);
  EXPECT_EQ(prio3.Unshard(aggregates).error().code, ErrorCode::kMalformed);
  noise.back() = int64_t{1} << 62;
  const Bytes before = aggregates[0];
  EXPECT_EQ(prio3.AddToAggregate(aggregates[0], noise).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(aggregates[0], before);
}

TEST_P(Prio3Shape, RefusesAggregateSharesThatDoNotBelongTogether) {
  std::vector<Bytes> aggregates(2, prio3.AggregateInit());
  ASSERT_TRUE(prio3.AggregateUpdate(aggregates[0], Verify(prio3, key, nonce, report).value()[0]).ok());
  EXPECT_EQ(prio3.Unshard(aggregates).error().code, ErrorCode::kMalformed);
  EXPECT_FALSE(prio3.Unshard(std::vector<Bytes>(1, prio3.AggregateInit())).ok());
}

// A client that follows the protocol to the letter, but encodes what is not allowed.
class CheatingHistogram : public Histogram<Field128> {
 public:
  using Histogram::Histogram;
  std::vector<uint64_t> encoded;
  Status Encode(std::span<const uint64_t>, std::span<Field128> out) const {
    for (size_t i = 0; i < out.size(); ++i) out[i] = Field128::FromInteger(encoded[i]);
    return {};
  }
};

TEST(Prio3, CatchesAClientThatProvesAnInvalidMeasurement) {
  const Prio3Parameters parameters{.variant = Prio3Variant::kHistogram, .length = 4, .chunk_length = 2};
  const Prio3 honest = Make(parameters);
  ChaCha20Source random(3);
  const Bytes key = Draw(random, kVerifyKeySize);
  const auto verified = [&](std::vector<uint64_t> encoded) {
    CheatingHistogram circuit(4, 2);
    circuit.encoded = std::move(encoded);
    const Prio3Of<CheatingHistogram> client(parameters, circuit);
    const Bytes nonce = Draw(random, kNonceSize);
    const Report report = client.Shard(kCtx, std::vector<uint64_t>{0}, nonce, Draw(random, honest.rand_size())).value();
    return Verify(honest, key, nonce, report).ok();
  };
  EXPECT_TRUE(verified({0, 0, 1, 0}));
  EXPECT_FALSE(verified({0, 0, 2, 0}));  // a bucket of two
  EXPECT_FALSE(verified({0, 1, 1, 0}));  // two buckets
  EXPECT_FALSE(verified({0, 0, 0, 0}));  // none
  EXPECT_FALSE(verified({3, ~uint64_t{0}, 0, 0}));
}

TEST(Prio3, RefusesParametersOutOfRangeByName) {
  const auto message = [](const Prio3Parameters& parameters) {
    const auto made = Prio3::Create(parameters);
    return made.ok() ? "accepted" : made.error().message;
  };
  using enum Prio3Variant;
  EXPECT_EQ(message({.variant = kCount, .shares = 1}), "shares is 1.");
  EXPECT_EQ(message({.variant = kCount, .length = 3}), "length is 3.");
  EXPECT_EQ(message({.variant = kCount, .chunk_length = 3}), "chunk_length is 3.");
  EXPECT_EQ(message({.variant = kSum}), "max_measurement is 0.");
  EXPECT_EQ(message({.variant = kSum, .max_measurement = uint64_t{1} << 62}),
            "max_measurement is 4611686018427387904.");
  EXPECT_EQ(message({.variant = kHistogram, .length = 0, .chunk_length = 1}), "length is 0.");
  EXPECT_EQ(message({.variant = kHistogram, .length = 4, .chunk_length = 0}), "chunk_length is 0.");
  EXPECT_EQ(message({.variant = kHistogram, .length = 4, .chunk_length = 2, .proofs = 2}), "proofs is 2.");
  EXPECT_EQ(message({.variant = kMultihotCountVec, .length = 4, .chunk_length = 2}), "max_weight is 0.");
  EXPECT_EQ(message({.variant = kMultihotCountVec, .length = 4, .max_weight = 5, .chunk_length = 2}),
            "max_weight is 5.");
  EXPECT_EQ(message({.variant = kSumVecWithMultiproof, .length = 4, .max_measurement = 1, .chunk_length = 2}),
            "proofs is 1.");
}

TEST(Prio3, RefusesHugeParametersBeforeItAllocates) {
  using enum Prio3Variant;
  const uint64_t huge = ~uint64_t{0};
  EXPECT_EQ(Prio3::Create({.variant = kHistogram, .length = huge, .chunk_length = 1}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Prio3::Create({.variant = kHistogram, .length = 4, .chunk_length = huge}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Prio3::Create({.variant = kHistogram, .length = 4, .chunk_length = kMaxElements}).error().code,
            ErrorCode::kResourceExhausted);
  EXPECT_EQ(Prio3::Create({.variant = kSumVec,
                           .length = kMaxElements,
                           .max_measurement = (uint64_t{1} << 62) - 1,
                           .chunk_length = 4096})
                .error()
                .code,
            ErrorCode::kResourceExhausted);
  EXPECT_EQ(Prio3::Create({.variant = kSumVecWithMultiproof,
                           .length = 10'000,
                           .max_measurement = 1,
                           .chunk_length = 1'000'000,
                           .proofs = 255})
                .error()
                .code,
            ErrorCode::kResourceExhausted);
}

TEST(BestChunkLength, MakesNoLongerProofThanAnyOther) {
  using enum Prio3Variant;
  for (const Prio3Parameters& parameters : {Prio3Parameters{.variant = kHistogram, .length = 36},
                                            {.variant = kMultihotCountVec, .length = 300, .max_weight = 9},
                                            {.variant = kSumVec, .length = 50, .max_measurement = 15},
                                            {.variant = kHistogram, .length = 1}}) {
    const size_t best = Make(WithBestChunk(parameters)).input_share_size(0);
    Prio3Parameters other = parameters;
    for (other.chunk_length = 1; other.chunk_length <= 400; ++other.chunk_length) {
      ASSERT_LE(best, Make(other).input_share_size(0)) << other.chunk_length;
    }
  }
}

TEST(Prio3, KeepsTheStatedSizesOfAnAffinityReport) {
  const Prio3 prio3 =
      Make(WithBestChunk({.variant = Prio3Variant::kMultihotCountVec, .length = 8256, .max_weight = 528}));
  EXPECT_LE(prio3.input_share_size(0), 140'000u);
  EXPECT_LE(prio3.input_share_size(1) + prio3.public_share_size(), 200u);
}

}  // namespace
}  // namespace sotto::vdaf
