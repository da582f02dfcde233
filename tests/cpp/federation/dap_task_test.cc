#include "sotto/federation/dap_task.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <set>

#include "federation/split_tasks.h"
#include "sotto/vdaf/turbo_shake128.h"

namespace sotto::federation {
namespace {

DapTerms Terms() {
  return {.leader = "https://leader.example/dap/", .helper = "https://helper.example"};
}

// The configuration of a task that can be made.
dap::TaskConfiguration ConfigurationOf(const SplitTask& task, const DapTerms& terms = Terms()) {
  const auto made = MakeDapTask(task, terms);
  EXPECT_TRUE(made.ok()) << ToString(made.error());
  if (!made.ok()) return {};
  const auto configuration = dap::DecodeTaskConfiguration(made.value().configuration);
  EXPECT_TRUE(configuration.ok()) << ToString(configuration.error());
  return configuration.ok() ? configuration.value() : dap::TaskConfiguration{};
}

TEST(MakeDapTask, ConfiguresWhatTheTaskAndItsTermsSay) {
  DapTerms terms = Terms();
  terms.time_precision = 3'600;
  terms.duration = 24;
  terms.batch_mode = dap::BatchMode::kLeaderSelected;
  const SplitTask task = MoodTask();
  const dap::TaskConfiguration configuration = ConfigurationOf(task, terms);
  EXPECT_EQ(configuration.task_info, VdafContext(task).value());
  EXPECT_EQ(configuration.leader_aggregator_endpoint, "https://leader.example/dap/");
  EXPECT_EQ(configuration.helper_aggregator_endpoint, "https://helper.example");
  EXPECT_EQ(configuration.time_precision, 3'600u);
  EXPECT_EQ(configuration.min_batch_size, task.min_batch_size);
  EXPECT_EQ(configuration.batch_mode, dap::BatchMode::kLeaderSelected);
  EXPECT_TRUE(configuration.batch_config.empty());
  const dap::Interval interval{.start = task.epoch, .duration = 24};
  EXPECT_EQ(MakeDapTask(task, terms).value().interval, interval);
  ASSERT_EQ(configuration.extensions.size(), 1u);
  const auto found = dap::TaskInterval(configuration);
  ASSERT_TRUE(found.ok() && found.value().has_value());
  EXPECT_EQ(*found.value(), interval);
}

TEST(MakeDapTask, NamesTheVdafOfEachKindByItsNumberAndItsParameters) {
  for (const SplitTask& task : {PopularityTask(), SplitAffinityTask(), MoodTask(), DeltaTask()}) {
    const dap::TaskConfiguration configuration = ConfigurationOf(task);
    const vdaf::Prio3Parameters parameters = VdafParameters(task).value();
    EXPECT_EQ(configuration.vdaf_type, vdaf::Prio3::Create(parameters).value().algorithm_id()) << KindName(task);
    const auto length = static_cast<uint32_t>(parameters.length);
    const auto chunk = static_cast<uint32_t>(parameters.chunk_length);
    const Bytes expected = std::holds_alternative<SplitMood>(task.what) ? dap::EncodePrio3HistogramConfig(length, chunk)
                           : std::holds_alternative<SplitDelta>(task.what)
                               ? dap::EncodePrio3SumVecConfig(length, parameters.max_measurement, chunk)
                               : dap::EncodePrio3MultihotCountVecConfig(length, chunk, parameters.max_weight);
    EXPECT_EQ(configuration.vdaf_configuration, expected) << KindName(task);
  }
}

TEST(MakeDapTask, TakesItsIdFromTheConfigurationAndTheContextFromTheId) {
  const DapTask made = MakeDapTask(MoodTask(), Terms()).value();
  vdaf::TurboShake128 hash(0x54);
  hash.Absorb(made.configuration);
  dap::TaskId id{};
  hash.Squeeze(id);
  EXPECT_EQ(made.id, id);
  Bytes context(AsBytes("dap-18").begin(), AsBytes("dap-18").end());
  context.insert(context.end(), id.begin(), id.end());
  EXPECT_EQ(made.vdaf_context, context);
}

TEST(MakeDapTask, GivesAnotherIdForEveryChange) {
  std::set<dap::TaskId> ids;
  const auto add = [&](auto change) {
    SplitTask task = SplitAffinityTask();
    DapTerms terms = Terms();
    change(task, terms);
    const auto made = MakeDapTask(task, terms);
    ASSERT_TRUE(made.ok()) << ToString(made.error());
    EXPECT_TRUE(ids.insert(made.value().id).second);
  };
  add([](SplitTask&, DapTerms&) {});
  add([](SplitTask& task, DapTerms&) { task.id = "other"; });
  add([](SplitTask& task, DapTerms&) { task.epoch = 8; });
  add([](SplitTask& task, DapTerms&) { task.min_batch_size = 3; });
  add([](SplitTask& task, DapTerms&) { task.sigma_squared = {17, 1}; });
  add([](SplitTask& task, DapTerms&) { std::get<SplitAffinity>(task.what).items[0] = "other"; });
  add([](SplitTask&, DapTerms& terms) { terms.leader += "/"; });
  add([](SplitTask&, DapTerms& terms) { terms.helper += "/"; });
  add([](SplitTask&, DapTerms& terms) { terms.time_precision = 1; });
  add([](SplitTask&, DapTerms& terms) { terms.duration = 2; });
  add([](SplitTask&, DapTerms& terms) { terms.batch_mode = dap::BatchMode::kLeaderSelected; });
}

TEST(MakeDapTask, TakesTheEndsOfEachRange) {
  DapTerms terms = Terms();
  terms.time_precision = uint64_t{1} << 32;
  terms.duration = uint64_t{1} << 32;
  SplitTask task = MoodTask();
  task.epoch = std::numeric_limits<uint64_t>::max() - terms.duration;
  EXPECT_EQ(ConfigurationOf(task, terms).time_precision, uint64_t{1} << 32);
  terms.time_precision = 1;
  EXPECT_EQ(ConfigurationOf(task, terms).time_precision, 1u);
  terms.leader = std::string(65'535, 'a');
  EXPECT_EQ(ConfigurationOf(task, terms).leader_aggregator_endpoint.size(), 65'535u);
}

TEST(MakeDapTask, RefusesWhatIsOutOfRange) {
  const auto refused = [](auto change) {
    SplitTask task = MoodTask();
    DapTerms terms = Terms();
    change(task, terms);
    const auto made = MakeDapTask(task, terms);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  };
  constexpr uint64_t kBeyond = (uint64_t{1} << 32) + 1;
  refused([](SplitTask& task, DapTerms&) { task.min_batch_size = 0; });
  refused([](SplitTask&, DapTerms& terms) { terms.leader = ""; });
  refused([](SplitTask&, DapTerms& terms) { terms.helper = ""; });
  refused([](SplitTask&, DapTerms& terms) { terms.helper = std::string(65'536, 'a'); });
  refused([](SplitTask&, DapTerms& terms) { terms.time_precision = 0; });
  refused([](SplitTask&, DapTerms& terms) { terms.time_precision = kBeyond; });
  refused([](SplitTask&, DapTerms& terms) { terms.duration = 0; });
  refused([](SplitTask&, DapTerms& terms) { terms.duration = kBeyond; });
  refused([](SplitTask&, DapTerms& terms) { terms.batch_mode = static_cast<dap::BatchMode>(3); });
  refused([](SplitTask& task, DapTerms&) { task.epoch = std::numeric_limits<uint64_t>::max(); });
}

RC_GTEST_PROP(MakeDapTask, IsTheSameForTheSameTaskHoweverItWasWrittenDown, ()) {
  SplitTask task = MoodTask();
  task.epoch = *rc::gen::inRange<uint64_t>(0, uint64_t{1} << 53);
  const auto factor = *rc::gen::inRange<uint64_t>(1, 1'000);
  const DapTask made = MakeDapTask(task, Terms()).value();
  task.sigma_squared = {task.sigma_squared.numerator * factor, task.sigma_squared.denominator * factor};
  const DapTask again = MakeDapTask(DecodeTask(EncodeTask(task).value()).value(), Terms()).value();
  RC_ASSERT(again.id == made.id);
  RC_ASSERT(again.configuration == made.configuration);
}

}  // namespace
}  // namespace sotto::federation
