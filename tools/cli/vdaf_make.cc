#include "tools/cli/vdaf_make.h"

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/vdaf/prio3.h"
#include "tools/cli/json.h"

namespace sotto::cli {
namespace {

using vdaf::Prio3;
using vdaf::Prio3Parameters;
using vdaf::Prio3Variant;

constexpr uint64_t kReports = 3;

struct Kind {
  Prio3Variant variant;
  std::string_view name;
};
constexpr std::array<Kind, 5> kKinds = {{{Prio3Variant::kCount, "Prio3Count"},
                                         {Prio3Variant::kSum, "Prio3Sum"},
                                         {Prio3Variant::kSumVec, "Prio3SumVec"},
                                         {Prio3Variant::kHistogram, "Prio3Histogram"},
                                         {Prio3Variant::kMultihotCountVec, "Prio3MultihotCountVec"}}};

// A ChaCha20Source does not fail, so neither do these.
class Draws {
 public:
  explicit Draws(uint64_t seed) : source_(seed) {}
  uint64_t Between(uint64_t low, uint64_t high) { return low + source_.Below(high - low + 1).value(); }
  Bytes Of(size_t size) {
    Bytes bytes(size);
    (void)source_.Fill(bytes).ok();
    return bytes;
  }

 private:
  ChaCha20Source source_;
};

Prio3Parameters DrawParameters(Prio3Variant variant, Draws& draws) {
  Prio3Parameters parameters{.variant = variant};
  if (variant == Prio3Variant::kSum || variant == Prio3Variant::kSumVec) {
    parameters.max_measurement = draws.Between(1, uint64_t{1} << draws.Between(1, 30));
  }
  if (variant != Prio3Variant::kCount && variant != Prio3Variant::kSum) {
    parameters.length = draws.Between(1, 120);
    parameters.chunk_length = draws.Between(1, 40);
  }
  if (variant == Prio3Variant::kMultihotCountVec) parameters.max_weight = draws.Between(1, parameters.length);
  return parameters;
}

std::vector<uint64_t> DrawMeasurement(const Prio3& prio3, Draws& draws) {
  const Prio3Parameters& parameters = prio3.parameters();
  std::vector<uint64_t> measurement(prio3.measurement_length(), 0);
  switch (parameters.variant) {
    case Prio3Variant::kCount:
      measurement[0] = draws.Between(0, 1);
      break;
    case Prio3Variant::kHistogram:
      measurement[0] = draws.Between(0, parameters.length - 1);
      break;
    case Prio3Variant::kMultihotCountVec:
      for (uint64_t i = draws.Between(0, parameters.max_weight); i > 0; --i) {
        measurement[draws.Between(0, parameters.length - 1)] = 1;
      }
      break;
    default:
      for (uint64_t& each : measurement) each = draws.Between(0, parameters.max_measurement);
  }
  return measurement;
}

// ---- JSON, a field at a time.

std::string Quoted(ByteSpan bytes) {
  return "\"" + ToHex(bytes) + "\"";
}

template <class List, class Show>
std::string Array(const List& list, const Show& show) {
  std::string json = "[";
  for (const auto& each : list) json += (json.size() > 1 ? "," : "") + show(each);
  return json + "]";
}
std::string HexArray(std::span<const Bytes> list) {
  return Array(list, Quoted);
}

// As the draft's files: bits are true and false, what is one number is no array.
std::string Numbers(std::span<const uint64_t> numbers, bool one, bool bits) {
  const auto show = [&](uint64_t number) {
    return bits ? std::string(number != 0 ? "true" : "false") : std::to_string(number);
  };
  return one ? show(numbers[0]) : Array(numbers, show);
}

class Operations {
 public:
  void Add(std::string_view name, const std::string& fields) {
    json_ += std::string(json_.empty() ? "" : ",") + "{\"operation\":\"" + std::string(name) + "\"," + fields +
             "\"success\":true}";
  }
  std::string json() const { return "[" + json_ + "]"; }

