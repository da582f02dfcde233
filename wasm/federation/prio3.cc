// Binding of sotto/vdaf: all of Prio3, as the draft's test vectors and an auditor need it.
#include "prio3.h"

#include <array>
#include <string_view>

SOTTO_DECLARE_ANSWER(Prio3Answer)
SOTTO_DECLARE_ANSWER(Prio3ReportAnswer)
SOTTO_DECLARE_ANSWER(VerifyStartAnswer)
SOTTO_DECLARE_ANSWER(Prio3BytesAnswer)
SOTTO_DECLARE_ANSWER(Prio3NumbersAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(OwnedPrio3)
EMSCRIPTEN_DECLARE_VAL_TYPE(BytesList)
EMSCRIPTEN_DECLARE_VAL_TYPE(Prio3Options)

namespace {

using sotto::Bytes;
using sotto::Result;
using sotto::vdaf::Prio3;
using sotto::vdaf::Prio3Parameters;
using sotto::vdaf::Report;
using sotto::vdaf::VerifyStart;
using sotto::vdaf::VerifyState;
using sotto::wasm::Answer;
using sotto::wasm::BytesOf;
using sotto::wasm::CopiedArray;
using sotto::wasm::val;
using sotto::wasm::Whole;

// In the order of Prio3Variant.
constexpr std::array<std::string_view, 6> kVariants = {
    "Count", "Sum", "SumVec", "Histogram", "MultihotCountVec", "SumVecWithMultiproof"};

// What is no such number becomes one that Create refuses.
uint64_t NumberAt(const val& options, const char* name, uint64_t missing) {
  const val number = options[name];
  if (number.isUndefined()) return missing;
  return static_cast<uint64_t>(Whole(number.as<double>(), -1));
}

Prio3Answer Create(const Prio3Options& options) {
  const auto create = [&]() -> Result<Prio3> {
    const auto name = options["variant"].as<std::string>();
    Prio3Parameters parameters;
    const auto* const variant = std::find(kVariants.begin(), kVariants.end(), name);
    parameters.variant = static_cast<sotto::vdaf::Prio3Variant>(variant - kVariants.begin());
    parameters.length = NumberAt(options, "length", 0);
    parameters.max_measurement = NumberAt(options, "maxMeasurement", 0);
    parameters.max_weight = NumberAt(options, "maxWeight", 0);
    parameters.chunk_length = NumberAt(options, "chunkLength", 0);
    const uint64_t proofs = NumberAt(options, "proofs", 1);
    const uint64_t shares = NumberAt(options, "shares", 2);
    if (variant == kVariants.end() || proofs > 255 || shares > 255) {
      return sotto::Error{sotto::ErrorCode::kInvalidArgument, "there is no such Prio3 as " + name + ".",
                          "Count, Sum, SumVec, Histogram, MultihotCountVec or SumVecWithMultiproof; at most 255 proofs "
                          "and shares."};
    }
    parameters.proofs = static_cast<uint8_t>(proofs);
    parameters.shares = static_cast<uint8_t>(shares);
    return Prio3::Create(parameters);
  };
  return Prio3Answer(Answer(create(), [](Prio3&& prio3) { return sotto::wasm::Owned(std::move(prio3)); }));
}

OwnedPrio3 HigherDegree() {
  return OwnedPrio3(sotto::wasm::Owned(Prio3::HigherDegree()));
}

val ListOf(std::span<const Bytes> all) {
  val list = val::array();
  for (const Bytes& bytes : all) list.call<void>("push", CopiedArray<uint8_t>(bytes));
  return list;
}

std::vector<Bytes> AllOf(const BytesList& list) {
  std::vector<Bytes> all;
  for (const val& bytes : emscripten::vecFromJSArray<val>(list)) {
    all.push_back(emscripten::convertJSArrayToNumberVector<uint8_t>(bytes));
  }
  return all;
}

Prio3BytesAnswer BytesAnswer(const Result<Bytes>& bytes) {
  return Prio3BytesAnswer(Answer(bytes, [](const Bytes& bytes) { return CopiedArray<uint8_t>(bytes); }));
}

Prio3ReportAnswer Shard(const Prio3& prio3, const Uint8List& ctx, const Float64List& numbers, const Uint8List& nonce,
                        const Uint8List& rand) {
  std::vector<uint64_t> measurement;
  for (const double number : emscripten::convertJSArrayToNumberVector<double>(numbers)) {
    measurement.push_back(static_cast<uint64_t>(Whole(number, -1)));
  }
  return Prio3ReportAnswer(
      Answer(prio3.Shard(BytesOf(ctx), measurement, BytesOf(nonce), BytesOf(rand)), [](const Report& report) {
        val answer = val::object();
        answer.set("publicShare", CopiedArray<uint8_t>(report.public_share));
        answer.set("inputShares", ListOf(report.input_shares));
        return answer;
      }));
}

VerifyStartAnswer VerifyInit(const Prio3& prio3, const Uint8List& key, const Uint8List& ctx, uint32_t aggregator,
                             const Uint8List& nonce, const Uint8List& public_share, const Uint8List& input_share) {
  const auto index = static_cast<uint8_t>(std::min(aggregator, uint32_t{255}));  // there are at most 255: 0 to 254
  return VerifyStartAnswer(Answer(
      prio3.VerifyInit(BytesOf(key), BytesOf(ctx), index, BytesOf(nonce), BytesOf(public_share), BytesOf(input_share)),
      [](VerifyStart&& start) {
        val answer = val::object();
        answer.set("verifierShare", CopiedArray<uint8_t>(start.verifier_share));
        answer.set("state", sotto::wasm::Owned(std::move(start.state)));
        return answer;
      }));
}

Prio3BytesAnswer VerifierSharesToMessage(const Prio3& prio3, const Uint8List& ctx, const BytesList& shares) {
  return BytesAnswer(prio3.VerifierSharesToMessage(BytesOf(ctx), AllOf(shares)));
}

Prio3BytesAnswer VerifyNext(const Prio3& prio3, const VerifyState& state, const Uint8List& message) {
  return BytesAnswer(prio3.VerifyNext(state, BytesOf(message)));
}

// The sum of output shares: an aggregate share.
Prio3BytesAnswer Aggregate(const Prio3& prio3, const BytesList& out_shares) {
  const auto aggregate = [&]() -> Result<Bytes> {
    Bytes sum = prio3.AggregateInit();
    for (const Bytes& share : AllOf(out_shares)) SOTTO_RETURN_IF_ERROR(prio3.AggregateUpdate(sum, share));
    return sum;
  };
  return BytesAnswer(aggregate());
}

Prio3NumbersAnswer Unshard(const Prio3& prio3, const BytesList& shares) {
  const auto unshard = [&]() -> Result<std::vector<double>> {
    SOTTO_ASSIGN_OR_RETURN(const std::vector<uint64_t> sums, prio3.Unshard(AllOf(shares)));
    std::vector<double> numbers;
    for (const uint64_t sum : sums) {
      if (sum >= uint64_t{1} << 53) {
        return sotto::Error{sotto::ErrorCode::kResourceExhausted, "a sum is above what JavaScript counts exactly.", ""};
      }
      numbers.push_back(static_cast<double>(sum));
    }
    return numbers;
  };
  return Prio3NumbersAnswer(
      Answer(unshard(), [](const std::vector<double>& numbers) { return CopiedArray<double>(numbers); }));
}

uint32_t InputShareSize(const Prio3& prio3, uint32_t aggregator) {
  return static_cast<uint32_t>(prio3.input_share_size(static_cast<uint8_t>(std::min(aggregator, uint32_t{254}))));
}

template <size_t (Prio3::*kSize)() const>
uint32_t Size(const Prio3& prio3) {
  return static_cast<uint32_t>((prio3.*kSize)());
}

}  // namespace

namespace sotto::wasm {

val ParametersToJs(const Prio3Parameters& parameters) {
  val answer = val::object();
  answer.set("variant", std::string(kVariants[static_cast<size_t>(parameters.variant)]));
  answer.set("length", static_cast<double>(parameters.length));
  answer.set("maxMeasurement", static_cast<double>(parameters.max_measurement));
  answer.set("maxWeight", static_cast<double>(parameters.max_weight));
  answer.set("chunkLength", static_cast<double>(parameters.chunk_length));
  answer.set("proofs", static_cast<uint32_t>(parameters.proofs));
  answer.set("shares", static_cast<uint32_t>(parameters.shares));
  return answer;
}

}  // namespace sotto::wasm

EMSCRIPTEN_BINDINGS(sotto_vdaf) {
  SOTTO_REGISTER_ANSWER(Prio3Answer, "Prio3");
  SOTTO_REGISTER_ANSWER(Prio3ReportAnswer, "{ publicShare: Uint8Array, inputShares: Uint8Array[] }");
  SOTTO_REGISTER_ANSWER(VerifyStartAnswer, "{ state: VerifyState, verifierShare: Uint8Array }");
  SOTTO_REGISTER_ANSWER(Prio3BytesAnswer, "Uint8Array");
  SOTTO_REGISTER_ANSWER(Prio3NumbersAnswer, "Float64Array");
  emscripten::register_type<OwnedPrio3>("Prio3");
  emscripten::register_type<BytesList>("readonly Uint8Array[]");
  emscripten::register_type<Prio3Options>(
      "{ variant: string, length?: number, maxMeasurement?: number, maxWeight?: number, chunkLength?: number, "
      "proofs?: number, shares?: number }");
  emscripten::class_<VerifyState>("VerifyState");
  emscripten::class_<Prio3>("Prio3")
      .class_function("create(parameters)", &Create)
      .class_function("higherDegree", &HigherDegree)
      .property("randSize", &Size<&Prio3::rand_size>)
      .property("publicShareSize", &Size<&Prio3::public_share_size>)
      .property("measurementLength", &Size<&Prio3::measurement_length>)
      .property("elementSize", &Size<&Prio3::encoded_element_size>)
      .function("inputShareSize(aggregator)", &InputShareSize)
      .function("shard(ctx, measurement, nonce, rand)", &Shard)
      .function("verifyInit(verifyKey, ctx, aggregator, nonce, publicShare, inputShare)", &VerifyInit)
      .function("verifierSharesToMessage(ctx, verifierShares)", &VerifierSharesToMessage)
      .function("verifyNext(state, message)", &VerifyNext)
      .function("aggregate(outShares)", &Aggregate)
      .function("unshard(aggregateShares)", &Unshard);
}
