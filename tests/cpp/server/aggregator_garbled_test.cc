// What a line that garbles makes of messages: the answer is one of those that docs/http-api.md describes, nothing is
// counted or released that should not be, and the intact message is answered afterwards.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "server/aggregator_fixture.h"
#include "sotto/dap/binding.h"

namespace sotto::server {
namespace {

using dap::ReportError;
using dap::Role;

// Two items, so that a message is short: all of it can be garbled, byte by byte.
class GarbledMessageTest : public AggregatorTest {
 protected:
  GarbledMessageTest() { items_ = 2; }

  static Bytes BodyOf(const dap::Report& report) { return dap::EncodeUploadRequest({report}).value(); }
  Response UploadBody(ByteSpan body) {
    return UploadTo(*leader_, *leaders_->store, RequestTo(task(), dap::Message::kUploadReq, body), now_);
  }

  // The job's request that the leader makes of the reports that wait; the helper does not hear of it yet.
  Bytes JobRequest() {
    peer_->away = true;
    EXPECT_EQ(leader_->StepAggregation(now_).value(), Step::kPause);
    peer_->away = false;
    const std::string& body = peer_->requests.back().body;
    return {body.begin(), body.end()};
  }

  Response AskForJob(ByteSpan body) {
    return helper_->CreateAggregationJob(ToHelper(dap::Message::kAggregationJobInitReq, body), now_);
  }
  Response AskForShare(ByteSpan body) {
    return helper_->CreateAggregateShare(ToHelper(dap::Message::kAggregateShareReq, body));
  }
  Response AskForCollection(ByteSpan body) {
    return leader_->CreateCollectionJob(RequestTo(task(), dap::Message::kCollectionJobReq, body));
  }

  // Three reports of item 1, counted by both.
  void StartWithACountedBatch() {
    Start(2);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(1)}).empty());
    Settle();
  }

  dap::AggregateShareReq ShareRequest() {
    dap::AggregateShareReq request;
    request.collection_job_req = CollectAll(files_.collector);
    request.batch_selector = {dap::BatchMode::kTimeInterval, request.collection_job_req.query.config};
    const CountedReports counted = CountedBy(*helpers_);
    request.report_count = counted.reports;
    request.checksum = counted.checksum;
    return request;
  }

  // Of a message, one bit of each byte flipped: another bit in each.
  static void ForEachFlip(const Bytes& message, const std::function<void(const Bytes&)>& send) {
    for (size_t i = 0; i < message.size(); ++i) {
      SCOPED_TRACE("a bit of byte " + std::to_string(i) + " of " + std::to_string(message.size()));
      Bytes flipped = message;
      flipped[i] ^= static_cast<uint8_t>(1u << (i % 8));
      send(flipped);
      if (testing::Test::HasFatalFailure()) return;
    }
  }

  // 400 with one of these problem types.
  static void ExpectProblem(const Response& response, const std::set<std::string>& problems) {
    EXPECT_EQ(response.status, 400u);
    EXPECT_TRUE(problems.contains(ProblemOf(response))) << ProblemOf(response);
    EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/problem+json");
  }
};

TEST_F(GarbledMessageTest, AFlippedBitOfAnUploadCountsNothing) {
  Start(1);
  size_t flips = 0;
  size_t stored = 0;
  const size_t size = BodyOf(ReportOf(0)).size();
  for (size_t i = 0; i < size; ++i) {
    SCOPED_TRACE("a bit of byte " + std::to_string(i) + " of " + std::to_string(size));
    // Each a report of its own: a garbled one may use up the id.
    Bytes body = BodyOf(ReportOf(0));
    body[i] ^= static_cast<uint8_t>(1u << (i % 8));
    const Response response = UploadBody(body);
    ++flips;
    if (response.status != 200) {
      ExpectProblem(response, {"invalidMessage", "unsupportedExtension"});
    } else if (!response.body) {
      ++stored;
    } else {
      const auto errors = dap::DecodeUploadErrors(AsBytes(*response.body)).value();
      ASSERT_EQ(errors.size(), 1u);
      const std::set<ReportError> documented = {ReportError::kReportDropped, ReportError::kReportTooEarly,
                                                ReportError::kTaskExpired, ReportError::kOutdatedConfig,
                                                ReportError::kInvalidMessage};
      EXPECT_TRUE(documented.contains(errors[0].error)) << dap::ReportErrorName(errors[0].error);
    }
  }
  // Most of a report is sealed: that a bit of it is wrong shows when it is opened.
  EXPECT_GT(stored, flips / 2);
  ASSERT_TRUE(UploadErrors({ReportOf(1), ReportOf(1)}).empty());
  Settle();
  EXPECT_EQ(Sums(), (std::vector<uint64_t>{0, 2}));
  EXPECT_EQ(CountedBy(*leaders_).reports, 2u);
  const auto request = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(request), request).sums, (std::vector<int64_t>{0, 2}));
}

