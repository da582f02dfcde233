#include "tools/cli/vdaf_vectors.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/vdaf/field128.h"
#include "sotto/vdaf/field64.h"
#include "sotto/vdaf/prio3.h"
#include "sotto/vdaf/xof.h"

namespace sotto::cli {
namespace {

namespace dom = simdjson::dom;
using vdaf::Prio3;
using vdaf::Prio3Variant;

Error Malformed(const std::string& what) {
  return {ErrorCode::kMalformed, what + ".", "Give a file of the draft's test_vec folder."};
}

// ---- Reading. Every function refuses what is missing or of another type.

template <class T>
Result<T> Field(dom::element object, const char* key) {
  T value;
  if (object[key].get(value) != simdjson::SUCCESS) {
    return Malformed(std::string(key) + " is missing or of a wrong type");
  }
  return value;
}

Result<Bytes> HexOf(dom::element value, const char* what) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return Malformed(std::string(what) + " is not hexadecimal");
  return FromHex(text);
}
Result<Bytes> Hex(dom::element object, const char* key) {
  SOTTO_ASSIGN_OR_RETURN(const dom::element value, Field<dom::element>(object, key));
  return HexOf(value, key);
}

// One number, or one of an array. `true` and `false` are 1 and 0: MultihotCountVec's measurements.
Result<std::vector<uint64_t>> Numbers(dom::element value, const char* what) {
  const auto number = [&](dom::element each) -> Result<uint64_t> {
    uint64_t integer = 0;
    bool truth = false;
    if (each.get(integer) == simdjson::SUCCESS) return integer;
    if (each.get(truth) == simdjson::SUCCESS) return static_cast<uint64_t>(truth);
    return Malformed(std::string(what) + " holds something else than numbers");
  };
  dom::array array;
  std::vector<uint64_t> numbers;
  if (value.get(array) != simdjson::SUCCESS) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t one, number(value));
    numbers.push_back(one);
    return numbers;
  }
  for (const dom::element each : array) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t one, number(each));
    numbers.push_back(one);
  }
  return numbers;
}

Result<std::vector<Bytes>> HexList(dom::element object, const char* key) {
  SOTTO_ASSIGN_OR_RETURN(const dom::array array, Field<dom::array>(object, key));
  std::vector<Bytes> list;
  for (const dom::element each : array) {
    SOTTO_ASSIGN_OR_RETURN(Bytes bytes, HexOf(each, key));
    list.push_back(std::move(bytes));
  }
  return list;
}

struct VectorReport {
  std::optional<std::vector<uint64_t>> measurement;  // none in vectors of bad reports
  Bytes nonce, rand, public_share;
  std::vector<Bytes> input_shares, verifier_shares, verifier_messages, out_shares;
};

Result<VectorReport> ReadReport(dom::element json) {
  VectorReport report;
  SOTTO_ASSIGN_OR_RETURN(const dom::element measurement, Field<dom::element>(json, "measurement"));
  if (!measurement.is_null()) {
    SOTTO_ASSIGN_OR_RETURN(report.measurement, Numbers(measurement, "measurement"));
  }
  SOTTO_ASSIGN_OR_RETURN(report.nonce, Hex(json, "nonce"));
  SOTTO_ASSIGN_OR_RETURN(report.rand, Hex(json, "rand"));
  SOTTO_ASSIGN_OR_RETURN(report.public_share, Hex(json, "public_share"));
  SOTTO_ASSIGN_OR_RETURN(report.input_shares, HexList(json, "input_shares"));
  SOTTO_ASSIGN_OR_RETURN(report.out_shares, HexList(json, "out_shares"));
  SOTTO_ASSIGN_OR_RETURN(report.verifier_messages, HexList(json, "verifier_messages"));
  SOTTO_ASSIGN_OR_RETURN(const dom::array rounds, Field<dom::array>(json, "verifier_shares"));
  if (rounds.size() > 1) return Malformed("verifier_shares has more than the one round of Prio3");
  for (const dom::element round : rounds) {
    dom::array shares;
    if (round.get(shares) != simdjson::SUCCESS) return Malformed("verifier_shares[0] is no array");
    for (const dom::element share : shares) {
      SOTTO_ASSIGN_OR_RETURN(Bytes bytes, HexOf(share, "verifier_shares"));
      report.verifier_shares.push_back(std::move(bytes));
    }
  }
  return report;
}

