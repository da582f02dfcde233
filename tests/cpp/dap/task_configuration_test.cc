#include "sotto/dap/task_configuration.h"

#include "dap/checks.h"

namespace sotto::dap {
namespace {

TaskConfiguration Example() {
  return {.task_info = BytesOf("round 7"),
          .leader_aggregator_endpoint = "https://l.example/",
          .helper_aggregator_endpoint = "https://h.example/dap/",
          .time_precision = 3600,
          .min_batch_size = 100,
          .batch_mode = BatchMode::kLeaderSelected,
          .batch_config = {},
          .vdaf_type = 5,
          .vdaf_configuration = EncodePrio3MultihotCountVecConfig(8256, 91, 496),
          .extensions = {TaskIntervalExtension({480'000, 24})}};
}

constexpr const char* kExample =
    "07"                                            // task_info: 7 bytes
    "726f756e642037"                                //
    "0012"                                          // leader_aggregator_endpoint: 18 bytes
    "68747470733a2f2f6c2e6578616d706c652f"          //
    "0016"                                          // helper_aggregator_endpoint: 22 bytes
    "68747470733a2f2f682e6578616d706c652f6461702f"  //
    "0000000000000e10"                              // time_precision: 3,600 s
    "0000000000000064"                              // min_batch_size: 100
    "02"                                            // batch_mode: leader_selected
    "0000"                                          // batch_config: 0 bytes
    "00000005"                                      // vdaf_type: Prio3MultihotCountVec
    "0010"                                          // vdaf_configuration: 16 bytes
    "00002040"                                      // vdaf_configuration.length: 8,256
    "0000005b"                                      // vdaf_configuration.chunk_length: 91
    "00000000000001f0"                              // vdaf_configuration.max_weight: 496
    "0014"                                          // extensions: 20 bytes
    "0001"                                          // [0].extension_type: task_interval
    "0010"                                          // [0].extension_data: 16 bytes
    "0000000000075300"                              // [0].extension_data.task_interval.start: 480,000
    "0000000000000018";                             // [0].extension_data.task_interval.duration: 24

TEST(DapTaskConfiguration, IsEncodedAsTheDraftSays) {
  ExpectMessage(Example(), Hex(kExample), EncodeTaskConfiguration, DecodeTaskConfiguration);
  ExpectOneEncoding(Hex(kExample), EncodeTaskConfiguration, DecodeTaskConfiguration);
}

TEST(DapTaskConfiguration, RefusesWhatTheDraftsLengthsDoNotAllow) {
  TaskConfiguration task = Example();
  task.task_info.clear();
  ExpectRefused(EncodeTaskConfiguration(task), ErrorCode::kInvalidArgument, "task_info");
  task.task_info = Bytes(256);
  ExpectRefused(EncodeTaskConfiguration(task), ErrorCode::kInvalidArgument, "task_info");
  task.task_info = Bytes(255);
  EXPECT_TRUE(EncodeTaskConfiguration(task).ok());
  task.leader_aggregator_endpoint.clear();
  ExpectRefused(EncodeTaskConfiguration(task), ErrorCode::kInvalidArgument, "leader_aggregator_endpoint");
  task.leader_aggregator_endpoint.assign(65'536, 'a');
  ExpectRefused(EncodeTaskConfiguration(task), ErrorCode::kInvalidArgument, "leader_aggregator_endpoint");
  task = Example();
  task.helper_aggregator_endpoint.clear();
  ExpectRefused(EncodeTaskConfiguration(task), ErrorCode::kInvalidArgument, "helper_aggregator_endpoint");
  task = Example();
  task.vdaf_configuration = Bytes(65'536);
  ExpectRefused(EncodeTaskConfiguration(task), ErrorCode::kInvalidArgument, "vdaf_configuration");
  task = Example();
  task.batch_config = Bytes(65'536);
  ExpectRefused(EncodeTaskConfiguration(task), ErrorCode::kInvalidArgument, "batch_config");
}

TEST(DapTaskConfiguration, RefusesEmptyStringsWhereTheDraftWantsSome) {
  ExpectRefused(DecodeTaskConfiguration(Hex("00 0001 61")), ErrorCode::kMalformed, "task_info");
  ExpectRefused(DecodeTaskConfiguration(Hex("01 61 0000")), ErrorCode::kMalformed, "leader_aggregator_endpoint");
  ExpectRefused(DecodeTaskConfiguration(Hex("01 61 0001 61 0000")), ErrorCode::kMalformed,
                "helper_aggregator_endpoint");
}

TEST(DapTaskInterval, IsFoundAmongTheExtensions) {
  TaskConfiguration task = Example();
  auto interval = TaskInterval(task);
  ASSERT_TRUE(interval.ok());
  ASSERT_TRUE(interval.value().has_value());
  EXPECT_EQ(*interval.value(), (Interval{480'000, 24}));
  task.extensions.insert(task.extensions.begin(), Extension{0, {}});
  interval = TaskInterval(task);
  ASSERT_TRUE(interval.ok());
  EXPECT_TRUE(interval.value().has_value());
  task.extensions = {{2, EncodePrio3SumVecConfig(1, 2, 3)}};
  interval = TaskInterval(task);
  ASSERT_TRUE(interval.ok());
  EXPECT_FALSE(interval.value().has_value());
}

TEST(DapTaskInterval, RefusesAnExtensionThatIsNoInterval) {
  for (const size_t size : {0U, 15U, 17U}) {
    TaskConfiguration task = Example();
    task.extensions = {{kTaskIntervalExtension, Bytes(size)}};
    ExpectRefused(TaskInterval(task), ErrorCode::kMalformed, "task_interval");
  }
}

TEST(DapVdafConfiguration, IsEncodedAsTheDraftSays) {
  EXPECT_EQ(EncodePrio3SumVecConfig(4096, 15, 128), Hex("00001000"                                   // length
                                                        "000000000000000f"                           // max_measurement
                                                        "00000080"));                                // chunk_length
  EXPECT_EQ(EncodePrio3HistogramConfig(36, 6), Hex("00000024"                                        // length
                                                   "00000006"));                                     // chunk_length
  EXPECT_EQ(EncodePrio3MultihotCountVecConfig(10, 4, 0x0102030405060708), Hex("0000000a"             // length
                                                                              "00000004"             // chunk_length
                                                                              "0102030405060708"));  // max_weight
}

RC_GTEST_PROP(DapTaskConfiguration, RoundTrips, ()) {
  const auto any_url = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>('!', '~')));
  CheckRoundTrip(
      *rc::gen::build<TaskConfiguration>(
          rc::gen::set(&TaskConfiguration::task_info, AnyBytes(1, 255)),
          rc::gen::set(&TaskConfiguration::leader_aggregator_endpoint, any_url),
          rc::gen::set(&TaskConfiguration::helper_aggregator_endpoint, any_url),
          rc::gen::set(&TaskConfiguration::time_precision), rc::gen::set(&TaskConfiguration::min_batch_size),
          rc::gen::set(&TaskConfiguration::batch_mode, AnyBatchMode()),
          rc::gen::set(&TaskConfiguration::batch_config, AnyBytes(0, 40)), rc::gen::set(&TaskConfiguration::vdaf_type),
          rc::gen::set(&TaskConfiguration::vdaf_configuration, AnyBytes(0, 40)),
          rc::gen::set(&TaskConfiguration::extensions, AnyExtensions())),
      EncodeTaskConfiguration, DecodeTaskConfiguration);
}

}  // namespace
}  // namespace sotto::dap
