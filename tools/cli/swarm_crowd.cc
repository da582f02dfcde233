#include "tools/cli/swarm_crowd.h"

#include <algorithm>
#include <array>
#include <span>

#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/metrics.h"

namespace sotto::cli {
namespace {

// Every random stream has its own seed: the crowd's, what it is for, and for which viewer.
enum class Purpose : uint8_t { kContributor = 1, kUpdate = 2, kUpdateId = 3, kMeasured = 4, kReport = 5 };

ChaCha20Source Stream(uint64_t seed, Purpose purpose, uint64_t viewer) {
  ByteWriter writer;
  writer.U64(seed);
  writer.U64(static_cast<uint64_t>(purpose));
  writer.U64(viewer);
  ChaCha20Source::Seed key{};
  std::ranges::copy(writer.bytes(), key.begin());
  return ChaCha20Source(key);
}

}  // namespace

Result<Crowd> Crowd::Create(const std::vector<recommend::Product>& products, const federation::AffinityTask& task,
                            uint64_t seed) {
  SOTTO_RETURN_IF_ERROR(federation::ValidateTask(task));
  SOTTO_ASSIGN_OR_RETURN(BehaviourModel behaviour, BehaviourModel::Create(products, seed));
  SOTTO_ASSIGN_OR_RETURN(const recommend::Matrix content, recommend::ContentVectors(products, {}));
  SOTTO_ASSIGN_OR_RETURN(recommend::Ranker ranker, recommend::Ranker::Create(products, content, ""));
  Crowd crowd(std::move(behaviour), std::move(ranker));
  crowd.task_ = task;
  crowd.seed_ = seed;
  crowd.task_index_.assign(products.size(), -1);
  for (size_t item = 0; item < task.items.size(); ++item) {
    const auto found = std::ranges::find(products, task.items[item], &recommend::Product::id);
    if (found == products.end()) {
      return Error{ErrorCode::kMismatch, "the task's item " + task.items[item] + " is no product of the room.", ""};
    }
    crowd.task_index_[static_cast<size_t>(found - products.begin())] = static_cast<int32_t>(item);
  }
  return crowd;
}

Result<std::vector<uint32_t>> Crowd::Engaged(uint64_t viewer) const {
  ChaCha20Source behaviour_random = Stream(seed_, Purpose::kContributor, viewer);
  SOTTO_ASSIGN_OR_RETURN(const std::vector<uint32_t> products, behaviour_.Viewer(behaviour_random));
  std::vector<uint32_t> engaged;
  for (const uint32_t product : products) {
    if (task_index_[product] >= 0) engaged.push_back(static_cast<uint32_t>(task_index_[product]));
  }
  return engaged;
}

ChaCha20Source Crowd::ReportRandom(uint64_t viewer) const {
  return Stream(seed_, Purpose::kReport, viewer);
}

Result<federation::LocalUpdate> Crowd::Update(uint64_t viewer) const {
  SOTTO_ASSIGN_OR_RETURN(const std::vector<uint32_t> engaged, Engaged(viewer));
  ChaCha20Source noise = Stream(seed_, Purpose::kUpdate, viewer);
  return federation::MakeLocalUpdate(task_, engaged, noise);
}

Result<std::string> Crowd::UpdateId(uint64_t viewer) const {
  std::array<uint8_t, 16> id{};
  SOTTO_RETURN_IF_ERROR(Stream(seed_, Purpose::kUpdateId, viewer).Fill(id));
  return ToHex(id);
}

Result<RoomQuality> Crowd::Measure(uint64_t viewers, uint32_t k, const recommend::NamedModel* model) const {
  recommend::Ranker ranker = ranker_;
  if (model != nullptr) SOTTO_RETURN_IF_ERROR(ranker.UseModel(model->info, model->model));
  RoomQuality quality;
  for (uint64_t viewer = 0; viewer < viewers; ++viewer) {
    ChaCha20Source random = Stream(seed_, Purpose::kMeasured, viewer);
    SOTTO_ASSIGN_OR_RETURN(std::vector<uint32_t> products, behaviour_.Viewer(random));
    const uint32_t next = products.back();
    products.pop_back();
    std::vector<recommend::Event> events;
    for (const uint32_t product : products) {
      events.push_back({.product = product, .kind = recommend::EventKind::kClick, .at_ms = 0});
    }
    ranker.Forget();
    SOTTO_RETURN_IF_ERROR(ranker.Replay(events));

    recommend::RankRequest request;
    request.k = static_cast<uint32_t>(ranker.products().size());
    request.diversity = 0;
    SOTTO_ASSIGN_OR_RETURN(const auto ranked, ranker.Rank(request));
    const auto found = std::ranges::find(ranked, next, &recommend::Recommendation::product);
    const auto rank = static_cast<uint32_t>(found - ranked.begin());
    quality.hit_rate += recommend::HitRateAt(rank, k);
    quality.ndcg += recommend::NdcgAt(rank, k);
    quality.mrr += recommend::ReciprocalRank(rank);
  }
  const auto count = static_cast<double>(std::max<uint64_t>(1, viewers));
  return RoomQuality{quality.hit_rate / count, quality.ndcg / count, quality.mrr / count};
}

}  // namespace sotto::cli
