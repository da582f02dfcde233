#include "sotto/comments/analysis/questions.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sotto/text/utf8.h"

namespace sotto::comments::analysis {
namespace {

constexpr size_t kWordings = 4;
constexpr float kContent = 1;  // a feature of this weight can make two questions candidates for each other

bool InRange(double value, double least, double most) {
  return value >= least && value <= most;
}

std::string Shortened(std::string_view text) {
  size_t end = 0;
  for (size_t at = 0; at < text.size();) {
    text::NextCodePoint(text, at);
    if (at > kMaxQuestionBytes) break;
    end = at;
  }
  return std::string(text.substr(0, end));
}

}  // namespace

Result<Questions> Questions::Create(const QuestionOptions& options) {
  if (!InRange(options.half_life_s, 1, 86'400) || options.max_clusters < 1 ||
      options.max_clusters > kMaxQuestionClusters || !InRange(options.trending_at, 1, 1e9) ||
      !InRange(options.trending_askers, 0, 1e9)) {
    return Error{ErrorCode::kInvalidArgument, "an option of the questions is outside its range.",
                 "See QuestionOptions for the ranges."};
  }
  return Questions(options);
}

Questions::Questions(const QuestionOptions& options)
    : options_(options), decay_(options.half_life_s), buckets_(kBuckets, 0) {
  clusters_.reserve(options.max_clusters);
}

void Questions::Index(size_t cluster, bool present) {
  const QuestionSignature& signature = clusters_[cluster].wordings.front().signature;
  const uint64_t bit = uint64_t{1} << cluster;
  for (uint32_t i = 0; i < signature.size; ++i) {
    uint64_t& bucket = buckets_[signature.features[i].hash % kBuckets];
    bucket = present ? bucket | bit : bucket & ~bit;
  }
}

uint64_t Questions::CandidatesFor(const QuestionSignature& signature) const {
  // Three quarters of the lighter question are in common, so one of its heaviest features is unless all are light.
  uint64_t by_content = 0;
  uint64_t by_any = 0;
  for (uint32_t i = 0; i < signature.size; ++i) {
    const uint64_t bucket = buckets_[signature.features[i].hash % kBuckets];
    by_any |= bucket;
    if (signature.features[i].weight >= kContent) by_content |= bucket;
  }
  return by_content != 0 ? by_content : by_any;
}

size_t Questions::FindOrFound(double time_s, const QuestionSignature& signature) {
  size_t best = clusters_.size();
  double best_resemblance = 0;
  for (uint64_t left = CandidatesFor(signature); left != 0; left &= left - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(left));
    const QuestionLikeness likeness = Compare(signature, clusters_[i].wordings.front().signature);
    if (likeness.Same() && likeness.resemblance > best_resemblance) {
      best = i;
      best_resemblance = likeness.resemblance;
    }
  }
  if (best < clusters_.size()) return best;
  if (clusters_.size() < options_.max_clusters) {
    clusters_.emplace_back();
  } else {
    const auto least = std::min_element(clusters_.begin(), clusters_.end(), [](const Cluster& a, const Cluster& b) {
      return a.stored != b.stored ? a.stored < b.stored : a.id < b.id;
    });
    best = static_cast<size_t>(least - clusters_.begin());
    Index(best, false);
    *least = {};
  }
  clusters_[best].id = next_id_++;
  clusters_[best].first_s = time_s;
  return best;
}

void Questions::AddWording(size_t cluster, std::string_view text, const QuestionSignature& signature) {
  auto& wordings = clusters_[cluster].wordings;
  auto found = std::find_if(wordings.begin(), wordings.end(),
                            [&](const Wording& wording) { return wording.signature.wording == signature.wording; });
  if (found == wordings.end()) {
    if (wordings.size() < kWordings) {
      wordings.push_back({Shortened(text), signature, 0});
    } else {
      // Space-Saving: the newcomer takes over the count of the least.
      wordings.back().text = Shortened(text);
      wordings.back().signature = signature;
    }
    found = wordings.end() - 1;
  }
  if (text.size() < found->text.size()) found->text = Shortened(text);
  found->stored += decay_.weight();
  // Up to its place; one that is as common as another stays behind it.
  const bool first = wordings.size() == 1;
  if (first) Index(cluster, true);
  for (; found != wordings.begin() && found->stored > (found - 1)->stored; --found) {
    const bool new_first = found - 1 == wordings.begin();
    if (new_first) Index(cluster, false);
    std::swap(*found, *(found - 1));
    if (new_first) Index(cluster, true);
  }
}

std::optional<Question> Questions::Observe(double time_s, std::string_view text, std::span<const char32_t> symbols,
                                           uint64_t viewer) {
  if (const double factor = decay_.Advance(time_s); factor != 1) {
    for (Cluster& cluster : clusters_) {
      cluster.stored *= factor;
      for (Wording& wording : cluster.wordings) wording.stored *= factor;
    }
  }
  const QuestionSignature signature = SignatureOf(symbols);
  if (signature.size == 0) return std::nullopt;
  const size_t at = FindOrFound(time_s, signature);
  AddWording(at, text, signature);

  Cluster& cluster = clusters_[at];
  if (decay_.Read(cluster.stored, time_s) < options_.trending_at / 2) cluster.trending = false;
  cluster.stored += decay_.weight();
  ++cluster.comments;
  cluster.last_s = time_s;
  if (viewer != 0) {
    cluster.askers.Add(viewer);
    cluster.any_asker = true;
  }
  if (cluster.trending || decay_.Read(cluster.stored, time_s) < options_.trending_at) return std::nullopt;
  // Half a viewer less, because the number is an estimate.
  if (cluster.any_asker && cluster.askers.Estimate() < options_.trending_askers - 0.5) return std::nullopt;
  cluster.trending = true;
  return Describe(cluster, time_s);
}

Question Questions::Describe(const Cluster& cluster, double now_s) const {
  Question question{.id = cluster.id,
                    .text = cluster.wordings.front().text,
                    .wordings = {},
                    .weight = decay_.Read(cluster.stored, now_s),
                    .comments = cluster.comments,
                    .askers = static_cast<uint32_t>(std::lround(cluster.askers.Estimate())),
                    .first_s = cluster.first_s,
                    .last_s = cluster.last_s};
  for (size_t i = 1; i < cluster.wordings.size(); ++i) question.wordings.push_back(cluster.wordings[i].text);
  return question;
}

std::vector<Question> Questions::Top(size_t limit, double now_s) const {
  std::vector<const Cluster*> order;
  order.reserve(clusters_.size());
  for (const Cluster& cluster : clusters_) order.push_back(&cluster);
  std::sort(order.begin(), order.end(), [](const Cluster* a, const Cluster* b) {
    return a->stored != b->stored ? a->stored > b->stored : a->id < b->id;
  });
  order.resize(std::min(order.size(), limit));
  std::vector<Question> questions;
  questions.reserve(order.size());
  for (const Cluster* cluster : order) questions.push_back(Describe(*cluster, now_s));
  return questions;
}

}  // namespace sotto::comments::analysis
