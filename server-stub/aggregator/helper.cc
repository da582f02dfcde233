#include "server-stub/aggregator/helper.h"

#include <algorithm>
#include <set>

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

Response NoSuchJob(const AggregatorTask& task) {
  return DapProblem(dap::Problem::kUnrecognizedAggregationJob, task.name, "There is no such aggregation job.");
}

Response NoSuchShare() {
  return Problem(404, "NOT_FOUND", "There is no such aggregate share.");
}

// What is wrong with a request that could be read.
std::optional<Response> CheckInit(const AggregatorTask& task, const dap::AggregationJobInitReq& request, size_t limit) {
  const auto invalid = [&task](std::string_view detail) {
    return DapProblem(dap::Problem::kInvalidMessage, task.name, detail);
  };
  std::vector<uint16_t> unknown;
  for (const dap::Extension& extension : request.extensions) {
    const bool known = extension.type == dap::kLeaderSelectedBatchIdExtension && !task.time_interval();
    if (!known) unknown.push_back(extension.type);
  }
  if (!unknown.empty()) return DapUnsupportedExtension(task.name, unknown);
  if (!dap::InOrder(request.extensions)) return invalid("Extensions are not in increasing order of their types.");
  if (!request.agg_param.empty()) {
    return DapProblem(dap::Problem::kInvalidAggregationParameter, task.name, "Prio3's aggregation parameter is empty.");
  }
  if (request.verification_key_id != 0) return invalid("The task has one verification key, of id 0.");
  if (request.verify_inits.size() > limit) {
    return invalid("A job has at most " + std::to_string(limit) + " reports here.");
  }
  std::set<dap::ReportId> ids;
  for (const dap::VerifyInit& init : request.verify_inits) {
    if (!ids.insert(init.report_share.report_metadata.report_id).second) return invalid("A report is there twice.");
  }
  if (task.time_interval()) return std::nullopt;
  const bool has_batch = request.extensions.size() == 1 && dap::DecodeBatchId(request.extensions.front().data).ok();
  if (!has_batch) return invalid("The extension leader_selected_batch_id is missing, or is no batch id.");
  return std::nullopt;
}

// A report that is verified, or why not.
struct Verified {
  std::optional<dap::ReportError> error;
  Bytes message;    // VerifyResp's payload
  Bytes out_share;  // of a valid one
};

Verified Verify(const AggregatorTask& task, const HpkeKeyring& keys, const dap::VerifyInit& init, int64_t now) {
  const dap::ReportShare& share = init.report_share;
  auto started =
      StartVerification(task, keys, share.report_metadata, share.public_share, share.encrypted_input_share, now);
  if (const auto* error = std::get_if<dap::ReportError>(&started)) return {*error, {}, {}};
  const auto& [state, own_share] = std::get<vdaf::VerifyStart>(started);
  const auto inbound = vdaf::DecodePingPong(init.payload);
  if (!inbound.ok() || inbound.value().type != vdaf::PingPongType::kInitialize) {
    return {dap::ReportError::kInvalidMessage, {}, {}};
  }
  const std::array<Bytes, 2> shares = {inbound.value().verifier_share, own_share};
  const auto message = task.prio3.VerifierSharesToMessage(task.dap.vdaf_context, shares);
  if (!message.ok()) return {dap::ReportError::kVdafVerifyError, {}, {}};
  auto out_share = task.prio3.VerifyNext(state, message.value());
  if (!out_share.ok()) return {dap::ReportError::kVdafVerifyError, {}, {}};
  return {std::nullopt, vdaf::EncodePingPong({vdaf::PingPongType::kFinish, message.value(), {}}),
          std::move(out_share).value()};
}

}  // namespace

Helper::Helper(const TaskBook& tasks, const HpkeKeyring& keys, AggregatorStore& store, RandomSource& random,
               AggregatorObserver& observer, HelperOptions options)
    : tasks_(tasks), keys_(keys), store_(store), random_(random), observer_(observer), options_(options) {}

std::variant<const AggregatorTask*, Response> Helper::TaskOf(const DapRequest& request) const {
  const AggregatorTask* task = tasks_.Find(request.task);
  if (task == nullptr || task->role() != dap::Role::kHelper) {
    return DapProblem(dap::Problem::kUnrecognizedTask, request.task, "This helper has no such task.");
  }
  if (!IsAuthorised(request.authorization, task->file.helper_token_sha256)) return Unauthorised();
  return task;
}