// How many proofs a multiproof's leader share has: the file does not say.
uint8_t CountProofs(vdaf::Prio3Parameters parameters, size_t leader_share_size) {
  for (int proofs = 2; proofs < 256; ++proofs) {
    parameters.proofs = static_cast<uint8_t>(proofs);
    const auto prio3 = Prio3::Create(parameters);
    if (prio3.ok() && prio3.value().input_share_size(0) == leader_share_size) return parameters.proofs;
  }
  return 1;
}

Result<Prio3> ReadPrio3(std::string_view algorithm, dom::element json, const std::vector<VectorReport>& reports) {
  constexpr std::pair<std::string_view, Prio3Variant> kVariants[] = {
      {"Prio3Count", Prio3Variant::kCount},
      {"Prio3Sum", Prio3Variant::kSum},
      {"Prio3SumVec", Prio3Variant::kSumVec},
      {"Prio3Histogram", Prio3Variant::kHistogram},
      {"Prio3MultihotCountVec", Prio3Variant::kMultihotCountVec},
      {"Prio3SumVecWithMultiproof", Prio3Variant::kSumVecWithMultiproof},
  };
  SOTTO_ASSIGN_OR_RETURN(const uint64_t shares, Field<uint64_t>(json, "shares"));
  if (algorithm == "Prio3HigherDegree" && shares == 2) return Prio3::HigherDegree();
  const auto variant = std::ranges::find(kVariants, algorithm, [](const auto& each) { return each.first; });
  if (variant == std::end(kVariants) || shares > 255) return Malformed("there is no " + std::string(algorithm));
  vdaf::Prio3Parameters parameters{.variant = variant->second, .shares = static_cast<uint8_t>(shares)};
  for (const auto& [key, field] : {std::pair{"length", &vdaf::Prio3Parameters::length},
                                   {"max_measurement", &vdaf::Prio3Parameters::max_measurement},
                                   {"max_weight", &vdaf::Prio3Parameters::max_weight},
                                   {"chunk_length", &vdaf::Prio3Parameters::chunk_length}}) {
    if (json[key].error() == simdjson::NO_SUCH_FIELD) continue;
    SOTTO_ASSIGN_OR_RETURN(parameters.*field, Field<uint64_t>(json, key));
  }
  if (parameters.variant == Prio3Variant::kSumVecWithMultiproof && !reports.empty() &&
      !reports[0].input_shares.empty()) {
    parameters.proofs = CountProofs(parameters, reports[0].input_shares[0].size());
  }
  return Prio3::Create(parameters);
}

// ---- Checking. An operation gives what differs, or nothing.

using Difference = std::optional<std::string>;

Difference Compare(const char* what, ByteSpan got, ByteSpan expected) {
  if (std::ranges::equal(got, expected)) return std::nullopt;
  return std::string(what) + " is " + ToHex(got.first(std::min<size_t>(got.size(), 32))) + "... (" +
         std::to_string(got.size()) + " bytes), expected " +
         ToHex(expected.first(std::min<size_t>(expected.size(), 32))) + "... (" + std::to_string(expected.size()) +
         " bytes)";
}

template <class T>
Difference Expect(const Result<T>& result, bool success) {
  if (result.ok() == success) return std::nullopt;
  return success ? ToString(result.error()) : "was accepted, expected a refusal";
}

struct Setting {
  const Prio3& prio3;
  Bytes ctx, verify_key;
  std::vector<VectorReport> reports;
  std::vector<Bytes> agg_shares;
  std::vector<uint64_t> agg_result;
};

Difference Shard(const Setting& setting, const VectorReport& report, bool success) {
  if (!report.measurement) return "there is no measurement";
  const auto made = setting.prio3.Shard(setting.ctx, *report.measurement, report.nonce, report.rand);
  if (const Difference difference = Expect(made, success); difference || !success) return difference;
  if (const auto difference = Compare("the public share", made.value().public_share, report.public_share)) {
    return difference;
  }
  if (made.value().input_shares.size() != report.input_shares.size()) return "the number of input shares differs";
  for (size_t i = 0; i < report.input_shares.size(); ++i) {
    if (const auto difference = Compare("an input share", made.value().input_shares[i], report.input_shares[i])) {
      return difference;
    }
  }
  return std::nullopt;
}

