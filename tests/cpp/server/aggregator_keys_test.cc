// An operator takes a new HPKE key into use, and in the end the old one away: with the files that a server reads.
#include <gtest/gtest.h>

#include <future>

#include "server-stub/aggregator/aggregator.h"
#include "server-stub/hpke/key_file.h"
#include "server/aggregator_fixture.h"
#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

using dap::ReportError;

class KeyRotationTest : public AggregatorTest {
 protected:
  // The helper's keys change in memory, the leader's on the disk.
  void SetUp() override {
    Start(1);
    std::filesystem::create_directories(folder_.path() / "keys");
    std::filesystem::create_directories(folder_.path() / "tasks");
    // Taken as long as this test is run.
    files_.leader.expires = "2900-01-01T00:00:00Z";
    folder_.Write("tasks/a.toml", RenderTaskFile(files_.leader));
  }

  void WriteKey(const HpkeKeyPair& pair, bool advertise) {
    RemoveKey(pair.config.id);
    ASSERT_TRUE(WriteHpkeKeyFile(KeyFile(pair.config.id), {pair, advertise}).ok());
  }
  void RemoveKey(uint8_t id) { std::filesystem::remove(KeyFile(id)); }

  // As when the server is started again.
  void Open() {
    aggregator_.reset();
    AggregatorConfig config;
    config.storage = "sqlite:" + (folder_.path() / "leader.sqlite").string();
    config.tasks = folder_.path() / "tasks";
    config.keys = folder_.path() / "keys";
    config.workers = 1;
    auto files = ReadAggregatorFiles(config);
    ASSERT_TRUE(files.ok()) << ToString(files.error());
    auto created = Aggregator::Create(config, std::move(files).value(), observer_, [](size_t) {});
    ASSERT_TRUE(created.ok()) << ToString(created.error());
    aggregator_ = std::move(created).value();
    LeaderOptions options;
    options.policy = GenerousPolicy();
    leader_.emplace(aggregator_->tasks(), aggregator_->keys(), aggregator_->store(), *peer_, random_, observer_,
                    options);
  }

  std::vector<uint8_t> Advertised() {
    const Response response = aggregator_->HpkeConfigs();
    EXPECT_EQ(response.status, 200u);
    std::vector<uint8_t> ids;
    const auto configs = dap::DecodeHpkeConfigList(AsBytes(*response.body)).value();
    for (const dap::HpkeConfig& config : configs) ids.push_back(config.id);
    return ids;
  }

  dap::Report Sealed(size_t item, const HpkeKeyPair& leader, const HpkeKeyPair& helper) {
    std::vector<uint64_t> measurement(kItems, 0);
    measurement[item] = 1;
    return MakeReport(task().dap, task().prio3, leader.config, helper.config, kSampleEpoch, measurement, random_)
        .value();
  }

  // None if it was accepted.
  std::optional<ReportError> UploadToServer(const dap::Report& report) {
    std::promise<Response> answered;
    const Bytes body = dap::EncodeUploadRequest({report}).value();
    aggregator_->Upload(RequestTo(task(), dap::Message::kUploadReq, body),
                        [&](Response response) { answered.set_value(std::move(response)); });
    const Response response = answered.get_future().get();
    EXPECT_EQ(response.status, 200u);
    if (!response.body) return std::nullopt;
    return dap::DecodeUploadErrors(AsBytes(*response.body)).value().at(0).error;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Aggregator> aggregator_;

 private:
  std::filesystem::path KeyFile(uint8_t id) const { return folder_.path() / "keys" / (std::to_string(id) + ".toml"); }
};

TEST_F(KeyRotationTest, AnOldKeyOpensUntilItIsGoneAndIsNoLongerNamed) {
  const HpkeKeyPair old_leader = *leaders_->keys.Find(1);
  const HpkeKeyPair new_leader = GenerateHpkeKeyPair(21, {}, random_).value();
  const HpkeKeyPair old_helper = *helpers_->keys.Find(2);
  const HpkeKeyPair new_helper = GenerateHpkeKeyPair(22, {}, random_).value();
  WriteKey(old_leader, true);
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Advertised(), std::vector<uint8_t>{1});
  EXPECT_EQ(UploadToServer(Sealed(0, old_leader, old_helper)), std::nullopt);

  // Both take a new one into use.
  WriteKey(old_leader, false);
  WriteKey(new_leader, true);
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Advertised(), std::vector<uint8_t>{21});
  HpkeKeyring both;
  ASSERT_TRUE(both.Add(old_helper, false).ok());
  ASSERT_TRUE(both.Add(new_helper, true).ok());
  ASSERT_EQ(both.advertised().size(), 1u);
  EXPECT_EQ(both.advertised()[0].id, 22);
  HelperOptions options;
  options.policy = GenerousPolicy();
  Helper rotated(helpers_->tasks, both, *helpers_->store, random_, observer_, options);
  peer_->set_helper(rotated);
  // A device that holds what it was told before, of one or of both, and one that was told anew.
  EXPECT_EQ(UploadToServer(Sealed(1, old_leader, old_helper)), std::nullopt);
  EXPECT_EQ(UploadToServer(Sealed(2, new_leader, old_helper)), std::nullopt);
  EXPECT_EQ(UploadToServer(Sealed(3, old_leader, new_helper)), std::nullopt);
  EXPECT_EQ(UploadToServer(Sealed(4, new_leader, new_helper)), std::nullopt);
  Settle();
  EXPECT_EQ(CountedBy(*helpers_).reports, 5u);
  // This one waits until its key is gone: too late.
  EXPECT_EQ(UploadToServer(Sealed(5, old_leader, old_helper)), std::nullopt);

  RemoveKey(1);
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_EQ(Advertised(), std::vector<uint8_t>{21});
  EXPECT_EQ(UploadToServer(Sealed(6, old_leader, old_helper)), ReportError::kOutdatedConfig);
  EXPECT_EQ(UploadToServer(Sealed(7, new_leader, old_helper)), std::nullopt);
  Settle();
  EXPECT_EQ((observer_.reports[{dap::Role::kLeader, "hpke_decrypt_error"}]), 1u);
  const auto request = CollectAll(files_.collector);
  const federation::Release release = Opened(CollectAndStep(request), request);
  EXPECT_EQ(release.count, 6u);
  for (size_t i = 0; i < kItems; ++i) EXPECT_EQ(release.sums[i], i <= 4 || i == 7 ? 1 : 0) << i;
}

TEST_F(KeyRotationTest, AServerWithoutAKeyToNameDoesNotStart) {
  WriteKey(*leaders_->keys.Find(1), false);
  AggregatorConfig config;
  config.tasks = folder_.path() / "tasks";
  config.keys = folder_.path() / "keys";
  const auto files = ReadAggregatorFiles(config);
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, ErrorCode::kNotFound);
  EXPECT_NE(files.error().message.find("advertised"), std::string::npos);
}

}  // namespace
}  // namespace sotto::server