Response Helper::CreateAggregationJob(const DapRequest& request, int64_t now) {
  auto found = TaskOf(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  if (!dap::IsMediaType(request.content_type, dap::Message::kAggregationJobInitReq)) {
    return WrongMediaType(dap::Message::kAggregationJobInitReq);
  }
  const auto parsed = dap::DecodeAggregationJobInitReq(AsBytes(request.body));
  if (!parsed.ok()) return DapProblem(dap::Problem::kInvalidMessage, task.name, parsed.error().message);
  if (auto refused = CheckInit(task, parsed.value(), options_.max_job_reports)) return std::move(*refused);

  const dap::AggregationJobId id = ResourceId("job", task.dap.id, AsBytes(request.body));
  const std::string path = ResourcePath(task, dap::Role::kHelper, kJobs, dap::ToBase64Url(id));
  const auto known = store_.FindHelperJob(task.dap.id, id);
  if (!known.ok()) return StorageFailed(known.error());
  if (known.value() && known.value()->state == JobState::kDone) {
    return At(DapMessage(dap::Message::kAggregationJobResp, known.value()->response), path);
  }
  if (options_.asynchronous) {
    const auto accepted = store_.AcceptHelperJob(task.dap.id, id, AsBytes(request.body));
    if (!accepted.ok()) return StorageFailed(accepted.error());
    return At(DapLater(options_.retry_after), path + "?step=0");
  }
  const auto response = Run(task, id, nullptr, parsed.value(), now);
  if (!response.ok()) return StorageFailed(response.error());
  return At(DapMessage(dap::Message::kAggregationJobResp, response.value()), path);
}

Result<Bytes> Helper::Run(const AggregatorTask& task, const dap::AggregationJobId& id, const Lease* lease,
                          const dap::AggregationJobInitReq& request, int64_t now) {
  std::vector<dap::ReportId> ids;
  ids.reserve(request.verify_inits.size());
  for (const auto& init : request.verify_inits) ids.push_back(init.report_share.report_metadata.report_id);
  SOTTO_ASSIGN_OR_RETURN(const std::vector<bool> known, store_.KnownReports(task.dap.id, ids));
  const BucketId batch = task.time_interval() ? BucketId() : request.extensions.front().data;
  std::vector<ReportOutcome> outcomes;
  std::vector<Bytes> messages;
  outcomes.reserve(ids.size());
  messages.reserve(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    const dap::VerifyInit& init = request.verify_inits[i];
    Verified verified = known[i] ? Verified{dap::ReportError::kReportReplayed, {}, {}} : Verify(task, keys_, init, now);
    const dap::Time time = init.report_share.report_metadata.time;
    const BucketId bucket = task.time_interval() ? AggregatorTask::BucketAt(time) : batch;
    outcomes.push_back({ids[i], time, verified.error, bucket, std::move(verified.out_share)});
    messages.push_back(std::move(verified.message));
  }
  std::map<std::string_view, size_t> counts;
  const auto render = [&](std::span<const std::optional<dap::ReportError>> errors) -> Result<Bytes> {
    counts.clear();
    std::vector<dap::VerifyResp> responses;
    responses.reserve(errors.size());
    for (size_t i = 0; i < errors.size(); ++i) {
      dap::VerifyResp response{ids[i], dap::VerifyContinued{messages[i]}};
      if (errors[i]) response.result = *errors[i];
      responses.push_back(std::move(response));
      ++counts[errors[i] ? dap::ReportErrorName(*errors[i]) : "aggregated"];
    }
    return dap::EncodeAggregationJobResp(responses);
  };
  SOTTO_ASSIGN_OR_RETURN(Bytes response,
                         store_.CommitHelperJob(task.dap.id, id, lease, outcomes, AdderOf(task), render));
  for (const auto& [outcome, reports] : counts) observer_.OnAggregated(dap::Role::kHelper, outcome, reports);
  observer_.OnJob(dap::Role::kHelper, "finished");
  return response;
}

Result<bool> Helper::StepJob(int64_t now) {
  SOTTO_ASSIGN_OR_RETURN(const auto leased, store_.LeaseHelperJob(now, now + options_.lease_ms));
  if (!leased) return false;
  const AggregatorTask* task = tasks_.Find(leased->lease.task);
  if (task == nullptr) return true;  // taken out of the configuration: the lease ends by itself
  // It was read before it was accepted.
  SOTTO_ASSIGN_OR_RETURN(const dap::AggregationJobInitReq request, dap::DecodeAggregationJobInitReq(leased->request));
  SOTTO_RETURN_IF_ERROR(Run(*task, leased->lease.id, &leased->lease, request, now));
  return true;
}

Response Helper::GetAggregationJob(const DapRequest& request) {
  auto found = TaskOf(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  const auto id = dap::IdFromBase64Url<16>(request.id);
  if (!id.ok()) return NoSuchJob(task);
  const auto job = store_.FindHelperJob(task.dap.id, id.value());
  if (!job.ok()) return StorageFailed(job.error());
  if (!job.value()) return NoSuchJob(task);
  if (!request.step.empty() && request.step != "0") {
    return DapProblem(dap::Problem::kStepMismatch, task.name, "A job of Prio3 has step 0 alone.");
  }
  if (job.value()->state == JobState::kDone) {
    return DapMessage(dap::Message::kAggregationJobResp, job.value()->response);
  }
  return At(DapLater(options_.retry_after), ResourcePath(task, dap::Role::kHelper, kJobs, request.id) + "?step=0");
}

Response Helper::ContinueAggregationJob(const DapRequest& request) {
  auto found = TaskOf(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  if (!dap::IsMediaType(request.content_type, dap::Message::kAggregationJobContinueReq)) {
    return WrongMediaType(dap::Message::kAggregationJobContinueReq);
  }
  const auto parsed = dap::DecodeAggregationJobContinueReq(AsBytes(request.body));
  if (!parsed.ok()) return DapProblem(dap::Problem::kInvalidMessage, task.name, parsed.error().message);
  const auto id = dap::IdFromBase64Url<16>(request.id);
  if (!id.ok()) return NoSuchJob(task);
  const auto job = store_.FindHelperJob(task.dap.id, id.value());
  if (!job.ok()) return StorageFailed(job.error());
  if (!job.value()) return NoSuchJob(task);
  return DapProblem(dap::Problem::kStepMismatch, task.name, "A job of Prio3 has step 0 alone: it is not continued.");
}

Response Helper::DeleteAggregationJob(const DapRequest& request) {
  auto found = TaskOf(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  const auto id = dap::IdFromBase64Url<16>(request.id);
  if (!id.ok()) return NoSuchJob(task);
  const auto deleted = store_.DeleteHelperJob(task.dap.id, id.value());
  return deleted.ok() ? Response{200, {}, nullptr} : StorageFailed(deleted.error());
}

Response Helper::CreateAggregateShare(const DapRequest& request) {
  auto found = TaskOf(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  if (!dap::IsMediaType(request.content_type, dap::Message::kAggregateShareReq)) {
    return WrongMediaType(dap::Message::kAggregateShareReq);
  }
  const auto parsed = dap::DecodeAggregateShareReq(AsBytes(request.body));
  if (!parsed.ok()) return DapProblem(dap::Problem::kInvalidMessage, task.name, parsed.error().message);
  auto range = RangeOf(task, parsed.value());
  if (const auto* refused = std::get_if<RefusedQuery>(&range)) {
    observer_.OnCollected(dap::Role::kHelper, dap::ProblemName(refused->problem));
    return DapProblem(refused->problem, task.name, refused->detail);
  }
  std::optional<dap::Problem> problem;
  const auto check = [&](const Batch& batch) -> Status {
    if (batch.count < task.file.split.min_batch_size) {
      problem = dap::Problem::kInvalidBatchSize;
      return Error{ErrorCode::kMismatch,
                   "The helper has " + std::to_string(batch.count) + " valid reports of the batch, at least " +
                       std::to_string(task.file.split.min_batch_size) + " are needed.",
                   ""};
    }
    if (batch.count != parsed.value().report_count || batch.checksum != parsed.value().checksum) {
      problem = dap::Problem::kBatchMismatch;
      return Error{ErrorCode::kMismatch,
                   "The helper has " + std::to_string(batch.count) + " valid reports of the batch, the leader " +
                       std::to_string(parsed.value().report_count) + ", or they are others.",
                   ""};
    }
    return {};
  };
  const auto make = [&](const Batch& batch) -> Result<Bytes> {
    SOTTO_ASSIGN_OR_RETURN(const dap::HpkeCiphertext sealed,
                           SealAggregateShare(task, batch, parsed.value().collection_job_req, random_));
    return dap::EncodeAggregateShare(sealed);
  };
  const dap::AggregateShareId id = ResourceId("share", task.dap.id, AsBytes(request.body));
  const auto response =
      store_.ReleaseShare(task.dap.id, id, std::get<BatchRange>(range), check, ChargeOf(task, options_.policy), make);
  if (response.ok()) {
    observer_.OnCollected(dap::Role::kHelper, "released");
    return At(DapMessage(dap::Message::kAggregateShare, response.value()),
              ResourcePath(task, dap::Role::kHelper, kShares, dap::ToBase64Url(id)));
  }
  if (response.error().code == ErrorCode::kBudgetExceeded) {
    observer_.OnCollected(dap::Role::kHelper, "budgetExceeded");
    return Problem(403, "BUDGET_EXCEEDED", response.error().message);
  }
  if (!problem && response.error().code == ErrorCode::kMismatch) problem = dap::Problem::kBatchOverlap;
  if (!problem) return StorageFailed(response.error());
  observer_.OnCollected(dap::Role::kHelper, dap::ProblemName(*problem));
  return DapProblem(*problem, task.name, response.error().message);
}

Response Helper::GetAggregateShare(const DapRequest& request) {
  auto found = TaskOf(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  const auto id = dap::IdFromBase64Url<16>(request.id);
  if (!id.ok()) return NoSuchShare();
  const auto share = store_.FindShare(task.dap.id, id.value());
  if (!share.ok()) return StorageFailed(share.error());
  return share.value() ? DapMessage(dap::Message::kAggregateShare, *share.value()) : NoSuchShare();
}

Response Helper::DeleteAggregateShare(const DapRequest& request) {
  auto found = TaskOf(request);
  if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
  const AggregatorTask& task = *std::get<const AggregatorTask*>(found);
  const auto id = dap::IdFromBase64Url<16>(request.id);
  if (!id.ok()) return NoSuchShare();
  const auto deleted = store_.DeleteShare(task.dap.id, id.value());
  return deleted.ok() ? Response{200, {}, nullptr} : StorageFailed(deleted.error());
}

}  // namespace sotto::server