Result<vdaf::VerifyStart> Start(const Setting& setting, const VectorReport& report, uint64_t aggregator) {
  if (aggregator >= report.input_shares.size()) return Malformed("there is no such aggregator");
  return setting.prio3.VerifyInit(setting.verify_key, setting.ctx, static_cast<uint8_t>(aggregator), report.nonce,
                                  report.public_share, report.input_shares[aggregator]);
}

Difference VerifyInit(const Setting& setting, const VectorReport& report, uint64_t aggregator, bool success) {
  const auto start = Start(setting, report, aggregator);
  if (const Difference difference = Expect(start, success); difference || !success) return difference;
  if (aggregator >= report.verifier_shares.size()) return std::nullopt;  // vectors of bad reports may stop here
  return Compare("the verifier share", start.value().verifier_share, report.verifier_shares[aggregator]);
}

Difference ToMessage(const Setting& setting, const VectorReport& report, bool success) {
  const auto message = setting.prio3.VerifierSharesToMessage(setting.ctx, report.verifier_shares);
  if (const Difference difference = Expect(message, success); difference || !success) return difference;
  if (report.verifier_messages.empty()) return "there is no verifier message";
  return Compare("the verifier message", message.value(), report.verifier_messages[0]);
}

Difference VerifyNext(const Setting& setting, const VectorReport& report, uint64_t aggregator, bool success) {
  const auto start = Start(setting, report, aggregator);
  if (!start.ok()) return ToString(start.error());
  if (report.verifier_messages.empty()) return "there is no verifier message";
  const auto out_share = setting.prio3.VerifyNext(start.value().state, report.verifier_messages[0]);
  if (const Difference difference = Expect(out_share, success); difference || !success) return difference;
  if (aggregator >= report.out_shares.size()) return "there is no output share";
  return Compare("the output share", out_share.value(), report.out_shares[aggregator]);
}

Difference Aggregate(const Setting& setting, uint64_t aggregator, bool success) {
  Bytes sum = setting.prio3.AggregateInit();
  for (const VectorReport& report : setting.reports) {
    if (aggregator >= report.out_shares.size()) return "there is no output share";
    const Status added = setting.prio3.AggregateUpdate(sum, report.out_shares[aggregator]);
    if (const Difference difference = Expect(added, success); difference || !success) return difference;
  }
  if (aggregator >= setting.agg_shares.size()) return "there is no aggregate share";
  return Compare("the aggregate share", sum, setting.agg_shares[aggregator]);
}

Difference Unshard(const Setting& setting, bool success) {
  const auto result = setting.prio3.Unshard(setting.agg_shares);
  if (const Difference difference = Expect(result, success); difference || !success) return difference;
  if (result.value() == setting.agg_result) return std::nullopt;
  return "the aggregate result differs";
}

Result<Difference> CheckOperation(const Setting& setting, dom::element json, std::string_view name) {
  SOTTO_ASSIGN_OR_RETURN(const bool success, Field<bool>(json, "success"));
  const auto aggregator = [&] { return Field<uint64_t>(json, "aggregator_id"); };
  if (name == "aggregate") {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t id, aggregator());
    return Aggregate(setting, id, success);
  }
  if (name == "unshard") return Unshard(setting, success);
  SOTTO_ASSIGN_OR_RETURN(const uint64_t index, Field<uint64_t>(json, "report_index"));
  if (index >= setting.reports.size()) return Malformed("report_index is beyond the reports");
  const VectorReport& report = setting.reports[index];
  if (name == "shard") return Shard(setting, report, success);
  if (name == "verifier_shares_to_message") return ToMessage(setting, report, success);
  SOTTO_ASSIGN_OR_RETURN(const uint64_t id, aggregator());
  if (name == "verify_init") return VerifyInit(setting, report, id, success);
  if (name == "verify_next") return VerifyNext(setting, report, id, success);
  return Malformed("there is no operation " + std::string(name));
}

