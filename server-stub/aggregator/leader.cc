#include "server-stub/aggregator/leader.h"

#include <algorithm>

#include "server-stub/aggregator/answers.h"
#include "server-stub/aggregator/identity.h"
#include "server-stub/aggregator/release.h"
#include "server-stub/aggregator/token.h"
#include "server-stub/aggregator/verification.h"
#include "server-stub/http/problem.h"
#include "sotto/vdaf/ping_pong.h"

namespace sotto::server {
namespace {

constexpr std::string_view kJobs = "aggregation_jobs";
constexpr std::string_view kShares = "aggregate_shares";
constexpr std::string_view kCollections = "collection_jobs";
constexpr int64_t kMillisecondsOfSecond = 1'000;

Response NoSuchCollection() {
  return Problem(404, "NOT_FOUND", "There is no such collection job.");
}

// As `StartVerification` would say, as far as it shows without opening anything; none if the report may be stored.
std::optional<dap::ReportError> CheckReport(const AggregatorTask& task, const HpkeKeyring& keys,
                                            const dap::Report& report, int64_t now) {
  using dap::ReportError;
  if (now >= task.expires_ms) return ReportError::kTaskExpired;
  if (const auto error = CheckTime(task, report.report_metadata.time, now)) {
    // The draft's word for a report outside the task's interval, at this place.
    return *error == ReportError::kReportTooEarly ? *error : ReportError::kReportDropped;
  }
  if (keys.Find(report.leader_encrypted_input_share.config_id) == nullptr) return ReportError::kOutdatedConfig;
  const bool sizes_fit =
      report.public_share.size() == task.prio3.public_share_size() &&
      report.leader_encrypted_input_share.payload.size() == task.SealedShareSize(dap::Role::kLeader) &&
      report.helper_encrypted_input_share.payload.size() == task.SealedShareSize(dap::Role::kHelper);
  return sizes_fit ? std::nullopt : std::optional(ReportError::kInvalidMessage);
}

bool IsSuccess(unsigned status) {
  return status >= 200 && status < 300;
}

// Try again; the request was not at fault.
bool IsTransient(unsigned status) {
  return status >= 500 || status == 429 || status == 408;
}

// The problem type of a response, if it has one of the draft's.
std::optional<dap::Problem> ProblemIn(const PeerResponse& response) {
  for (int i = 0; i <= static_cast<int>(dap::Problem::kInvalidExtension); ++i) {
    const auto problem = static_cast<dap::Problem>(i);
    // Its own name for itself, wherever the JSON has it: types are URNs that nothing else in the document looks like.
    if (response.body.find("\"" + dap::ProblemType(problem) + "\"") != std::string::npos) return problem;
  }
  return std::nullopt;
}

}  // namespace

// A report of a job whose verification began.
struct Leader::Verifying {
  dap::Report report;
  vdaf::VerifyStart started;
};

Leader::Leader(const TaskBook& tasks, const HpkeKeyring& keys, AggregatorStore& store, Peer& helper,
               RandomSource& random, AggregatorObserver& observer, LeaderOptions options)
    : tasks_(tasks),
      keys_(keys),
      store_(store),
      helper_(helper),
      random_(random),
      observer_(observer),
      options_(options) {}

// ---------------------------------------------------------------------------------------------------------------
// upload

std::variant<ReceivedUpload, Response> Leader::ReadUpload(const DapRequest& request, int64_t now) const {
  const AggregatorTask* task = tasks_.Find(request.task);
  if (task == nullptr || task->role() != dap::Role::kLeader) {
    return DapProblem(dap::Problem::kUnrecognizedTask, request.task, "This leader has no such task.");
  }
  if (!dap::IsMediaType(request.content_type, dap::Message::kUploadReq)) {
    return WrongMediaType(dap::Message::kUploadReq);
  }
  auto parsed = dap::DecodeUploadRequest(AsBytes(request.body));
  if (!parsed.ok()) return DapProblem(dap::Problem::kInvalidMessage, task->name, parsed.error().message);
  std::vector<uint16_t> unknown;
  for (const dap::Report& report : parsed.value()) {
    for (const dap::Extension& extension : report.report_metadata.public_extensions) unknown.push_back(extension.type);
  }
  if (!unknown.empty()) return DapUnsupportedExtension(task->name, unknown);

  ReceivedUpload upload;
  for (const dap::Report& report : parsed.value()) {
    const dap::ReportId& id = report.report_metadata.report_id;
    upload.order.push_back(id);
    if (const auto error = CheckReport(*task, keys_, report, now)) {
      upload.refused.push_back({id, *error});
      observer_.OnUpload(dap::ReportErrorName(*error), 1);
      continue;
    }
    // It was decoded, so it encodes.
    auto body = dap::EncodeReport(report);
    if (!body.ok()) return DapProblem(dap::Problem::kInvalidMessage, task->name, body.error().message);
    upload.reports.push_back({task->dap.id, id, report.report_metadata.time, std::move(body).value()});
  }
  return upload;
}

Response Leader::AnswerUpload(const ReceivedUpload& upload, std::span<const AppendOutcome> outcomes) const {
  std::vector<dap::ReportUploadStatus> errors;
  size_t stored = 0;
  size_t refused = 0;
  size_t accepted = 0;
  for (const dap::ReportId& id : upload.order) {
    if (refused < upload.refused.size() && upload.refused[refused].report_id == id) {
      errors.push_back(upload.refused[refused++]);
      continue;
    }
    const AppendOutcome outcome = outcomes[stored++];
    if (outcome == AppendOutcome::kStored) ++accepted;
    if (outcome == AppendOutcome::kReplayed) errors.push_back({id, dap::ReportError::kReportReplayed});
    if (outcome == AppendOutcome::kCollected) errors.push_back({id, dap::ReportError::kBatchCollected});
    if (outcome != AppendOutcome::kStored) observer_.OnUpload(dap::ReportErrorName(errors.back().error), 1);
  }
  if (accepted > 0) observer_.OnUpload("accepted", accepted);
  if (errors.empty()) return {200, {{"Cache-Control", "no-store"}}, nullptr};
  return DapMessage(dap::Message::kUploadErrors, dap::EncodeUploadErrors(errors));
}

// ----------------------------------------------------------------------------------------------------------
// aggregation

int64_t Leader::DueAfter(int64_t now, uint32_t attempts) const {
  int64_t pause = options_.first_pause_ms;
  for (uint32_t i = 0; i < attempts && pause < options_.longest_pause_ms; ++i) pause *= 2;
  return now + std::min(pause, options_.longest_pause_ms);
}

Result<Step> Leader::GiveBack(const Lease& lease, int64_t due, const std::string& location) {
  observer_.OnJob(dap::Role::kLeader, "retried");
  SOTTO_RETURN_IF_ERROR(store_.ReturnAggregationJob(lease, due, location));
  return Step::kPause;
}

// After an answer that says that the helper did not do the job: again, with the same request, but not for ever. (One
// that makes no sense may come from a helper that has counted the reports: under another job's id they would be
// replayed.)
Result<Step> Leader::Refused(const AggregatorTask& task, const LeasedAggregationJob& job, int64_t now) {
  if (job.attempts < options_.attempts) return GiveBack(job.lease, DueAfter(now, job.attempts), job.location);
  if (!job.location.empty()) {
    // It may forget the job; if it does not hear of it, nothing is lost.
    (void)helper_.Send({.method = Method::kDelete,
                        .url = ResourceUrl(task, dap::Role::kHelper, kJobs, job.location),
                        .token = task.file.helper_token,
                        .content_type = "",
                        .body = ""});
  }
  observer_.OnJob(dap::Role::kLeader, "abandoned");
  SOTTO_RETURN_IF_ERROR(store_.AbandonAggregationJob(job.lease));
  return Step::kPause;
}

Result<Step> Leader::StepAggregation(int64_t now, size_t min_reports) {
  AggregationJobTerms terms;
  terms.now = now;
  terms.lease_until = now + options_.lease_ms;
  terms.max_reports = options_.job_reports;
  terms.min_reports = min_reports;
  SOTTO_RETURN_IF_ERROR(random_.Fill(terms.new_job));
  SOTTO_RETURN_IF_ERROR(random_.Fill(terms.new_batch));
  SOTTO_ASSIGN_OR_RETURN(const auto leased, store_.LeaseAggregationJob(terms));
  if (!leased) return Step::kIdle;
  const LeasedAggregationJob& job = *leased;
  const AggregatorTask* task = tasks_.Find(job.lease.task);
  // Taken out of the configuration: it waits until the task is back.
  if (task == nullptr) return GiveBack(job.lease, now + options_.longest_pause_ms);

  std::vector<Verifying> verifying;
  std::vector<dap::ReportId> rejected;
  std::map<std::string_view, size_t> errors;
  for (const StoredReport& stored : job.reports) {
    auto report = dap::DecodeReport(stored.body);
    if (!report.ok()) return Error{ErrorCode::kInternal, "a stored report cannot be read.", ""};
    const dap::Report& read = report.value();
    auto started = StartVerification(*task, keys_, read.report_metadata, read.public_share,
                                     read.leader_encrypted_input_share, now);
    if (auto* start = std::get_if<vdaf::VerifyStart>(&started)) {
      verifying.push_back({std::move(report).value(), std::move(*start)});
      continue;
    }
    const auto error = std::get<dap::ReportError>(started);
    // It was in time when it came, so our clock went back: the job waits until it is right again.
    if (error == dap::ReportError::kReportTooEarly) return GiveBack(job.lease, now + options_.longest_pause_ms);
    rejected.push_back(stored.id);
    ++errors[dap::ReportErrorName(error)];
  }
  if (!rejected.empty()) SOTTO_RETURN_IF_ERROR(store_.RejectReports(job.lease, rejected));
  for (const auto& [error, count] : errors) observer_.OnAggregated(dap::Role::kLeader, error, count);
  if (verifying.empty()) return Finish(*task, job, {}, {});

  const auto answer = Ask(*task, job, verifying);
  if (!answer.ok()) {
    return GiveBack(job.lease, DueAfter(now, job.attempts), job.location);
  }
  const PeerResponse& response = answer.value();
  if (IsTransient(response.status)) {
    const int64_t due =
        std::max(DueAfter(now, job.attempts), now + int64_t{response.retry_after} * kMillisecondsOfSecond);
    return GiveBack(job.lease, std::min(due, now + options_.longest_pause_ms), job.location);
  }
  if (!IsSuccess(response.status)) return Refused(*task, job, now);
  if (response.body.empty()) {
    const std::string location = job.location.empty() ? IdOfLocation(response.location) : job.location;
    if (location.empty()) return GiveBack(job.lease, DueAfter(now, job.attempts));
    const int64_t wait =
        std::max<int64_t>(int64_t{response.retry_after} * kMillisecondsOfSecond, options_.first_pause_ms);
    return GiveBack(job.lease, now + std::min(wait, options_.longest_pause_ms), location);
  }
  const auto parsed = dap::IsMediaType(response.content_type, dap::Message::kAggregationJobResp)
                          ? dap::DecodeAggregationJobResp(AsBytes(response.body))
                          : Result<std::vector<dap::VerifyResp>>(Error{ErrorCode::kMalformed, "", ""});
  const bool answers = parsed.ok() && std::equal(parsed.value().begin(), parsed.value().end(), verifying.begin(),
                                                 verifying.end(), [](const auto& resp, const Verifying& each) {
                                                   return resp.report_id == each.report.report_metadata.report_id &&
                                                          !std::holds_alternative<dap::VerifyFinished>(resp.result);
                                                 });
  if (!answers) return GiveBack(job.lease, DueAfter(now, job.attempts), job.location);
  return Finish(*task, job, std::move(verifying), parsed.value());
}

Result<PeerResponse> Leader::Ask(const AggregatorTask& task, const LeasedAggregationJob& job,
                                 const std::vector<Verifying>& verifying) {
  PeerRequest request{
      .method = Method::kGet, .url = "", .token = task.file.helper_token, .content_type = "", .body = ""};
  if (!job.location.empty()) {
    request.url = ResourceUrl(task, dap::Role::kHelper, kJobs, job.location) + "?step=0";
    return helper_.Send(request);
  }
  dap::AggregationJobInitReq init;
  if (job.batch) init.extensions.push_back({dap::kLeaderSelectedBatchIdExtension, dap::EncodeBatchId(*job.batch)});
  for (const Verifying& each : verifying) {
    const dap::Report& report = each.report;
    init.verify_inits.push_back(
        {{report.report_metadata, report.public_share, report.helper_encrypted_input_share},
         vdaf::EncodePingPong({vdaf::PingPongType::kInitialize, {}, each.started.verifier_share})});
  }
  SOTTO_ASSIGN_OR_RETURN(const Bytes body, dap::EncodeAggregationJobInitReq(init));
  request.method = Method::kPost;
  request.url = ResourceUrl(task, dap::Role::kHelper, kJobs);
  request.content_type = dap::MediaType(dap::Message::kAggregationJobInitReq);
  request.body.assign(body.begin(), body.end());
  return helper_.Send(request);
}

Result<Step> Leader::Finish(const AggregatorTask& task, const LeasedAggregationJob& job,
                            std::vector<Verifying> verifying, const std::vector<dap::VerifyResp>& responses) {
  std::vector<ReportOutcome> outcomes;
  std::map<std::string_view, size_t> counts;
  bool early = false;
  for (size_t i = 0; i < verifying.size(); ++i) {
    const dap::ReportMetadata& metadata = verifying[i].report.report_metadata;
    ReportOutcome outcome{metadata.report_id, metadata.time, std::nullopt, {}, {}};
    if (const auto* error = std::get_if<dap::ReportError>(&responses[i].result)) {
      outcome.error = *error;
    } else {
      const auto inbound = vdaf::DecodePingPong(std::get<dap::VerifyContinued>(responses[i].result).payload);
      const bool finishes = inbound.ok() && inbound.value().type == vdaf::PingPongType::kFinish;
      auto share = finishes ? task.prio3.VerifyNext(verifying[i].started.state, inbound.value().verifier_message)
                            : Result<Bytes>(Error{ErrorCode::kMalformed, "", ""});
      if (share.ok()) {
        outcome.bucket = task.time_interval() ? AggregatorTask::BucketAt(metadata.time)
                                              : BucketId(job.batch->begin(), job.batch->end());
        outcome.out_share = std::move(share).value();
      } else {
        outcome.error = dap::ReportError::kVdafVerifyError;
      }
    }
    early = early || outcome.error == dap::ReportError::kReportTooEarly;
    ++counts[outcome.error ? dap::ReportErrorName(*outcome.error) : "aggregated"];
    outcomes.push_back(std::move(outcome));
  }
  SOTTO_RETURN_IF_ERROR(store_.FinishAggregationJob(job.lease, outcomes, AdderOf(task)));
  for (const auto& [outcome, reports] : counts) observer_.OnAggregated(dap::Role::kLeader, outcome, reports);
  observer_.OnJob(dap::Role::kLeader, "finished");
  // Those that the helper finds too early wait for a later job: its clock is behind.
  return early ? Step::kPause : Step::kWorked;
}

// -----------------------------------------------------------------------------------------------------------
// collection

std::variant<const AggregatorTask*, Response> Leader::CollectorsTask(const DapRequest& request) const {
  const AggregatorTask* task = tasks_.Find(request.task);
  if (task == nullptr || task->role() != dap::Role::kLeader) {
    return DapProblem(dap::Problem::kUnrecognizedTask, request.task, "This leader has no such task.");
  }
  if (!IsAuthorised(request.authorization, task->file.collector_token_sha256)) return Unauthorised();
  return task;
}

Response Leader::CreateCollectionJob(const DapRequest& request) {
  auto found = CollectorsTask(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  if (!dap::IsMediaType(request.content_type, dap::Message::kCollectionJobReq)) {
    return WrongMediaType(dap::Message::kCollectionJobReq);
  }
  const auto parsed = dap::DecodeCollectionJobReq(AsBytes(request.body));
  if (!parsed.ok()) return DapProblem(dap::Problem::kInvalidMessage, task.name, parsed.error().message);
  const auto range = RangeOf(task, parsed.value());
  if (const auto* refused = std::get_if<RefusedQuery>(&range)) {
    observer_.OnCollected(dap::Role::kLeader, dap::ProblemName(refused->problem));
    return DapProblem(refused->problem, task.name, refused->detail);
  }
  dap::CollectionJobId fresh{};
  if (const auto drawn = random_.Fill(fresh); !drawn.ok()) return StorageFailed(drawn.error());
  const auto job = store_.CreateCollectionJob(task.dap.id, fresh, AsBytes(request.body));
  if (!job.ok()) return StorageFailed(job.error());
  const std::string id = dap::ToBase64Url(job.value().id);
  return At(Answer(task, job.value()), ResourcePath(task, dap::Role::kLeader, kCollections, id));
}

Response Leader::Answer(const AggregatorTask& task, const CollectionJob& job) const {
  switch (job.state) {
    case CollectionJob::State::kWaiting:
      return DapLater(options_.retry_after);
    case CollectionJob::State::kReady:
      return DapMessage(dap::Message::kCollectionJobResp, job.response);
    case CollectionJob::State::kFailed:
      break;
  }
  if (job.problem) return DapProblem(*job.problem, task.name, job.detail);
  return Problem(403, "BUDGET_EXCEEDED", job.detail);
}

Response Leader::GetCollectionJob(const DapRequest& request) {
  auto found = CollectorsTask(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  const auto id = dap::IdFromBase64Url<16>(request.id);
  if (!id.ok()) return NoSuchCollection();
  const auto job = store_.FindCollectionJob(task.dap.id, id.value());
  if (!job.ok()) return StorageFailed(job.error());
  return job.value() ? Answer(task, *job.value()) : NoSuchCollection();
}

Response Leader::DeleteCollectionJob(const DapRequest& request) {
  auto found = CollectorsTask(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  const auto id = dap::IdFromBase64Url<16>(request.id);
  if (!id.ok()) return NoSuchCollection();
  const auto deleted = store_.DeleteCollectionJob(task.dap.id, id.value());
  return deleted.ok() ? Response{200, {}, nullptr} : StorageFailed(deleted.error());
}

Result<Step> Leader::FailCollection(const Lease& lease, std::optional<dap::Problem> problem, const std::string& detail,
                                    bool thaw) {
  observer_.OnCollected(dap::Role::kLeader, problem ? dap::ProblemName(*problem) : "budgetExceeded");
  SOTTO_RETURN_IF_ERROR(store_.FailCollectionJob(lease, problem, detail, thaw));
  return Step::kWorked;
}

Result<Step> Leader::StepCollection(int64_t now) {
  SOTTO_ASSIGN_OR_RETURN(const auto leased, store_.LeaseCollectionJob(now, now + options_.lease_ms));
  if (!leased) return Step::kIdle;
  const LeasedCollectionJob& job = *leased;
  const auto back = [&](int64_t due) -> Result<Step> {
    SOTTO_RETURN_IF_ERROR(store_.ReturnCollectionJob(job.lease, due));
    return Step::kPause;
  };
  const AggregatorTask* task = tasks_.Find(job.lease.task);
  if (task == nullptr) return back(now + options_.longest_pause_ms);
  SOTTO_ASSIGN_OR_RETURN(const dap::CollectionJobReq request, dap::DecodeCollectionJobReq(job.request));
  const auto range = RangeOf(*task, request);
  if (!std::holds_alternative<BatchRange>(range)) return Error{ErrorCode::kInternal, "a stored query is invalid.", ""};
  SOTTO_ASSIGN_OR_RETURN(const FrozenBatch frozen,
                         store_.FreezeBatch(job.lease, std::get<BatchRange>(range), job.attempts >= options_.patience));
  switch (frozen.state) {
    case BatchState::kReady:
      return Collect(*task, job, frozen.batch, now);
    case BatchState::kPending:
      return back(DueAfter(now, job.attempts));
    case BatchState::kTooFew:
      // More may come until the task is over; then they never will.
      if (now < task->expires_ms) return back(DueAfter(now, job.attempts));
      return FailCollection(job.lease, dap::Problem::kInvalidBatchSize,
                            "The batch has " + std::to_string(frozen.batch.count) + " valid reports, at least " +
                                std::to_string(task->file.split.min_batch_size) + " are needed.",
                            true);
    case BatchState::kCollected:
      return FailCollection(job.lease, dap::Problem::kBatchOverlap, "Part of the batch was collected before.", true);
  }
  return Step::kWorked;
}

Result<Step> Leader::Collect(const AggregatorTask& task, const LeasedCollectionJob& job, const Batch& batch,
                             int64_t now) {
  const auto back = [&](int64_t due) -> Result<Step> {
    SOTTO_RETURN_IF_ERROR(store_.ReturnCollectionJob(job.lease, due));
    return Step::kPause;
  };
  const Charge charge = ChargeOf(task, options_.policy);
  // Asked before the helper spends anything; it is charged where the share is made.
  SOTTO_ASSIGN_OR_RETURN(auto spent, store_.Spent());
  privacy::MicroRho lifetime = 0;
  for (const auto& [epoch, cost] : spent) lifetime += cost;
  SOTTO_ASSIGN_OR_RETURN(privacy::PolicyBook book,
                         privacy::PolicyBook::Restore(options_.policy, std::move(spent), lifetime));
  if (const auto affordable = book.Spend(charge.epoch, charge.cost, charge.what); !affordable.ok()) {
    return FailCollection(job.lease, std::nullopt, affordable.error().message, true);
  }

  SOTTO_ASSIGN_OR_RETURN(const dap::CollectionJobReq request, dap::DecodeCollectionJobReq(job.request));
  dap::AggregateShareReq share_request;
  share_request.collection_job_req = request;
  share_request.batch_selector.batch_mode = task.file.terms.batch_mode;
  share_request.batch_selector.config =
      task.time_interval() ? request.query.config : dap::EncodeBatchId(batch.id.value_or(dap::BatchId{}));
  share_request.report_count = batch.count;
  share_request.checksum = batch.checksum;
  SOTTO_ASSIGN_OR_RETURN(const Bytes body, dap::EncodeAggregateShareReq(share_request));
  const auto answer = helper_.Send({.method = Method::kPost,
                                    .url = ResourceUrl(task, dap::Role::kHelper, kShares),
                                    .token = task.file.helper_token,
                                    .content_type = std::string(dap::MediaType(dap::Message::kAggregateShareReq)),
                                    .body = std::string(body.begin(), body.end())});
  if (!answer.ok() || IsTransient(answer.value().status)) return back(DueAfter(now, job.attempts));
  const PeerResponse& response = answer.value();
  if (!IsSuccess(response.status)) {
    const auto problem = ProblemIn(response);
    if (!problem && response.status != 403)
      return back(DueAfter(now, job.attempts));  // such as a wrong token: to be mended
    return FailCollection(job.lease, problem, "The helper refused: " + response.body.substr(0, 500), true);
  }
  const auto share = dap::IsMediaType(response.content_type, dap::Message::kAggregateShare)
                         ? dap::DecodeAggregateShare(AsBytes(response.body))
                         : Result<dap::HpkeCiphertext>(Error{ErrorCode::kMalformed, "", ""});
  // Not ready, or nonsense: the helper keeps what it released, so it can be asked again.
  if (!share.ok()) return back(DueAfter(now, job.attempts));

  const auto make = [&](const Batch& released) -> Result<Bytes> {
    SOTTO_ASSIGN_OR_RETURN(dap::HpkeCiphertext own, SealAggregateShare(task, released, request, random_));
    return dap::EncodeCollectionJobResp({released.count, released.interval, std::move(own), share.value()});
  };
  const auto finished = store_.FinishCollectionJob(job.lease, charge, make);
  if (!finished.ok() && finished.error().code == ErrorCode::kBudgetExceeded) {
    return FailCollection(job.lease, std::nullopt, finished.error().message, false);
  }
  if (!finished.ok()) return finished.error();
  observer_.OnCollected(dap::Role::kLeader, "released");
  return Step::kWorked;
}

}  // namespace sotto::server
