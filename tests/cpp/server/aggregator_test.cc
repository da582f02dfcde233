// The protocol between device, leader, helper and collector, without a network.
#include <gtest/gtest.h>

#include "server/aggregator_fixture.h"

namespace sotto::server {
namespace {

TEST_F(AggregatorTest, CountsEveryReportOnceFromUploadToCollection) {
  Start(10);
  for (size_t i = 0; i < 30; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  const auto request = CollectAll(files_.collector);
  const federation::Release release = Opened(CollectAndStep(request), request);
  EXPECT_EQ(release.count, 30u);
  for (size_t i = 0; i < kItems; ++i) EXPECT_EQ(release.sums[i], i < 30 ? 1 : 0) << i;
}

TEST_F(AggregatorTest, WorksWithAHelperThatAnswersLater) {
  HelperOptions options;
  options.asynchronous = true;
  Start(5, dap::BatchMode::kTimeInterval, 1, options);
  for (size_t i = 0; i < 8; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  const auto request = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(request), request).count, 8u);
}

TEST_F(AggregatorTest, LeaderSelectedBatchesAreDisjointAndLargeEnough) {
  Start(5, dap::BatchMode::kLeaderSelected);
  std::vector<int64_t> total(kItems, 0);
  for (size_t i = 0; i < 12; ++i) {
    ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
    if (i == 5 || i == 11) Settle();
  }
  const auto request = CollectAll(files_.collector);
  for (int batch = 0; batch < 2; ++batch) {
    const Response response = CollectAndStep(request);
    const federation::Release release = Opened(response, request);
    EXPECT_GE(release.count, 5u);
    for (size_t i = 0; i < kItems; ++i) total[i] += release.sums[i];
    // The next batch is asked for once this one's job is gone.
    ASSERT_EQ(leader_->DeleteCollectionJob(About(Collect(request))).status, 200u);
  }
  for (size_t i = 0; i < kItems; ++i) EXPECT_EQ(total[i], i < 12 ? 1 : 0) << i;
}

TEST_F(AggregatorTest, RefusesAReportThatCameBefore) {
  Start(1);
  const dap::Report report = ReportOf(3);
  EXPECT_TRUE(UploadErrors({report}).empty());
  EXPECT_EQ(UploadErrors({report}), std::vector{dap::ReportError::kReportReplayed});
  Settle();
  EXPECT_EQ(UploadErrors({report}), std::vector{dap::ReportError::kReportReplayed});
}

TEST_F(AggregatorTest, AnswersEveryReportOfAnUploadByItself) {
  Start(1);
  const dap::Report good = ReportOf(1);
  dap::Report early = ReportOf(2, kSampleEpoch + 5);
  dap::Report old_key = ReportOf(3);
  old_key.leader_encrypted_input_share.config_id = 9;
  dap::Report short_share = ReportOf(4);
  short_share.helper_encrypted_input_share.payload.pop_back();
  const Response response = Upload({early, good, old_key, short_share, good});
  const auto errors = dap::DecodeUploadErrors(AsBytes(*response.body)).value();
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_EQ(errors[0].error, dap::ReportError::kReportDropped);
  EXPECT_EQ(errors[0].report_id, early.report_metadata.report_id);
  EXPECT_EQ(errors[1].error, dap::ReportError::kOutdatedConfig);
  EXPECT_EQ(errors[2].error, dap::ReportError::kInvalidMessage);
  EXPECT_EQ(errors[3].error, dap::ReportError::kReportReplayed);
  EXPECT_EQ(errors[3].report_id, good.report_metadata.report_id);
}

TEST_F(AggregatorTest, RefusesUploadsThatAreNone) {
  Start(1);
  const Bytes body = dap::EncodeReport(ReportOf(1)).value();
  DapRequest request = RequestTo(task(), dap::Message::kUploadReq, body);
  for (size_t size = 1; size < request.body.size(); size += 7) {
    DapRequest cut = request;
    cut.body.resize(size);
    const Response response = UploadTo(*leader_, *leaders_->store, cut, now_);
    EXPECT_EQ(response.status, 400u);
    EXPECT_EQ(ProblemOf(response), "invalidMessage");
  }
  DapRequest other = request;
  other.task = dap::ToBase64Url(Bytes(32, 1));
  EXPECT_EQ(ProblemOf(UploadTo(*leader_, *leaders_->store, other, now_)), "unrecognizedTask");
  DapRequest plain = request;
  plain.content_type = "application/octet-stream";
  EXPECT_EQ(UploadTo(*leader_, *leaders_->store, plain, now_).status, 415u);
  dap::Report extended = ReportOf(2);
  extended.report_metadata.public_extensions.push_back({23, {}});
  const Response response = Upload({extended});
  EXPECT_EQ(ProblemOf(response), "unsupportedExtension");
  EXPECT_NE(response.body->find("\"unsupported_extensions\":[23]"), std::string::npos);
}

TEST_F(AggregatorTest, TakesNoReportsAfterTheTaskExpired) {
  Start(1);
  const dap::Report report = ReportOf(1);
  now_ = task().expires_ms;
  EXPECT_EQ(UploadErrors({report}), std::vector{dap::ReportError::kTaskExpired});
}

TEST_F(AggregatorTest, AClockThatGoesBackADayLosesNothing) {
  Start(2);
  for (size_t i = 0; i < 4; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  now_ -= kDayMs;
  EXPECT_EQ(UploadErrors({ReportOf(5)}), std::vector{dap::ReportError::kReportTooEarly});
  EXPECT_EQ(leader_->StepAggregation(now_).value(), Step::kPause);
  now_ += 2 * kDayMs;
  Settle();
  const auto request = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(request), request).count, 4u);
}

TEST_F(AggregatorTest, AShareThatDoesNotOpenIsCountedByNobody) {
  Start(2);
  dap::Report forged = ReportOf(1);
  const dap::Report other = ReportOf(2);
  forged.leader_encrypted_input_share.payload[40] ^= 1;
  ASSERT_TRUE(UploadErrors({forged, other, ReportOf(3)}).empty());
  Settle();
  const auto request = CollectAll(files_.collector);
  const federation::Release release = Opened(CollectAndStep(request), request);
  EXPECT_EQ(release.count, 2u);
  EXPECT_EQ(release.sums[1], 0);
  EXPECT_EQ(UploadErrors({forged}), std::vector{dap::ReportError::kReportReplayed});
}

TEST_F(AggregatorTest, AsksForEnoughReports) {
  Start(5);
  for (size_t i = 0; i < 4; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  const auto request = CollectAll(files_.collector);
  const Response waiting = CollectAndStep(request);
  EXPECT_EQ(waiting.status, 200u);
  EXPECT_FALSE(waiting.body);  // more may come
  now_ = task().expires_ms;
  EXPECT_EQ(ProblemOf(CollectAndStep(request)), "invalidBatchSize");
}

TEST_F(AggregatorTest, GivesABatchOnceAndTheSameAgain) {
  Start(2);
  for (size_t i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  const auto request = CollectAll(files_.collector);
  const Response first = CollectAndStep(request);
  const Response second = Collect(request);
  EXPECT_EQ(*first.body, *second.body);
  EXPECT_EQ(UploadErrors({ReportOf(9)}), std::vector{dap::ReportError::kBatchCollected});
}

TEST_F(AggregatorTest, RefusesIntervalsThatOverlap) {
  Start(2, dap::BatchMode::kTimeInterval, 4);
  for (size_t i = 0; i < 8; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i, kSampleEpoch)}).empty());
  Settle();
  dap::CollectionJobReq request = CollectAll(files_.collector);
  request.query.config = dap::EncodeInterval({kSampleEpoch, 1});
  EXPECT_EQ(Opened(CollectAndStep(request), request).count, 8u);
  request.query.config = dap::EncodeInterval({kSampleEpoch, 2});
  EXPECT_EQ(ProblemOf(CollectAndStep(request)), "batchOverlap");
  request.query.config = dap::EncodeInterval({kSampleEpoch, 0});
  EXPECT_EQ(ProblemOf(Collect(request)), "batchInvalid");
  request.query.config = dap::EncodeInterval({UINT64_MAX, 2});
  EXPECT_EQ(ProblemOf(Collect(request)), "batchInvalid");
  request.query.config.pop_back();
  EXPECT_EQ(ProblemOf(Collect(request)), "invalidMessage");
}

