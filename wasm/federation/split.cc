// Binding of sotto/federation: what a device contributes in two shares (trust: split).
#include "answer.h"
#include "prio3.h"
#include "random.h"
#include "sotto/federation/dap_task.h"

SOTTO_DECLARE_ANSWER(SplitPriceAnswer)
SOTTO_DECLARE_ANSWER(SplitBytesAnswer)
SOTTO_DECLARE_ANSWER(SplitParametersAnswer)
SOTTO_DECLARE_ANSWER(DapTaskAnswer)
SOTTO_DECLARE_ANSWER(SharesAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(SplitItems)

namespace {

using sotto::Bytes;
using sotto::Result;
using sotto::federation::SplitTask;
using sotto::wasm::Answer;
using sotto::wasm::CopiedArray;
using sotto::wasm::Random;
using sotto::wasm::val;
using sotto::wasm::Whole;
namespace federation = sotto::federation;
namespace vdaf = sotto::vdaf;

// The task as the manifest has it, flat: what a kind has not is 0 or empty.
struct JsTask {
  std::string id, kind;
  SplitItems items = SplitItems(val::array());
  uint32_t max_items, minute;
  std::string model;
  uint32_t dimension;
  double clip;
  uint32_t entry_bits;
  double step, rotation_seed, sigma_squared_numerator, sigma_squared_denominator, min_batch_size, epoch;

  Result<SplitTask> ToCore() const {
    const auto whole = [](double number) { return static_cast<uint64_t>(Whole(number, 0)); };
    SplitTask task{.id = id,
                   .what = federation::SplitMood{minute},
                   .sigma_squared = {whole(sigma_squared_numerator), whole(sigma_squared_denominator)},
                   .min_batch_size = whole(min_batch_size),
                   .epoch = whole(epoch)};
    if (kind == "popularity") {
      task.what = federation::SplitPopularity{emscripten::vecFromJSArray<std::string>(items), max_items};
    } else if (kind == "affinity") {
      task.what = federation::SplitAffinity{emscripten::vecFromJSArray<std::string>(items), max_items};
    } else if (kind == "delta") {
      task.what = federation::SplitDelta{model, dimension, clip, entry_bits, step, whole(rotation_seed)};
    } else if (kind != "mood") {
      return sotto::Error{sotto::ErrorCode::kInvalidArgument, "there is no split task of the kind \"" + kind + "\".",
                          "popularity, affinity, mood or delta."};
    }
    return task;
  }
};

// How DAP carries it. The batch mode is spelled as in the manifest.
struct JsTerms {
  std::string leader, helper;
  double time_precision, duration;
  std::string batch_mode;

  federation::DapTerms ToCore() const {
    const auto whole = [](double number) { return static_cast<uint64_t>(Whole(number, 0)); };
    return {.leader = leader,
            .helper = helper,
            .time_precision = whole(time_precision),
            .duration = whole(duration),
            // 0, which there is not, for any other word.
            .batch_mode = batch_mode == "time-interval"     ? sotto::dap::BatchMode::kTimeInterval
                          : batch_mode == "leader-selected" ? sotto::dap::BatchMode::kLeaderSelected
                                                            : sotto::dap::BatchMode{}};
  }
};

SplitPriceAnswer Price(const JsTask& js_task) {
  struct Price {
    double rho;
    sotto::privacy::MicroRho micro_rho;
  };
  const auto price = [&]() -> Result<Price> {
    SOTTO_ASSIGN_OR_RETURN(const SplitTask task, js_task.ToCore());
    SOTTO_ASSIGN_OR_RETURN(const double rho, federation::TaskRho(task));
    SOTTO_ASSIGN_OR_RETURN(const auto micro_rho, federation::TaskMicroRho(task));
    return Price{rho, micro_rho};
  };
  return SplitPriceAnswer(Answer(price(), [](const Price& price) {
    val answer = val::object();
    answer.set("rho", price.rho);
    answer.set("microRho", static_cast<double>(price.micro_rho));
    return answer;
  }));
}

SplitParametersAnswer Parameters(const JsTask& js_task) {
  const auto parameters = [&]() -> Result<vdaf::Prio3Parameters> {
    SOTTO_ASSIGN_OR_RETURN(const SplitTask task, js_task.ToCore());
    return federation::VdafParameters(task);
  };
  return SplitParametersAnswer(Answer(parameters(), &sotto::wasm::ParametersToJs));
}

SplitBytesAnswer Encode(const JsTask& js_task) {
  const auto bytes = [&]() -> Result<Bytes> {
    SOTTO_ASSIGN_OR_RETURN(const SplitTask task, js_task.ToCore());
    return federation::EncodeTask(task);
  };
  return SplitBytesAnswer(Answer(bytes(), [](const Bytes& bytes) { return CopiedArray<uint8_t>(bytes); }));
}

DapTaskAnswer DapTaskOf(const JsTask& js_task, const JsTerms& terms) {
  const auto made = [&]() -> Result<federation::DapTask> {
    SOTTO_ASSIGN_OR_RETURN(const SplitTask task, js_task.ToCore());
    return federation::MakeDapTask(task, terms.ToCore());
  };
  return DapTaskAnswer(Answer(made(), [](const federation::DapTask& task) {
    val answer = val::object();
    answer.set("id", CopiedArray<uint8_t>(task.id));
    answer.set("configuration", CopiedArray<uint8_t>(task.configuration));
    answer.set("context", CopiedArray<uint8_t>(task.vdaf_context));
    return answer;
  }));
}

// A measurement by `measure`(task), cut into shares that `context` binds. `random` gives what thinning, rounding, nonce
// and shares need.
template <class Measure>
SharesAnswer Shard(const JsTask& js_task, const Uint8List& js_context, Random& random, Measure measure) {
  const Bytes context = sotto::wasm::BytesOf(js_context);
  struct Shares {
    Bytes nonce = Bytes(vdaf::kNonceSize);
    vdaf::Report report;
  };
  const auto shard = [&]() -> Result<Shares> {
    SOTTO_ASSIGN_OR_RETURN(const SplitTask task, js_task.ToCore());
    SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3Parameters parameters, federation::VdafParameters(task));
    SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3 prio3, vdaf::Prio3::Create(parameters));
    SOTTO_ASSIGN_OR_RETURN(const std::vector<uint64_t> measurement, measure(task));
    Shares shares;
    Bytes rand(prio3.rand_size());
    SOTTO_RETURN_IF_ERROR(random.source().Fill(shares.nonce));
    SOTTO_RETURN_IF_ERROR(random.source().Fill(rand));
    SOTTO_ASSIGN_OR_RETURN(shares.report, prio3.Shard(context, measurement, shares.nonce, rand));
    return shares;
  };
  return SharesAnswer(Answer(shard(), [](const Shares& shares) {
    val answer = val::object();
    answer.set("nonce", CopiedArray<uint8_t>(shares.nonce));
    answer.set("publicShare", CopiedArray<uint8_t>(shares.report.public_share));
    answer.set("leaderShare", CopiedArray<uint8_t>(shares.report.input_shares[0]));
    answer.set("helperShare", CopiedArray<uint8_t>(shares.report.input_shares[1]));
    return answer;
  }));
}