TEST_F(GarbledMessageTest, AFlippedBitOfAnAggregationJobCountsNothing) {
  Start(1);
  const dap::Report report = ReportOf(1);
  ASSERT_TRUE(UploadErrors({report}).empty());
  const Bytes intact = JobRequest();
  std::map<std::string, size_t> answers;
  ForEachFlip(intact, [&](const Bytes& flipped) {
    const Response response = AskForJob(flipped);
    if (response.status != 200) {
      ExpectProblem(response,
                    {"invalidMessage", "unsupportedExtension", "invalidExtension", "invalidAggregationParameter"});
      ++answers[ProblemOf(response)];
      return;
    }
    const auto said = dap::DecodeAggregationJobResp(AsBytes(*response.body)).value();
    ASSERT_LE(said.size(), 1u);
    for (const auto& each : said) {
      const auto* error = std::get_if<ReportError>(&each.result);
      ASSERT_NE(error, nullptr) << "a garbled report was verified";
      ++answers[std::string(dap::ReportErrorName(*error))];
    }
  });
  EXPECT_EQ(CountedBy(*helpers_).reports, 0u);
  for (const char* answer : {"invalidMessage", "hpke_decrypt_error", "vdaf_verify_error", "invalid_message"}) {
    EXPECT_GT(answers[answer], 0u) << answer;
  }
  // None of this is in the way of the leader's own.
  now_ += 60'000;
  Settle();
  EXPECT_EQ(Sums(), (std::vector<uint64_t>{0, 1}));
  EXPECT_EQ(CountedBy(*leaders_).reports, 1u);
}

TEST_F(GarbledMessageTest, AFlippedBitOfAnAggregateShareRequestReleasesNothingElse) {
  ASSERT_NO_FATAL_FAILURE(StartWithACountedBatch());
  const size_t size = dap::EncodeAggregateShareReq(ShareRequest()).value().size();
  size_t released = 0;
  for (size_t i = 0; i < size; ++i) {
    SCOPED_TRACE("a bit of byte " + std::to_string(i) + " of " + std::to_string(size));
    // Of the batch that there is now.
    const dap::AggregateShareReq fresh = ShareRequest();
    Bytes flipped = dap::EncodeAggregateShareReq(fresh).value();
    flipped[i] ^= static_cast<uint8_t>(1u << (i % 8));
    const Response response = AskForShare(flipped);
    if (response.status != 200) {
      ExpectProblem(response, {"invalidMessage", "unsupportedExtension", "invalidExtension",
                               "invalidAggregationParameter", "batchInvalid", "batchMismatch", "invalidBatchSize"});
      EXPECT_EQ(CountedBy(*helpers_).reports, 3u);
      continue;
    }
    // A longer interval of the collector's holds the batch as well: a leader may ask so. All else is as it should be,
    // and the collector who asked otherwise cannot open it.
    ++released;
    auto read = dap::DecodeAggregateShareReq(flipped).value();
    const auto interval = dap::DecodeInterval(read.collection_job_req.query.config).value();
    EXPECT_EQ(interval.start, kSampleEpoch);
    EXPECT_GT(interval.duration, 1u);
    read.collection_job_req.query.config = fresh.collection_job_req.query.config;
    EXPECT_EQ(read, fresh);
    const auto sealed = dap::DecodeAggregateShare(AsBytes(*response.body)).value();
    const Bytes aad = dap::AggregateShareAad(task().dap.id, task().dap.configuration, fresh.collection_job_req).value();
    const HpkeKeyPair key{files_.collector.collector, files_.collector.collector_private_key};
    EXPECT_FALSE(OpenBase(key, dap::AggregateShareInfo(Role::kHelper), aad, sealed).ok());
    ASSERT_NO_FATAL_FAILURE(StartWithACountedBatch());
  }
  EXPECT_EQ(released, 8u);  // the bytes of the duration
  const auto collect = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(collect), collect).sums, (std::vector<int64_t>{0, 3}));
}