TEST_F(AggregatorTest, RefusesQueriesThatItCannotAnswer) {
  Start(1);
  dap::CollectionJobReq request = CollectAll(files_.collector);
  request.agg_param = {1};
  EXPECT_EQ(ProblemOf(Collect(request)), "invalidAggregationParameter");
  request = CollectAll(files_.collector);
  request.extensions = {{2, {}}, {1, {}}};
  EXPECT_EQ(ProblemOf(Collect(request)), "invalidExtension");
  request.extensions = {{2, {}}};
  EXPECT_EQ(ProblemOf(Collect(request)), "unsupportedExtension");
  request = CollectAll(files_.collector);
  request.query.batch_mode = dap::BatchMode::kLeaderSelected;
  EXPECT_EQ(ProblemOf(Collect(request)), "invalidMessage");
  DapRequest stranger = RequestTo(task(), dap::Message::kCollectionJobReq, {});
  stranger.authorization = "Bearer somebody-else-0123456789";
  EXPECT_EQ(leader_->CreateCollectionJob(stranger).status, 401u);
  stranger.authorization = "";
  EXPECT_EQ(leader_->CreateCollectionJob(stranger).status, 401u);
}

TEST_F(AggregatorTest, TheHelperRefusesWhatIsNotTheLeaders) {
  Start(1);
  DapRequest request = RequestTo(helpers_->task(), dap::Message::kAggregationJobInitReq, {});
  request.authorization = "Bearer wrong-token-0123456789";
  EXPECT_EQ(helper_->CreateAggregationJob(request, now_).status, 401u);
  request.authorization = "Bearer " + std::string(kHelperToken);
  request.body = "?";
  EXPECT_EQ(ProblemOf(helper_->CreateAggregationJob(request, now_)), "invalidMessage");

  const auto job = [&](const dap::AggregationJobInitReq& init) {
    const Bytes body = dap::EncodeAggregationJobInitReq(init).value();
    request.body.assign(body.begin(), body.end());
    return helper_->CreateAggregationJob(request, now_);
  };
  dap::AggregationJobInitReq init;
  init.agg_param = {1};
  EXPECT_EQ(ProblemOf(job(init)), "invalidAggregationParameter");
  init = {};
  init.extensions = {{dap::kLeaderSelectedBatchIdExtension, Bytes(32, 1)}};
  EXPECT_EQ(ProblemOf(job(init)), "unsupportedExtension");
  init = {};
  init.verification_key_id = 1;
  EXPECT_EQ(ProblemOf(job(init)), "invalidMessage");
  init = {};
  const dap::Report report = ReportOf(1);
  init.verify_inits.assign(
      2, {{report.report_metadata, report.public_share, report.helper_encrypted_input_share}, Bytes{0}});
  EXPECT_EQ(ProblemOf(job(init)), "invalidMessage");
  // A proof of nothing: the report is refused, the job is not.
  init.verify_inits.pop_back();
  const Response response = job(init);
  ASSERT_EQ(response.status, 200u);
  const auto responses = dap::DecodeAggregationJobResp(AsBytes(*response.body)).value();
  EXPECT_EQ(std::get<dap::ReportError>(responses.at(0).result), dap::ReportError::kInvalidMessage);

  DapRequest next = request;
  const std::string location = HeaderOf(response, "Location");
  next.id = location.substr(location.find_last_of('/') + 1);
  next.content_type = dap::MediaType(dap::Message::kAggregationJobContinueReq);
  const Bytes step = dap::EncodeAggregationJobContinueReq({1, {}}).value();
  next.body.assign(step.begin(), step.end());
  EXPECT_EQ(ProblemOf(helper_->ContinueAggregationJob(next)), "stepMismatch");
  next.id = dap::ToBase64Url(Bytes(16, 9));
  EXPECT_EQ(ProblemOf(helper_->ContinueAggregationJob(next)), "unrecognizedAggregationJob");
  EXPECT_EQ(ProblemOf(helper_->GetAggregationJob(next)), "unrecognizedAggregationJob");
}