SharesAnswer ShardItems(const JsTask& js_task, const Uint8List& context, const Uint32List& js_engaged, Random& random) {
  const auto engaged = emscripten::convertJSArrayToNumberVector<uint32_t>(js_engaged);
  return Shard(js_task, context, random, [&](const SplitTask& task) {
    return std::holds_alternative<federation::SplitAffinity>(task.what)
               ? federation::MeasureAffinity(task, engaged, random.source())
               : federation::MeasurePopularity(task, engaged, random.source());
  });
}

SharesAnswer ShardMood(const JsTask& js_task, const Uint8List& context, uint32_t sentiment, uint32_t intent,
                       Random& random) {
  return Shard(js_task, context, random,
               [&](const SplitTask& task) { return federation::MeasureMood(task, sentiment, intent); });
}

SharesAnswer ShardDelta(const JsTask& js_task, const Uint8List& context, const Float32List& js_change, Random& random) {
  const auto change = emscripten::convertJSArrayToNumberVector<float>(js_change);
  return Shard(js_task, context, random,
               [&](const SplitTask& task) { return federation::MeasureDelta(task, change, random.source()); });
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_federation_split) {
  SOTTO_REGISTER_ANSWER(SplitPriceAnswer, "{ rho: number, microRho: number }");
  SOTTO_REGISTER_ANSWER(SplitBytesAnswer, "Uint8Array");
  SOTTO_REGISTER_ANSWER(
      SplitParametersAnswer,
      "{ variant: string, length: number, maxMeasurement: number, maxWeight: number, chunkLength: number, "
      "proofs: number, shares: number }");
  SOTTO_REGISTER_ANSWER(DapTaskAnswer, "{ id: Uint8Array, configuration: Uint8Array, context: Uint8Array }");
  SOTTO_REGISTER_ANSWER(SharesAnswer,
                        "{ nonce: Uint8Array, publicShare: Uint8Array, leaderShare: Uint8Array, "
                        "helperShare: Uint8Array }");
  emscripten::register_type<SplitItems>("readonly string[]");
  emscripten::value_object<JsTask>("SplitTask")
      .field("id", &JsTask::id)
      .field("kind", &JsTask::kind)
      .field("items", &JsTask::items)
      .field("maxItems", &JsTask::max_items)
      .field("minute", &JsTask::minute)
      .field("model", &JsTask::model)
      .field("dimension", &JsTask::dimension)
      .field("clip", &JsTask::clip)
      .field("entryBits", &JsTask::entry_bits)
      .field("step", &JsTask::step)
      .field("rotationSeed", &JsTask::rotation_seed)
      .field("sigmaSquaredNumerator", &JsTask::sigma_squared_numerator)
      .field("sigmaSquaredDenominator", &JsTask::sigma_squared_denominator)
      .field("minBatchSize", &JsTask::min_batch_size)
      .field("epoch", &JsTask::epoch);
  emscripten::value_object<JsTerms>("DapTerms")
      .field("leader", &JsTerms::leader)
      .field("helper", &JsTerms::helper)
      .field("timePrecision", &JsTerms::time_precision)
      .field("duration", &JsTerms::duration)
      .field("batchMode", &JsTerms::batch_mode);
  emscripten::function("splitPrice(task)", &Price);
  emscripten::function("splitParameters(task)", &Parameters);
  emscripten::function("encodeSplitTask(task)", &Encode);
  emscripten::function("dapTask(task, terms)", &DapTaskOf);
  emscripten::function("shardItems(task, context, engaged, random)", &ShardItems);
  emscripten::function("shardMood(task, context, sentiment, intent, random)", &ShardMood);
  emscripten::function("shardDelta(task, context, change, random)", &ShardDelta);
}
