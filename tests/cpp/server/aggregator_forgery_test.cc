// What devices that lie seal: it is counted by neither aggregator, and in no honest report's way.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "server/aggregator_fixture.h"
#include "sotto/dap/binding.h"

namespace sotto::server {
namespace {

using dap::ReportError;
using dap::Role;

// Adds a number below 256 to the element at a place of a vector of little-endian elements.
void AddTo(Bytes& vector, size_t element, size_t element_size, uint8_t number) {
  unsigned carry = number;
  for (size_t i = element * element_size; i < (element + 1) * element_size; ++i) {
    carry += vector[i];
    vector[i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
}

// How a device seals its report, where it does not do as it should.
struct Sealing {
  std::function<void(vdaf::Report&)> change = [](vdaf::Report&) {};  // to the shares, before they are sealed
  Bytes leader_info = dap::InputShareInfo(Role::kLeader);
  Bytes helper_info = dap::InputShareInfo(Role::kHelper);
  std::optional<Bytes> vdaf_context = std::nullopt;  // empty: the task's
  dap::TaskId task{};                                // that it says it is for; zeros: the true one
};

class ForgeryTest : public AggregatorTest {
 protected:
  // As MakeReport of client.h but for `sealing`: both seals are good.
  dap::Report Forged(size_t item, const Sealing& sealing) {
    const AggregatorTask& task = this->task();
    std::vector<uint64_t> measurement(items_, 0);
    measurement[item] = 1;
    dap::Report report;
    report.report_metadata.time = kSampleEpoch;
    EXPECT_TRUE(random_.Fill(report.report_metadata.report_id).ok());
    Bytes rand(task.prio3.rand_size());
    EXPECT_TRUE(random_.Fill(rand).ok());
    vdaf::Report shares = task.prio3
                              .Shard(sealing.vdaf_context.value_or(task.dap.vdaf_context), measurement,
                                     report.report_metadata.report_id, rand)
                              .value();
    sealing.change(shares);
    report.public_share = shares.public_share;
    const dap::TaskId id = sealing.task == dap::TaskId{} ? task.dap.id : sealing.task;
    const Bytes aad =
        dap::InputShareAad(id, task.dap.configuration, report.report_metadata, report.public_share).value();
    const auto seal = [&](const dap::HpkeConfig& key, const Bytes& info, const Bytes& share) {
      const Bytes plaintext = dap::EncodePlaintextInputShare({{}, share}).value();
      return SealBase(key, info, aad, plaintext, random_).value();
    };
    report.leader_encrypted_input_share = seal(leaders_->key, sealing.leader_info, shares.input_shares[0]);
    report.helper_encrypted_input_share = seal(helpers_->key, sealing.helper_info, shares.input_shares[1]);
    return report;
  }

  // What the helper said of each report of the last job.
  std::map<dap::ReportId, std::optional<ReportError>> SaidOfLastJob() {
    std::map<dap::ReportId, std::optional<ReportError>> said;
    const PeerResponse& response = peer_->responses.back();
    EXPECT_EQ(response.status, 200u);
    const auto answers = dap::DecodeAggregationJobResp(AsBytes(response.body)).value();
    for (const auto& each : answers) {
      const auto* error = std::get_if<ReportError>(&each.result);
      said[each.report_id] = error == nullptr ? std::nullopt : std::optional(*error);
    }
    return said;
  }

  size_t Aggregated(Role role, ReportError error) {
    return observer_.reports[{role, std::string(dap::ReportErrorName(error))}];
  }
};

TEST_F(ForgeryTest, ASealedForgeryIsCountedByNobodyAndHonestReportsOfItsJobByBoth) {
  Start(2);
  const size_t element = task().prio3.encoded_element_size();
  const size_t share = task().prio3.input_share_size(0);
  const std::vector<std::function<void(vdaf::Report&)>> changes = {
      // A second item, and the same one a hundred times more.
      [&](vdaf::Report& report) { AddTo(report.input_shares[0], 8, element, 1); },
      [&](vdaf::Report& report) { AddTo(report.input_shares[0], 7, element, 100); },
      // The weight that the circuit compares with the items.
      [&](vdaf::Report& report) { AddTo(report.input_shares[0], kItems, element, 1); },
      // The measurement is right, its proof, which follows, is not.
      [&](vdaf::Report& report) { AddTo(report.input_shares[0], kItems + 2, element, 1); },
      // The leader's blind, at the end.
      [&](vdaf::Report& report) { report.input_shares[0][share - 1] ^= 1; },
      // The helper's seed and blind.
      [](vdaf::Report& report) { report.input_shares[1].front() ^= 1; },
      [](vdaf::Report& report) { report.input_shares[1].back() ^= 1; },
      // The joint randomness that the device claims, of leader and helper.
      [](vdaf::Report& report) { report.public_share.front() ^= 1; },
      [](vdaf::Report& report) { report.public_share.back() ^= 1; },
  };
  std::vector<dap::Report> reports = {ReportOf(1), Forged(2, {})};
  for (const auto& change : changes) reports.push_back(Forged(7, {.change = change}));
  reports.push_back(ReportOf(3));
  ASSERT_TRUE(UploadErrors(reports).empty());
  Settle();

  ASSERT_EQ(peer_->responses.size(), 1u);  // one job
  auto said = SaidOfLastJob();
  ASSERT_EQ(said.size(), reports.size());
  for (size_t i = 0; i < reports.size(); ++i) {
    const bool honest = i < 2 || i + 1 == reports.size();
    EXPECT_EQ(said.at(reports[i].report_metadata.report_id),
              honest ? std::nullopt : std::optional(ReportError::kVdafVerifyError))
        << i;
  }
  EXPECT_EQ(Aggregated(Role::kHelper, ReportError::kVdafVerifyError), changes.size());
  EXPECT_EQ(Aggregated(Role::kLeader, ReportError::kVdafVerifyError), changes.size());
  EXPECT_EQ(CountedBy(*leaders_).reports, 3u);
  EXPECT_EQ(CountedBy(*helpers_).reports, 3u);
  const auto request = CollectAll(files_.collector);
  const federation::Release release = Opened(CollectAndStep(request), request);
  EXPECT_EQ(release.count, 3u);
  for (size_t i = 0; i < kItems; ++i) EXPECT_EQ(release.sums[i], i >= 1 && i <= 3 ? 1 : 0) << i;
}

TEST_F(ForgeryTest, ReportsOfAnotherVersionOrTaskDoNotOpen) {
  Start(1);
  // The same labels but for the version, with which they begin.
  const auto of_version = [](Bytes label, std::string_view version) {
    EXPECT_TRUE(std::equal(dap::kVersion.begin(), dap::kVersion.end(), label.begin()));
    std::copy(version.begin(), version.end(), label.begin());
    return label;
  };
  constexpr std::string_view kOld = "dap-17";
  const Bytes old_leader = of_version(dap::InputShareInfo(Role::kLeader), kOld);
  const Bytes old_helper = of_version(dap::InputShareInfo(Role::kHelper), kOld);

  // Nobody opens these, so that the helper does not hear of them.
  const dap::Report old = Forged(4, {.leader_info = old_leader, .helper_info = old_helper});
  const dap::Report elsewhere = Forged(4, {.task = {1}});
  // The leader opens these.
  const dap::Report half_old = Forged(5, {.helper_info = old_helper});
  const dap::Report swapped = Forged(5, {.helper_info = dap::InputShareInfo(Role::kLeader)});
  dap::Report unknown_key = ReportOf(6);
  unknown_key.helper_encrypted_input_share.config_id = 77;
  // Both open it; its proof is of another version.
  const dap::Report old_proof = Forged(7, {.vdaf_context = of_version(task().dap.vdaf_context, kOld)});
  ASSERT_TRUE(UploadErrors({old, elsewhere, half_old, swapped, unknown_key, old_proof, ReportOf(1)}).empty());
  Settle();

  auto said = SaidOfLastJob();
  EXPECT_EQ(said.size(), 5u);
  EXPECT_FALSE(said.contains(old.report_metadata.report_id));
  EXPECT_FALSE(said.contains(elsewhere.report_metadata.report_id));
  // As the draft has it for an unknown key, too (dap-18, 4.5.2, "Input Share Decryption").
  for (const dap::Report* report : {&half_old, &swapped, &std::as_const(unknown_key)}) {
    EXPECT_EQ(said.at(report->report_metadata.report_id), ReportError::kHpkeDecryptError);
  }
  EXPECT_EQ(said.at(old_proof.report_metadata.report_id), ReportError::kVdafVerifyError);
  EXPECT_EQ(Aggregated(Role::kHelper, ReportError::kHpkeDecryptError), 3u);
  EXPECT_EQ(Aggregated(Role::kLeader, ReportError::kHpkeDecryptError), 2u + 3u);
  std::vector<uint64_t> only(kItems, 0);
  only[1] = 1;
  EXPECT_EQ(Sums(), only);
  EXPECT_EQ(CountedBy(*leaders_).reports, 1u);
}

}  // namespace
}  // namespace sotto::server