TEST_F(GarbledMessageTest, AFlippedBitOfACollectionJobIsAnotherJobOrNone) {
  ASSERT_NO_FATAL_FAILURE(StartWithACountedBatch());
  const auto request = CollectAll(files_.collector);
  size_t jobs = 0;
  ForEachFlip(dap::EncodeCollectionJobReq(request).value(), [&](const Bytes& flipped) {
    const Response response = AskForCollection(flipped);
    if (response.status != 200) {
      ExpectProblem(response, {"invalidMessage", "unsupportedExtension", "invalidExtension",
                               "invalidAggregationParameter", "batchInvalid"});
      return;
    }
    // Another interval, which the collector may ask for: it waits until he takes it back.
    ++jobs;
    EXPECT_FALSE(response.body);
    auto read = dap::DecodeCollectionJobReq(flipped).value();
    EXPECT_NE(read.query.config, request.query.config);
    read.query.config = request.query.config;
    EXPECT_EQ(read, request);
    EXPECT_EQ(leader_->DeleteCollectionJob(About(response)).status, 200u);
  });
  EXPECT_GT(jobs, 8u);
  EXPECT_EQ(leaders_->store->Stats().value().waiting_collections, 0u);
  EXPECT_EQ(Opened(CollectAndStep(request), request).sums, (std::vector<int64_t>{0, 3}));
}

TEST_F(GarbledMessageTest, WhatEndsTooEarlyIsNoMessageAtAnyByte) {
  ASSERT_NO_FATAL_FAILURE(StartWithACountedBatch());
  const dap::Report report = ReportOf(1);
  const Bytes upload = BodyOf(report);
  ASSERT_EQ(UploadBody(upload).status, 200u);
  const Bytes job = JobRequest();
  const Bytes share = dap::EncodeAggregateShareReq(ShareRequest()).value();
  const Bytes collection = dap::EncodeCollectionJobReq(CollectAll(files_.collector)).value();
  // Of these two, what follows is reports, as many as there are: without any it is a message of none.
  const std::set<size_t> of_none = {0};
  const std::set<size_t> job_of_none = {dap::EncodeAggregationJobInitReq({}).value().size()};
  const auto cut = [&](const Bytes& message, const std::set<size_t>& whole,
                       const std::function<Response(ByteSpan)>& send) {
    for (size_t size = 0; size < message.size(); ++size) {
      SCOPED_TRACE(std::to_string(size) + " of " + std::to_string(message.size()) + " bytes");
      // Of its own length, so that a read beyond it is found.
      const Response response = send(Bytes(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size)));
      if (whole.contains(size)) {
        EXPECT_EQ(response.status, 200u);
        EXPECT_TRUE(!response.body || response.body->empty());
      } else {
        ExpectProblem(response, {"invalidMessage"});
      }
    }
  };
  cut(upload, of_none, [&](ByteSpan body) { return UploadBody(body); });
  cut(job, job_of_none, [&](ByteSpan body) { return AskForJob(body); });
  cut(share, {}, [&](ByteSpan body) { return AskForShare(body); });
  cut(collection, {}, [&](ByteSpan body) { return AskForCollection(body); });
  now_ += 60'000;
  Settle();
  const auto request = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(request), request).sums, (std::vector<int64_t>{0, 4}));
}

}  // namespace
}  // namespace sotto::server