 private:
  std::string json_;
};

}  // namespace

Result<MadeVectors> MakeVectors(uint64_t seed, uint64_t index) {
  Draws draws(seed * 0x9E3779B97F4A7C15 + index);
  const Kind kind = kKinds[index % kKinds.size()];
  const Prio3Parameters parameters = DrawParameters(kind.variant, draws);
  SOTTO_ASSIGN_OR_RETURN(const Prio3 prio3, Prio3::Create(parameters));
  const Bytes ctx = draws.Of(draws.Between(0, 40));
  const Bytes verify_key = draws.Of(vdaf::kVerifyKeySize);
  const bool vector_result = parameters.length > 0;
  const bool vector_measurement = vector_result && kind.variant != Prio3Variant::kHistogram;

  Operations operations;
  std::string reports;
  std::vector<Bytes> aggregates(parameters.shares, prio3.AggregateInit());
  for (uint64_t i = 0; i < kReports; ++i) {
    const std::string report_index = "\"report_index\":" + std::to_string(i) + ",";
    const auto of = [&](size_t aggregator) { return "\"aggregator_id\":" + std::to_string(aggregator) + ","; };
    const std::vector<uint64_t> measurement = DrawMeasurement(prio3, draws);
    const Bytes nonce = draws.Of(vdaf::kNonceSize);
    const Bytes rand = draws.Of(prio3.rand_size());
    SOTTO_ASSIGN_OR_RETURN(const vdaf::Report report, prio3.Shard(ctx, measurement, nonce, rand));
    operations.Add("shard", report_index);
    std::vector<vdaf::VerifyState> states;
    std::vector<Bytes> verifier_shares;
    for (uint8_t aggregator = 0; aggregator < parameters.shares; ++aggregator) {
      SOTTO_ASSIGN_OR_RETURN(
          vdaf::VerifyStart start,
          prio3.VerifyInit(verify_key, ctx, aggregator, nonce, report.public_share, report.input_shares[aggregator]));
      states.push_back(std::move(start.state));
      verifier_shares.push_back(std::move(start.verifier_share));
      operations.Add("verify_init", of(aggregator) + report_index);
    }
    SOTTO_ASSIGN_OR_RETURN(const Bytes message, prio3.VerifierSharesToMessage(ctx, verifier_shares));
    operations.Add("verifier_shares_to_message", report_index + "\"round\":0,");
    std::vector<Bytes> out_shares;
    for (size_t aggregator = 0; aggregator < states.size(); ++aggregator) {
      SOTTO_ASSIGN_OR_RETURN(Bytes out_share, prio3.VerifyNext(states[aggregator], message));
      SOTTO_RETURN_IF_ERROR(prio3.AggregateUpdate(aggregates[aggregator], out_share));
      out_shares.push_back(std::move(out_share));
      operations.Add("verify_next", of(aggregator) + report_index + "\"round\":1,");
    }
    reports += std::string(i > 0 ? "," : "") + "{\"measurement\":" +
               Numbers(measurement, !vector_measurement, kind.variant == Prio3Variant::kMultihotCountVec) +
               ",\"nonce\":" + Quoted(nonce) + ",\"rand\":" + Quoted(rand) +
               ",\"public_share\":" + Quoted(report.public_share) +
               ",\"input_shares\":" + HexArray(report.input_shares) + ",\"verifier_shares\":[" +
               HexArray(verifier_shares) + "],\"verifier_messages\":[" + Quoted(message) +
               "],\"out_shares\":" + HexArray(out_shares) + "}";
  }
  for (size_t aggregator = 0; aggregator < aggregates.size(); ++aggregator) {
    operations.Add("aggregate", "\"aggregator_id\":" + std::to_string(aggregator) + ",");
  }
  operations.Add("unshard", "");
  SOTTO_ASSIGN_OR_RETURN(const std::vector<uint64_t> result, prio3.Unshard(aggregates));

  std::string json = "{\"agg_param\":\"\",\"agg_result\":" + Numbers(result, !vector_result, false) +
                     ",\"agg_shares\":" + HexArray(aggregates) + ",\"ctx\":" + Quoted(ctx) +
                     ",\"operations\":" + operations.json() + ",\"reports\":[" + reports +
                     "],\"shares\":" + std::to_string(parameters.shares) + ",\"verify_key\":" + Quoted(verify_key);
  for (const auto& [key, value] : {std::pair{"length", parameters.length},
                                   {"max_measurement", parameters.max_measurement},
                                   {"max_weight", parameters.max_weight},
                                   {"chunk_length", parameters.chunk_length}}) {
    if (value != 0) json += ",\"" + std::string(key) + "\":" + std::to_string(value);
  }
  return MadeVectors{std::string(kind.name) + "_" + std::to_string(index) + ".json", json + "}\n"};
}

}  // namespace sotto::cli