Result<VectorOutcome> CheckPrio3(std::string_view algorithm, dom::element json) {
  std::vector<VectorReport> reports;
  SOTTO_ASSIGN_OR_RETURN(const dom::array json_reports, Field<dom::array>(json, "reports"));
  for (const dom::element each : json_reports) {
    SOTTO_ASSIGN_OR_RETURN(VectorReport report, ReadReport(each));
    reports.push_back(std::move(report));
  }
  SOTTO_ASSIGN_OR_RETURN(const Prio3 prio3, ReadPrio3(algorithm, json, reports));
  Setting setting{prio3, {}, {}, std::move(reports), {}, {}};
  SOTTO_ASSIGN_OR_RETURN(setting.ctx, Hex(json, "ctx"));
  SOTTO_ASSIGN_OR_RETURN(setting.verify_key, Hex(json, "verify_key"));
  SOTTO_ASSIGN_OR_RETURN(setting.agg_shares, HexList(json, "agg_shares"));
  SOTTO_ASSIGN_OR_RETURN(const dom::element agg_result, Field<dom::element>(json, "agg_result"));
  if (!agg_result.is_null()) {
    SOTTO_ASSIGN_OR_RETURN(setting.agg_result, Numbers(agg_result, "agg_result"));
  }

  SOTTO_ASSIGN_OR_RETURN(const dom::array operations, Field<dom::array>(json, "operations"));
  size_t done = 0;
  for (const dom::element operation : operations) {
    SOTTO_ASSIGN_OR_RETURN(const std::string_view name, Field<std::string_view>(operation, "operation"));
    SOTTO_ASSIGN_OR_RETURN(const Difference difference, CheckOperation(setting, operation, name));
    if (difference) {
      return VectorOutcome{VectorVerdict::kFail,
                           "operation " + std::to_string(done) + ", " + std::string(name) + ": " + *difference};
    }
    ++done;
  }
  if (done == 0) return Malformed("there are no operations");
  return VectorOutcome{VectorVerdict::kPass, std::to_string(done) + " operations"};
}

template <class F>
Difference CompareExpanded(ByteSpan seed, ByteSpan dst, ByteSpan binder, size_t length, ByteSpan expected) {
  Bytes encoded(length * F::kEncodedSize);
  const std::vector<F> expanded = vdaf::XofTurboShake128::ExpandIntoVec<F>(seed, dst, binder, length);
  for (size_t i = 0; i < length; ++i) expanded[i].Encode(&encoded[i * F::kEncodedSize]);
  return Compare("the expanded vector", encoded, expected);
}

Result<VectorOutcome> CheckXof(dom::element json) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes seed, Hex(json, "seed"));
  SOTTO_ASSIGN_OR_RETURN(const Bytes dst, Hex(json, "dst"));
  SOTTO_ASSIGN_OR_RETURN(const Bytes binder, Hex(json, "binder"));
  SOTTO_ASSIGN_OR_RETURN(const Bytes derived, Hex(json, "derived_seed"));
  SOTTO_ASSIGN_OR_RETURN(const uint64_t length, Field<uint64_t>(json, "length"));
  if (seed.size() > 255 || dst.size() > 65'535 || length > vdaf::kMaxElements) return Malformed("a size is too large");
  Difference difference = Compare("the derived seed", vdaf::XofTurboShake128(seed, dst, binder).DeriveSeed(), derived);
  if (!difference && json["expanded_vec_field128"].error() == simdjson::SUCCESS) {
    SOTTO_ASSIGN_OR_RETURN(const Bytes expected, Hex(json, "expanded_vec_field128"));
    difference = CompareExpanded<vdaf::Field128>(seed, dst, binder, length, expected);
  }
  if (!difference && json["expanded_vec_field64"].error() == simdjson::SUCCESS) {
    SOTTO_ASSIGN_OR_RETURN(const Bytes expected, Hex(json, "expanded_vec_field64"));
    difference = CompareExpanded<vdaf::Field64>(seed, dst, binder, length, expected);
  }
  if (difference) return VectorOutcome{VectorVerdict::kFail, *difference};
  return VectorOutcome{VectorVerdict::kPass, "seed and stream"};
}

}  // namespace

Result<VectorOutcome> CheckVectors(std::string_view name, std::string json) {
  std::string_view algorithm = name.substr(0, name.find_first_of("_."));
  if (!algorithm.starts_with("Prio3") && algorithm != "XofTurboShake128") {
    return VectorOutcome{VectorVerdict::kSkipped, "Prio3 does not use " + std::string(algorithm)};
  }
  dom::parser parser;
  dom::element root;
  if (parser.parse(json).get(root) != simdjson::SUCCESS || !root.is_object())
    return Malformed("it is not a JSON object");
  return algorithm == "XofTurboShake128" ? CheckXof(root) : CheckPrio3(algorithm, root);
}

}  // namespace sotto::cli