TEST_F(AggregatorTest, TheHelperReleasesOnlyWhatBothCounted) {
  Start(2);
  for (size_t i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  dap::AggregateShareReq share;
  share.collection_job_req = CollectAll(files_.collector);
  share.batch_selector = {dap::BatchMode::kTimeInterval, share.collection_job_req.query.config};
  share.report_count = 2;
  const auto ask = [&] {
    DapRequest request =
        RequestTo(helpers_->task(), dap::Message::kAggregateShareReq, dap::EncodeAggregateShareReq(share).value());
    request.authorization = "Bearer " + std::string(kHelperToken);
    return helper_->CreateAggregateShare(request);
  };
  EXPECT_EQ(ProblemOf(ask()), "batchMismatch");
  share.report_count = 3;
  EXPECT_EQ(ProblemOf(ask()), "batchMismatch");  // the checksum is still of nothing
  share.batch_selector.config = dap::EncodeInterval({kSampleEpoch + 1, 1});
  EXPECT_EQ(ProblemOf(ask()), "batchInvalid");
  // None of this kept the batch from its collector.
  const auto request = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(request), request).count, 3u);
  share.batch_selector.config = request.query.config;
  EXPECT_EQ(ProblemOf(ask()), "batchOverlap");
}

TEST_F(AggregatorTest, NobodyReleasesBeyondTheBudget) {
  HelperOptions poor;
  poor.policy = {1, 1, 1};
  Start(2, dap::BatchMode::kTimeInterval, 1, poor);
  for (size_t i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  const Response response = CollectAndStep(CollectAll(files_.collector));
  EXPECT_EQ(response.status, 403u);
  EXPECT_NE(response.body->find("BUDGET_EXCEEDED"), std::string::npos);
  EXPECT_TRUE(helpers_->store->Spent().value().empty());
}

TEST_F(AggregatorTest, AJobHasAThousandReportsAtMost) {
  Start(1);
  const dap::Report report = ReportOf(1);
  dap::AggregationJobInitReq init;
  for (size_t i = 0; i < 1'000; ++i) {
    dap::VerifyInit each{{report.report_metadata, report.public_share, report.helper_encrypted_input_share}, Bytes{0}};
    each.report_share.report_metadata.report_id = {static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)};
    each.report_share.encrypted_input_share.config_id = 99;  // of no key: nothing is computed for it
    init.verify_inits.push_back(std::move(each));
  }
  const auto ask = [&] {
    const Bytes body = dap::EncodeAggregationJobInitReq(init).value();
    return helper_->CreateAggregationJob(ToHelper(dap::Message::kAggregationJobInitReq, body), now_);
  };
  const Response full = ask();
  ASSERT_EQ(full.status, 200u);
  EXPECT_EQ(dap::DecodeAggregationJobResp(AsBytes(*full.body)).value().size(), 1'000u);
  init.verify_inits.push_back(init.verify_inits.front());
  init.verify_inits.back().report_share.report_metadata.report_id = {0xff, 0xff};
  EXPECT_EQ(ProblemOf(ask()), "invalidMessage");
}

TEST_F(AggregatorTest, TheHelperReleasesNoBatchThatIsTooSmall) {
  Start(3);
  for (size_t i = 0; i < 2; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  // All is true but that these are enough.
  dap::AggregateShareReq share;
  share.collection_job_req = CollectAll(files_.collector);
  share.batch_selector = {dap::BatchMode::kTimeInterval, share.collection_job_req.query.config};
  share.report_count = 2;
  share.checksum = CountedBy(*helpers_).checksum;
  const auto ask = [&] {
    const Bytes body = dap::EncodeAggregateShareReq(share).value();
    return helper_->CreateAggregateShare(ToHelper(dap::Message::kAggregateShareReq, body));
  };
  const Response refused = ask();
  EXPECT_EQ(refused.status, 400u);
  EXPECT_EQ(ProblemOf(refused), "invalidBatchSize");
  EXPECT_EQ((observer_.batches[{dap::Role::kHelper, "invalidBatchSize"}]), 1u);
  EXPECT_TRUE(helpers_->store->Spent().value().empty());
  // One more, and it is released: nothing else was wrong.
  ASSERT_TRUE(UploadErrors({ReportOf(2)}).empty());
  Settle();
  share.report_count = 3;
  share.checksum = CountedBy(*helpers_).checksum;
  EXPECT_EQ(ask().status, 200u);
}

TEST_F(AggregatorTest, ABatchThatIsTooSmallForTheHelperIsFreeForAnotherTry) {
  Start(3);
  for (size_t i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  // A helper that was set up anew and lost what it counted.
  Party other(files_.helper, 2, random_);
  HelperOptions options;
  options.policy = GenerousPolicy();
  Helper forgetful(other.tasks, other.keys, *other.store, random_, observer_, options);
  peer_->set_helper(forgetful);
  const auto request = CollectAll(files_.collector);
  const Response refused = CollectAndStep(request);
  EXPECT_EQ(refused.status, 400u);
  EXPECT_EQ(ProblemOf(refused), "invalidBatchSize");
  EXPECT_TRUE(leaders_->store->Spent().value().empty());
  peer_->set_helper(*helper_);
  // The same request has the same answer until its job is deleted.
  const Response again = Collect(request);
  EXPECT_EQ(ProblemOf(again), "invalidBatchSize");
  ASSERT_EQ(leader_->DeleteCollectionJob(About(again)).status, 200u);
  EXPECT_EQ(Opened(CollectAndStep(request), request).count, 3u);
}

TEST_F(AggregatorTest, ADeletedAggregationJobIsForgottenAndItsReportsAreNot) {
  Start(2);
  for (size_t i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  ASSERT_EQ(peer_->requests.size(), 1u);
  const std::string body = peer_->requests[0].body;
  DapRequest job = ToHelper(dap::Message::kAggregationJobInitReq, {});
  job.id = IdOfLocation(peer_->responses[0].location);
  const Response kept = helper_->GetAggregationJob(job);
  ASSERT_EQ(kept.status, 200u);
  EXPECT_EQ(*kept.body, peer_->responses[0].body);

  DapRequest stranger = job;
  stranger.authorization = "Bearer wrong-token-0123456789";
  EXPECT_EQ(helper_->DeleteAggregationJob(stranger).status, 401u);
  EXPECT_EQ(helper_->GetAggregationJob(job).status, 200u);
  DapRequest nonsense = job;
  nonsense.id = "nonsense";
  EXPECT_EQ(ProblemOf(helper_->DeleteAggregationJob(nonsense)), "unrecognizedAggregationJob");

  EXPECT_EQ(helper_->DeleteAggregationJob(job).status, 200u);
  const Response gone = helper_->GetAggregationJob(job);
  EXPECT_EQ(gone.status, 404u);
  EXPECT_EQ(ProblemOf(gone), "unrecognizedAggregationJob");
  EXPECT_EQ(helper_->DeleteAggregationJob(job).status, 200u);  // once more changes nothing
  // The same request makes the job anew; its reports were counted.
  const Response anew =
      helper_->CreateAggregationJob(ToHelper(dap::Message::kAggregationJobInitReq, AsBytes(body)), now_);
  ASSERT_EQ(anew.status, 200u);
  const auto answers = dap::DecodeAggregationJobResp(AsBytes(*anew.body)).value();
  ASSERT_EQ(answers.size(), 3u);
  for (const auto& answer : answers) {
    EXPECT_EQ(std::get<dap::ReportError>(answer.result), dap::ReportError::kReportReplayed);
  }
  const auto request = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(request), request).count, 3u);
}

TEST_F(AggregatorTest, ReportsOfAJobThatWasDeletedBeforeItWasDoneAreCountedInAnother) {
  HelperOptions options;
  options.asynchronous = true;
  Start(2, dap::BatchMode::kTimeInterval, 1, options);
  for (size_t i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  ASSERT_EQ(leader_->StepAggregation(now_).value(), Step::kPause);
  DapRequest job = ToHelper(dap::Message::kAggregationJobInitReq, {});
  job.id = IdOfLocation(peer_->responses.at(0).location);
  const Response accepted = helper_->GetAggregationJob(job);
  EXPECT_EQ(accepted.status, 200u);
  EXPECT_FALSE(accepted.body);
  EXPECT_EQ(helper_->DeleteAggregationJob(job).status, 200u);
  EXPECT_FALSE(helper_->StepJob(now_).value());  // nothing is left to do
  EXPECT_EQ(ProblemOf(helper_->GetAggregationJob(job)), "unrecognizedAggregationJob");
  // The leader asks for it in vain, gives it up and makes another.
  for (int i = 0; i < 80 && peer_->requests.back().method != Method::kDelete; ++i) {
    now_ += 60'000;
    ASSERT_TRUE(leader_->StepAggregation(now_).ok());
  }
  EXPECT_EQ(peer_->requests.back().method, Method::kDelete);
  Settle();
  const auto request = CollectAll(files_.collector);
  const federation::Release release = Opened(CollectAndStep(request), request);
  EXPECT_EQ(release.count, 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(release.sums[i], 1) << i;
}

TEST_F(AggregatorTest, ADeletedCollectionJobEndsWhileItWaitsAndIsForgottenWhenItIsDone) {
  Start(3);
  for (size_t i = 0; i < 2; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  const auto request = CollectAll(files_.collector);
  const Response waiting = Collect(request);
  ASSERT_EQ(waiting.status, 200u);
  EXPECT_FALSE(waiting.body);
  DapRequest stranger = About(waiting);
  stranger.authorization = "Bearer wrong-token-0123456789";
  EXPECT_EQ(leader_->DeleteCollectionJob(stranger).status, 401u);
  EXPECT_EQ(leader_->GetCollectionJob(About(waiting)).status, 200u);
  DapRequest nonsense = About(waiting);
  nonsense.id = "nonsense";
  EXPECT_EQ(leader_->DeleteCollectionJob(nonsense).status, 404u);

  EXPECT_EQ(leader_->DeleteCollectionJob(About(waiting)).status, 200u);
  const Response gone = leader_->GetCollectionJob(About(waiting));
  EXPECT_EQ(gone.status, 404u);
  EXPECT_NE(gone.body->find("\"code\":\"NOT_FOUND\""), std::string::npos);
  ASSERT_TRUE(UploadErrors({ReportOf(2)}).empty());
  Settle();
  EXPECT_EQ(leader_->StepCollection(now_).value(), Step::kIdle);  // it has ended, though there are enough now
  EXPECT_EQ(CountedBy(*leaders_).reports, 3u);

  const Response done = CollectAndStep(request);
  EXPECT_EQ(Opened(done, request).count, 3u);
  const Response kept = Collect(request);
  EXPECT_EQ(*kept.body, *done.body);
  EXPECT_EQ(leader_->DeleteCollectionJob(About(kept)).status, 200u);
  EXPECT_EQ(leader_->GetCollectionJob(About(kept)).status, 404u);
  // Forgotten, but not that the batch was collected: it is not released with other noise.
  EXPECT_EQ(ProblemOf(CollectAndStep(request)), "batchOverlap");
  EXPECT_EQ(UploadErrors({ReportOf(5)}), std::vector{dap::ReportError::kBatchCollected});
}

TEST_F(AggregatorTest, ADeletedAggregateShareIsForgottenAndNotThatItWasGiven) {
  Start(2);
  for (size_t i = 0; i < 3; ++i) ASSERT_TRUE(UploadErrors({ReportOf(i)}).empty());
  Settle();
  const auto request = CollectAll(files_.collector);
  EXPECT_EQ(Opened(CollectAndStep(request), request).count, 3u);
  const std::string body = peer_->requests.back().body;
  const auto spent = helpers_->store->Spent().value();
  DapRequest share = ToHelper(dap::Message::kAggregateShareReq, AsBytes(body));
  share.id = IdOfLocation(peer_->responses.back().location);
  EXPECT_EQ(*helper_->CreateAggregateShare(share).body, peer_->responses.back().body);  // the same noise
  EXPECT_EQ(*helper_->GetAggregateShare(share).body, peer_->responses.back().body);
  EXPECT_EQ(helper_->DeleteAggregateShare(share).status, 200u);
  EXPECT_EQ(helper_->GetAggregateShare(share).status, 404u);
  EXPECT_EQ(ProblemOf(helper_->CreateAggregateShare(share)), "batchOverlap");
  EXPECT_EQ(helpers_->store->Spent().value(), spent);
}

}  // namespace
}  // namespace sotto::server
